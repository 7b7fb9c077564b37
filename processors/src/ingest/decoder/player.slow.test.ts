import { mkdtemp, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startHttpCamera } from '../testing/http-camera.ts';
import { framesOf, PLAY_REQUEST, playFile } from '../testing/play-file.ts';
import { writeTestClip } from '../testing/test-clip.ts';
import { play } from './player.ts';
import { probe } from './probe.ts';
import type { DecoderMessage, PlayRequest, SampledFrame } from './protocol.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'player-'));
  await writeTestClip({ path: join(folder, 'clip.mp4'), seconds: 6, stillFromTo: [2, 5] });
});

const messagesOf = (fileName: string, change: Partial<PlayRequest> = {}, signal?: AbortSignal) =>
  playFile(join(folder, fileName), { motionGate: true, ...change }, signal);

test('a recording gives its sampled frames by number and position, then its end', async () => {
  const messages = await messagesOf('clip.mp4');
  const frames = framesOf(messages);
  expect(messages[0]).toEqual({ kind: 'opened', playId: 1 });
  expect(frames.map(({ frameNumber }) => frameNumber)).toEqual(Array.from({ length: 30 }, (_, index) => index * 3));
  expect(frames.map(({ mediaTimeMs }) => Math.round(mediaTimeMs))).toEqual(
    Array.from({ length: 30 }, (_, index) => index * 200),
  );
  expect(messages.at(-1)).toMatchObject({ kind: 'finished', frames: 90 });
});

test('while the scene stands still frames are unchanged, with a picture at least every 2 s', async () => {
  const frames = framesOf(await messagesOf('clip.mp4'));
  const still = frames.filter(({ mediaTimeMs }) => mediaTimeMs > 2_300 && mediaTimeMs < 5_000);
  expect(still.filter(({ kind }) => kind === 'unchanged').length).toBeGreaterThan(10);
  const pictures = frames.filter(({ kind }) => kind === 'picture').map(({ mediaTimeMs }) => mediaTimeMs);
  expect(Math.max(...pictures.slice(1).map((time, index) => time - (pictures[index] ?? 0)))).toBeLessThanOrEqual(2_000);
});

test('published frames are skipped, and the rest has the same numbers and pictures', async () => {
  const whole = framesOf(await messagesOf('clip.mp4', { motionGate: false }));
  const rest = framesOf(await messagesOf('clip.mp4', { motionGate: false, afterFrame: 45 }));
  const named = (frames: readonly SampledFrame[]) => frames.map(({ frameNumber, sha256 }) => [frameNumber, sha256]);
  expect(named(rest)).toEqual(named(whole.filter(({ frameNumber }) => frameNumber > 45)));
});

test.each(['mp4', 'mkv', 'ts', 'avi'])(
  'far into a .%s it goes on by way of a key frame, with the same numbers and pictures',
  async extension => {
    const codec = extension === 'avi' ? 'mpeg4' : 'h264';
    await writeTestClip({ path: join(folder, `far.${extension}`), seconds: 40, codec });
    const named = (frames: readonly SampledFrame[]) =>
      frames.map(({ frameNumber, mediaTimeMs, sha256 }) => [frameNumber, Math.round(mediaTimeMs), sha256]);
    const whole = await messagesOf(`far.${extension}`, { motionGate: false });
    const rest = await messagesOf(`far.${extension}`, { motionGate: false, afterFrame: 429, afterMediaTimeMs: 28_600 });
    expect(named(framesOf(rest))).toEqual(named(framesOf(whole).filter(({ frameNumber }) => frameNumber > 429)));
    expect(rest.at(-1)).toEqual(whole.at(-1));
    const decodedFrames = framesOf(rest).reduce((sum, { cost }) => sum + cost.sourceFrames, 0);
    expect(decodedFrames).toBeLessThan(extension === 'ts' ? 601 : 200);
  },
);

test('a position that is not in the file is searched from its start', async () => {
  const rest = await messagesOf('far.mp4', { motionGate: false, afterFrame: 429, afterMediaTimeMs: 28_630 });
  expect(framesOf(rest).map(({ frameNumber }) => frameNumber)[0]).toBe(432);
});

