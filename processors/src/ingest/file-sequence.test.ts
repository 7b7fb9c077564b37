import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Camera, Frame } from '@sightline/schemas';
import { beforeAll, expect, test } from 'vitest';
import { CameraSession } from './camera-session.ts';
import { type CapturePosition, positionOfFrame } from './capture-position.ts';
import { play } from './decoder/player.ts';
import type { DecoderMessage } from './decoder/protocol.ts';
import { framesUpTo, sequenceOfEnd, sequenceOfFrame } from './file-sequence.ts';
import { writeTestClip } from './testing/test-clip.ts';
import { testCamera } from './testing/test-ingest.ts';

const FRAMES = 15;
let camera: Camera;

beforeAll(async () => {
  const url = join(await mkdtemp(join(tmpdir(), 'file-sequence-')), 'clip.mp4');
  await writeTestClip({ path: url, seconds: 1 });
  camera = testCamera('file-1', { source: 'file', url, maxFps: 60, fileEpoch: 500, fileStartedAtMs: 1_000_000 });
});

test('every frame and every end of a file has its own number, in order', () => {
  const numbers = Array.from({ length: 50 }, (_, frame) => [sequenceOfEnd(frame), sequenceOfFrame(frame)]).flat();
  expect(numbers).toEqual(Array.from({ length: 100 }, (_, number) => number));
  expect([-1, ...numbers.slice(0, 6)].map(framesUpTo)).toEqual([0, 0, 1, 1, 2, 2, 3]);
});

/** What happens to the camera once so many records were written in this run. */
type Cut = { readonly after: number; readonly how: 'stop' | 'kill' };

const NEVER: Cut = { after: Number.POSITIVE_INFINITY, how: 'kill' };

/** Plays the recording through a real decoder and a session, and appends its records to the log, up to the cut. */
async function runOnce(log: Frame[], cut: Cut): Promise<void> {
  const messages: [DecoderMessage, Uint8Array | undefined][] = [];
  let requested = { frame: -1, mediaTimeMs: 0 };
  let written = 0;
  let killed = false;
  const last: CapturePosition | undefined = log.map(frame => positionOfFrame(frame)).at(-1);
  const outlets = {
    congested: false,
    publish: (frame: Frame, onAcked: () => void) => {
      if (killed) return;
      log.push(frame);
      written += 1;
      onAcked();
    },
    status: () => {},
    video: () => {},
    play: (from: typeof requested) => {
      requested = from;
      return { answers: true, watchVideo: () => {}, stop: () => {} };
    },
  };
  const session = new CameraSession(
    camera,
    last,
    outlets,
    () => 1,
    () => 1,
  );
  session.tick();
  const decoder = {
    congested: false,
    send: (...sent: [DecoderMessage, Uint8Array?]) => void messages.push([sent[0], sent[1]]),
    drained: async () => {},
  };
  const from = { afterFrame: requested.frame, afterMediaTimeMs: requested.mediaTimeMs };
  const request = { cameraId: camera.cameraId, playId: 1, source: 'file' as const, url: camera.url, maxFps: 60 };
  await play({ ...request, ...from, speed: 0, motionGate: false }, decoder, new AbortController().signal);
  for (const [message, jpeg] of messages) {
    if (written >= cut.after) break;
    if (message.kind === 'opened') session.onOpened();
    else if (message.kind === 'finished') session.onFinished(message.frames, message.mediaTimeMs);
    else if (message.kind === 'picture') session.onFrame(message, jpeg && Buffer.from(jpeg));
    else throw new Error(`unexpected ${message.kind}`);
  }
  if (cut.how === 'stop') session.end();
  killed = true;
}

async function recordsAfter(cuts: readonly Cut[]): Promise<readonly Frame[]> {
  const log: Frame[] = [];
  for (const cut of [...cuts, NEVER]) await runOnce(log, cut);
  return log;
}

const numbered = (log: readonly Frame[]) =>
  log
    .filter(({ reason }) => reason === null)
    .map(({ epoch, sequence, capturedAtMs, sha256 }) => ({ epoch, sequence, capturedAtMs, sha256 }));

const everyFrame = Array.from({ length: FRAMES }, (_, frame) => frame);
const STORIES: readonly [string, readonly Cut[]][] = [
  ...everyFrame.map((after): [string, Cut[]] => [
    `stopped three times after ${after}`,
    Array(3).fill({ after, how: 'stop' }),
  ]),
  ...everyFrame.map((after): [string, Cut[]] => [`killed after ${after}`, [{ after, how: 'kill' }]]),
  ['stopped after every frame', everyFrame.map(() => ({ after: 1, how: 'stop' }))],
  ['killed after every record', everyFrame.map(() => ({ after: 1, how: 'kill' }))],
  [
    'stopped before every frame, again and again',
    everyFrame.flatMap(() => [
      { after: 0, how: 'stop' },
      { after: 1, how: 'stop' },
    ]),
  ],
  ['stopped and killed in turn', everyFrame.map((_, turn) => ({ after: 1, how: turn % 2 === 0 ? 'stop' : 'kill' }))],
];

test.each(STORIES)('a recording %s has each frame once, with the numbers of an undisturbed run', async (_, cuts) => {
  const undisturbed = await recordsAfter([]);
  const log = await recordsAfter(cuts);
  expect(numbered(log)).toEqual(numbered(undisturbed));
  expect(numbered(log)).toHaveLength(FRAMES);
  expect(log.at(-1)).toEqual(undisturbed.at(-1));
  expect(log.at(-1)).toMatchObject({ sequence: sequenceOfEnd(FRAMES), reason: 'ended' });
  const sequences = log.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
});
