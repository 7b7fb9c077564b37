import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Frame, topics } from '@sightline/schemas';
import { afterEach, expect, test, vi } from 'vitest';
import { openControl } from '../control/index.ts';
import { type Cell, testCell, testCellEnv } from '../process/index.ts';
import { sequenceOfEnd, sequenceOfFrame } from './file-sequence.ts';
import { readTopic } from './testing/read-topic.ts';
import { writeTestClip } from './testing/test-clip.ts';
import { setCamera, testCamera, testStore } from './testing/test-ingest.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const running: ChildProcess[] = [];
let cell: Cell | undefined;

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await cell?.close();
});

function spawnIngest(env: ReturnType<typeof testCellEnv>, folder: string): ChildProcess {
  const settings = {
    KAFKA_BROKERS: env.KAFKA_BROKERS,
    SCHEMA_REGISTRY_URL: env.SCHEMA_REGISTRY_URL,
    NAME_PREFIX: env.NAME_PREFIX,
    LOG_LEVEL: 'fatal',
    GROUP_INSTANCE_ID: 'only',
    VIDEOS_DIR: folder,
    SCENES_DIR: folder,
    FILE_SPEED: '2',
    SIGHTLINE_DATA: folder,
    SIGHTLINE_SECRETS: join(folder, 'secrets.json'),
  };
  const child = spawn(process.execPath, [MAIN], { env: { ...process.env, ...settings }, stdio: 'ignore' });
  running.push(child);
  return child;
}

/**
 * Ingest is killed with SIGKILL several times. The log then has every sampled frame of a recording once, in order, with
 * one end. A loop repeats no sequence number, and its time never goes back.
 */
test('ingest killed again and again loses no frame of a recording and repeats none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crash-'));
  const env = testCellEnv();
  cell = await testCell([topics.frames, topics.cameraStatus, topics.control, topics.vault], env);
  const cameraKey = randomBytes(32).toString('base64');
  await writeFile(join(folder, 'secrets.json'), JSON.stringify({ cameraKey }), { mode: 0o600 });
  await writeTestClip({ path: join(folder, 'loop-source.mp4'), seconds: 3 });
  const control = await openControl(cell, () => {});
  const loop = testCamera('loop-1', { url: 'scenes:loop-source.mp4' });
  await control.append({
    actor: 'test',
    changes: [{ kind: 'store', id: 's1', value: testStore }, setCamera(loop)],
    effectiveAtMs: 0,
  });
  await control.close();
  await writeTestClip({ path: join(folder, 'long.mp4'), seconds: 30 });

  const framesOf = async (cameraId: string): Promise<readonly Frame[]> =>
    cell === undefined ? [] : (await readTopic(cell, topics.frames)).filter(frame => frame.cameraId === cameraId);
  let child = spawnIngest(env, folder);
  for (const enough of [10, 60, 110]) {
    await vi.waitFor(async () => expect((await framesOf('long')).length).toBeGreaterThan(enough), {
      timeout: 40_000,
      interval: 100,
    });
    child.kill('SIGKILL');
    await sleep(200);
    child = spawnIngest(env, folder);
  }
  await vi.waitFor(async () => expect((await framesOf('long')).at(-1)?.reason).toBe('ended'), {
    timeout: 60_000,
    interval: 300,
  });

  const numbers = (await framesOf('long')).map(({ sequence }) => sequence);
  expect(numbers).toEqual([
    ...Array.from({ length: 150 }, (_, index) => sequenceOfFrame(index * 3)),
    sequenceOfEnd(450),
  ]);
  const looped = (await framesOf('loop-1')).map(({ epoch, sequence, capturedAtMs }) => ({
    epoch,
    sequence,
    capturedAtMs,
  }));
  for (const [index, frame] of looped.entries()) {
    const before = looped[index - 1];
    if (before === undefined) continue;
    expect(frame.epoch > before.epoch || (frame.epoch === before.epoch && frame.sequence > before.sequence)).toBe(true);
    expect(frame.capturedAtMs).toBeGreaterThanOrEqual(before.capturedAtMs);
  }
}, 180_000);