test.each(['mov', 'mkv', 'ts', 'avi', 'webm'])('a .%s is read like the .mp4 of the same scene', async extension => {
  const path = join(folder, `clip.${extension}`);
  await writeTestClip({
    path,
    seconds: 2,
    codec: extension === 'avi' ? 'mpeg4' : extension === 'webm' ? 'vp8' : 'h264',
  });
  expect(await probe(path)).toBeNull();
  const frames = framesOf(await messagesOf(`clip.${extension}`));
  expect(frames.map(({ frameNumber }) => frameNumber)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
});

test('a file that is no video, and one that would open others, fail with a message for a person', async () => {
  await writeFile(join(folder, 'text.mp4'), 'hello');
  await writeFile(join(folder, 'list.mp4'), "ffconcat version 1.0\nfile 'clip.mp4'\n");
  await writeFile(join(folder, 'empty.mp4'), '');
  expect(await messagesOf('text.mp4')).toEqual([
    { kind: 'failed', playId: 1, opened: false, message: expect.stringContaining('no video that can be read') },
  ]);
  expect(await messagesOf('list.mp4')).toMatchObject([{ kind: 'failed', opened: false }]);
  expect(await probe(join(folder, 'empty.mp4'))).not.toBeNull();
  expect(await probe(join(folder, 'none.mp4'))).toBe('it is not there: put it back');
});

test('a transport stream that breaks off gives the frames before the break', async () => {
  const path = join(folder, 'cut.ts');
  await writeTestClip({ path, seconds: 4 });
  await truncate(path, 30_000);
  const messages = await messagesOf('cut.ts');
  expect(framesOf(messages).length).toBeGreaterThan(2);
  expect(messages.at(-1)?.kind).toBe('finished');
});

test('a loop plays again and again at its own speed until it is stopped', async () => {
  await writeTestClip({ path: join(folder, 'short.mp4'), seconds: 1 });
  const startedMs = performance.now();
  const messages = await messagesOf('short.mp4', { source: 'loop', speed: 1 }, AbortSignal.timeout(2_500));
  expect(performance.now() - startedMs).toBeLessThan(3_000);
  expect(messages.filter(({ kind }) => kind === 'opened')).toHaveLength(3);
  expect(messages.filter(({ kind }) => kind === 'finished')).toHaveLength(2);
});

test('a Motion JPEG camera is sampled by the arrival of its pictures; a playlist is refused; both stop when asked', async () => {
  const jpegs: Buffer[] = [];
  const outlet = {
    congested: false,
    send: (_: DecoderMessage, jpeg?: Uint8Array) => void (jpeg && jpegs.push(Buffer.from(jpeg))),
    drained: async () => {},
  };
  await play(
    { ...PLAY_REQUEST, motionGate: false, url: join(folder, 'clip.mp4') },
    outlet,
    new AbortController().signal,
  );
  const camera = await startHttpCamera(jpegs);
  const live = { ...PLAY_REQUEST, source: 'live', motionGate: false, maxFps: 2 } as const;
  const messages: DecoderMessage[] = [];
  const heard = { ...outlet, send: (message: DecoderMessage) => void messages.push(message) };
  await play({ ...live, url: `${camera.url}/mjpeg` }, heard, AbortSignal.timeout(3_500));
  const times = framesOf(messages).map(({ mediaTimeMs }) => mediaTimeMs);
  expect(times.length).toBeGreaterThan(3);
  expect(times.length).toBeLessThan(9);
  const first = times[0] ?? 0;
  expect((times.at(-1) ?? 0) - first).toBeLessThan(3_500);
  messages.length = 0;
  await play({ ...live, url: `${camera.url}/playlist.m3u8` }, heard, AbortSignal.timeout(3_500));
  expect(messages).toMatchObject([{ kind: 'failed', opened: false }]);
  await camera.close();
});

test('when the reader is slow, live pictures are left out and counted', async () => {
  const messages: DecoderMessage[] = [];
  const outlet = {
    get congested() {
      return messages.length >= 3 && messages.length < 4 && performance.now() < freeAtMs;
    },
    send: (message: DecoderMessage) => void messages.push(message),
    drained: async () => {},
  };
  const freeAtMs = performance.now() + 900;
  await play(
    { ...PLAY_REQUEST, source: 'loop', speed: 1, url: join(folder, 'clip.mp4') },
    outlet,
    AbortSignal.timeout(1_500),
  );
  const dropped = framesOf(messages).reduce((sum, { drops }) => sum + (drops['publisher-behind'] ?? 0), 0);
  expect(dropped).toBeGreaterThan(0);
});

test('a loop gives its pictures whatever number is said to be published: only a file has numbers', async () => {
  const frames = framesOf(
    await messagesOf('clip.mp4', { source: 'loop', speed: 1, afterFrame: 1_000_000 }, AbortSignal.timeout(1_500)),
  );
  expect(frames.length).toBeGreaterThan(1);
});

test('a recording with a hole of zeros goes on after it', async () => {
  const path = join(folder, 'hole.ts');
  await writeTestClip({ path, seconds: 20 });
  const bytes = await readFile(path);
  const at = 188 * Math.floor(bytes.length / 2 / 188);
  await writeFile(path, Buffer.concat([bytes.subarray(0, at), Buffer.alloc(5_000_000), bytes.subarray(at)]));
  const messages = await messagesOf('hole.ts', { motionGate: false });
  expect(messages.at(-1)).toMatchObject({ kind: 'finished' });
  expect(framesOf(messages).at(-1)?.mediaTimeMs).toBeGreaterThan(18_000);
  expect(framesOf(messages).length).toBeGreaterThan(85);
});

/** The longest duration of a frame that FFmpeg takes. */
const LONG_TICKS = 2 ** 31 - 1;

/** Writes a clip of 4 s whose frame `at` lasts `ticks`, by its table of durations (`stts`). */
async function writeGap(path: string, at: number, ticks: number): Promise<void> {
  await writeTestClip({ path, seconds: 4, codec: 'mpeg4' }); // no frames out of order
  const bytes = await readFile(path);
  const table = bytes.indexOf('stts');
  const rows = bytes.readUInt32BE(table + 8);
  const delta = bytes.readUInt32BE(table + 16);
  const counts = Array.from({ length: rows }, (_, row) => bytes.readUInt32BE(table + 12 + 8 * row));
  const frames = counts.reduce((sum, count) => sum + count);
  const entries = [at, delta, 1, ticks, frames - at - 1, delta];
  const larger = Buffer.alloc(4 + 24);
  larger.writeUInt32BE(3, 0);
  for (const [index, value] of entries.entries()) larger.writeUInt32BE(value, 4 + 4 * index);
  const changed = Buffer.concat([bytes.subarray(0, table + 8), larger, bytes.subarray(table + 12 + 8 * rows)]);
  // The table's box and those around it grow. They lie behind the pictures, so no offset changes.
  for (const name of ['stts', 'stbl', 'minf', 'mdia', 'trak', 'moov']) {
    const box = changed.lastIndexOf(name, table) - 4;
    changed.writeUInt32BE(changed.readUInt32BE(box) + 24 - 8 * rows, box);
  }
  // Without its edit list: that names a length of 4 s, and frames after it would not be shown.
  changed.write('free', changed.indexOf('edts'));
  await writeFile(path, changed);
}

/** By the timescale of an mp4 with 15 frames a second. */
const HOUR_TICKS = 3_600 * 15_360;

test.each([
  [0, LONG_TICKS, 60_000],
  [20, LONG_TICKS, 60_000],
  [20, HOUR_TICKS, 3_600_000],
])(
  'a gap in the times of a recording, after frame %i of %i ticks, is said, not waited for, and counts as %i ms',
  async (at, ticks, countsMs) => {
    await writeGap(join(folder, 'gap.mp4'), at, ticks);
    const startedMs = performance.now();
    const messages = await messagesOf('gap.mp4', { motionGate: false, speed: 1 });
    expect(performance.now() - startedMs).toBeLessThan(9_000);
    const [gap, ...more] = messages.flatMap(message => (message.kind === 'gap' ? [message] : []));
    expect(gap?.gapMs).toBeGreaterThanOrEqual(3_600_000);
    expect(gap?.countsMs).toBeCloseTo(countsMs, -3);
    const times = framesOf(messages).map(({ mediaTimeMs }) => mediaTimeMs);
    const jumpMs = Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
    expect(jumpMs).toBeGreaterThanOrEqual(countsMs);
    expect(jumpMs).toBeLessThan(countsMs + 400);
    expect(more).toEqual([]);
    expect(messages.at(-1)).toMatchObject({ kind: 'finished', frames: 60 });
    expect(framesOf(messages).length).toBeGreaterThan(18);
    const [late, last] = framesOf(messages).slice(-2);
    const after = { afterFrame: late?.frameNumber ?? 0, afterMediaTimeMs: late?.mediaTimeMs ?? 0 };
    const again = await messagesOf('gap.mp4', { motionGate: false, ...after });
    expect(framesOf(again).map(({ mediaTimeMs }) => mediaTimeMs)).toEqual([last?.mediaTimeMs]);
  },
  30_000,
);
