import { appendFile, mkdtemp, readFile, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@sightline/schemas';
import { expect, test, vi } from 'vitest';
import { connectCell, testCell, testCellEnv } from '../../process/index.ts';
import { readTopic } from '../testing/read-topic.ts';
import { writeTestClip } from '../testing/test-clip.ts';
import { startIngest } from '../testing/test-ingest.ts';

const TOPICS = [topics.frames, topics.cameraStatus, topics.control];
const PATIENT = { timeout: 60_000, interval: 100 };
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

/** Sequences of the frames of a recording with 90 frames, of which every third is taken. */
const SEQUENCES = Array.from({ length: 30 }, (_, index) => 6 * index + 1);

/** Ingest whose folder holds `share` of the bytes of a recording; `append` adds the rest. */
async function partlyCopied(extension: 'ts' | 'mp4', share: number) {
  const [folder = '', scenes = ''] = await Promise.all(
    ['videos-', 'scenes-'].map(name => mkdtemp(join(tmpdir(), name))),
  );
  const env = testCellEnv();
  const cell = await testCell(TOPICS, env);
  const made = join(scenes, `copy.${extension}`);
  const placed = join(folder, `copy.${extension}`);
  await writeTestClip({ path: made, seconds: 6, noise: true, faststart: extension === 'mp4' });
  const bytes = await readFile(made);
  const cut = Math.floor(bytes.length * share);
  await writeFile(placed, bytes.subarray(0, cut));
  const ingest = await startIngest(
    await connectCell(env, { service: 'test', topics: TOPICS }),
    { videos: folder, scenes },
    0,
  );
  return {
    ingest,
    placed,
    append: () => appendFile(placed, bytes.subarray(cut)),
    status: () => ingest.statuses.get('copy'),
    records: () => readTopic(cell, topics.frames),
    async end() {
      await ingest.stop();
      await cell.close();
    },
  };
}

test.each(['ts', 'mp4'] as const)(
  'a .%s whose copy pauses in the midst is read once, with one end',
  async extension => {
    const { placed, append, status, records, end } = await partlyCopied(extension, 0.6);
    await vi.waitFor(() => expect(status()?.message).toContain('it may still grow'), PATIENT);
    const { epoch } = status() ?? {};
    await append();
    await vi.waitFor(() => expect(status()?.framesPublished).toBeGreaterThan(8), PATIENT);
    await vi.waitFor(() => expect(status()?.message ?? '').not.toContain('gap'), PATIENT);
    if (extension === 'ts') {
      await vi.waitFor(async () => expect((await records()).length).toBeGreaterThan(27), PATIENT);
      await utimes(placed, LONG_AGO, LONG_AGO); // no one writes to it any more
    }
    await vi.waitFor(() => expect(status()?.state).toBe('ended'), PATIENT);
    const found = await records();
    expect(found.filter(({ reason }) => reason === 'ended').map(({ sequence }) => sequence)).toEqual([180]);
    expect(found.filter(({ reason }) => reason !== 'ended').map(({ sequence }) => sequence)).toEqual(SEQUENCES);
    expect(new Set(found.map(record => record.epoch))).toEqual(new Set([epoch]));
    expect(status()?.message).toBeNull();
    await end();
  },
  180_000,
);

test('a recording that grows after its end goes on under the same numbers', async () => {
  const { placed, append, status, records, end } = await partlyCopied('ts', 0.5);
  await utimes(placed, LONG_AGO, LONG_AGO);
  await vi.waitFor(() => expect(status()?.state).toBe('ended'), PATIENT);
  const { epoch, lastSequence = 0 } = status() ?? {};
  await append();
  await utimes(placed, LONG_AGO, LONG_AGO);
  await vi.waitFor(() => expect(status()?.lastSequence).toBeGreaterThan(lastSequence), PATIENT);
  await vi.waitFor(() => expect(status()?.state).toBe('ended'), PATIENT);
  const found = await records();
  const sequences = found.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
  expect(found.filter(({ reason }) => reason === 'ended').at(-1)?.sequence).toBe(180);
  expect(new Set(found.map(record => record.epoch))).toEqual(new Set([epoch]));
  await end();
}, 180_000);
