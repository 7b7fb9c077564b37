import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { confinement } from '../../confinement/confinement.ts';
import { DecoderProcess } from '../decoder-process.ts';
import { writeTestClip } from '../testing/test-clip.ts';
import type { DecoderMessage, RangeRequest, SampledFrame } from './protocol.ts';
import { decodeRange } from './range.ts';

const FPS = 15;
const SECONDS = 40;
const folder = mkdtempSync(join(tmpdir(), 'range-'));
const url = join(folder, 'clip.mp4');

beforeAll(() => writeTestClip({ path: url, seconds: SECONDS, fps: FPS }));

const all: RangeRequest = {
  playId: 1,
  url,
  fromFrame: 0,
  toFrame: SECONDS * FPS,
  fromMediaTimeMs: null,
  everyFrames: 1,
};

async function messagesOf(change: Partial<RangeRequest>, signal = new AbortController().signal) {
  const messages: DecoderMessage[] = [];
  const outlet = {
    congested: false,
    send: (message: DecoderMessage) => void messages.push(message),
    drained: async () => {},
  };
  await decodeRange({ ...all, ...change }, outlet, signal);
  return messages;
}
const picturesOf = (messages: readonly DecoderMessage[]): readonly SampledFrame[] =>
  messages.filter((message): message is SampledFrame => message.kind === 'picture');
const named = (messages: readonly DecoderMessage[]) =>
  picturesOf(messages).map(({ frameNumber, mediaTimeMs, sha256 }) => [frameNumber, Math.round(mediaTimeMs), sha256]);

test('adjacent ranges give the frames of the whole recording, each once, with the same pictures', async () => {
  const whole = named(await messagesOf({}));
  expect(whole).toHaveLength(SECONDS * FPS);
  const cuts = [0, 100, 101, 333, 600];
  const parts = [];
  for (const [index, fromFrame] of cuts.slice(0, -1).entries()) {
    const toFrame = cuts[index + 1] ?? 0;
    const messages = await messagesOf({ fromFrame, toFrame, fromMediaTimeMs: (fromFrame * 1_000) / FPS });
    expect(messages[0]).toEqual({ kind: 'opened', playId: 1 });
    expect(messages.at(-1)).toMatchObject({ kind: 'finished', frames: toFrame });
    parts.push(...named(messages));
  }
  expect(parts).toEqual(whole);
}, 60_000);

test('a range far into a recording is decoded from the key frame before it, one in every n frames', async () => {
  const far = { fromFrame: 500, toFrame: 530, everyFrames: 10 };
  const near = await messagesOf({ ...far, fromMediaTimeMs: (500 * 1_000) / FPS });
  expect(picturesOf(near).map(({ frameNumber }) => frameNumber)).toEqual([500, 510, 520]);
  expect(picturesOf(near).reduce((sum, { cost }) => sum + cost.sourceFrames, 0)).toBeLessThan(40);
  expect(named(near)).toEqual(named(await messagesOf(far))); // from the start of the file
  expect(named(near)).toEqual(named(await messagesOf({ ...far, fromMediaTimeMs: 12 }))); // a wrong position
});

test('a range past the end reports where the recording ends; a file that is no video fails', async () => {
  expect((await messagesOf({ fromFrame: 590, toFrame: 700 })).at(-1)).toMatchObject({ kind: 'finished', frames: 600 });
  expect(await messagesOf({ url: import.meta.filename })).toEqual([
    { kind: 'failed', playId: 1, opened: false, message: expect.stringContaining('no video that can be read') },
  ]);
});

test('a range that is stopped sends no end', async () => {
  expect((await messagesOf({}, AbortSignal.abort())).map(({ kind }) => kind)).not.toContain('finished');
});

test('a decoder process gives a range beside what it plays, with the pictures', async () => {
  const pictures: Buffer[] = [];
  const finished = Promise.withResolvers<DecoderMessage>();
  let played = 0;
  const decoder = new DecoderProcess(2, confinement([folder]), {
    onMessage(message, jpeg) {
      if (message.kind === 'picture' && message.playId === 1 && jpeg !== undefined) pictures.push(jpeg);
      if (message.kind === 'picture' && message.playId === 2) played++;
      if (message.kind === 'finished' && message.playId === 1) finished.resolve(message);
      if (message.kind === 'failed') finished.reject(new Error(message.message));
    },
    onExit: reason => finished.reject(new Error(reason)),
  });
  const play = { source: 'loop', url, speed: 1, afterFrame: -1, afterMediaTimeMs: 0, motionGate: false } as const;
  decoder.send({ kind: 'play', play: { ...play, cameraId: 'c', playId: 2, maxFps: 5 } });
  decoder.send({ kind: 'range', range: { ...all, fromFrame: 30, toFrame: 60, everyFrames: 15 } });
  expect(await finished.promise).toMatchObject({ frames: 60 });
  expect(pictures.map(jpeg => jpeg.subarray(0, 2).toString('hex'))).toEqual(['ffd8', 'ffd8']);
  await expect.poll(() => played, { timeout: 5_000 }).toBeGreaterThan(1);
  decoder.kill();
}, 30_000);
