import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type RtspFaults, startRtspCamera } from '../testing/rtsp-camera.ts';
import { encodeTestClip, type TestClip, writeTestClip } from '../testing/test-clip.ts';
import { play } from './player.ts';
import type { DecoderMessage, PlayRequest, SampledFrame } from './protocol.ts';

const folder = mkdtempSync(join(tmpdir(), 'live-'));
afterAll(() => rmSync(folder, { recursive: true }));

const request: PlayRequest = {
  ...{ cameraId: 'c1', playId: 1, source: 'live', url: '', maxFps: 5, speed: 1 },
  ...{ afterFrame: -1, afterMediaTimeMs: 0, motionGate: false },
};
const clip: TestClip = { seconds: 4, x264: 'bframes=0' };
/** B frames that other B frames refer to, as cameras with "smart" encoders send. */
const pyramid: TestClip = { seconds: 4, x264: 'bframes=7:b-pyramid=normal:b-adapt=0:ref=4:scenecut=0' };

const h265: TestClip = { seconds: 4, codec: 'h265', x264: 'bframes=0:keyint=30' };

interface Heard {
  readonly frames: readonly SampledFrame[];
  readonly others: readonly DecoderMessage[];
}

async function watch(url: string, ms: number, change: Partial<PlayRequest> = {}): Promise<Heard> {
  const frames: SampledFrame[] = [];
  const others: DecoderMessage[] = [];
  const send = (message: DecoderMessage): void => {
    if (message.kind !== 'picture' && message.kind !== 'unchanged') return void others.push(message);
    frames.push(message);
  };
  const outlet = { congested: false, send, drained: async () => {} };
  await play({ ...request, url, ...change }, outlet, AbortSignal.timeout(ms));
  return { frames, others };
}

async function watchCamera(of: TestClip, faults: RtspFaults, ms: number, change: Partial<PlayRequest> = {}) {
  const camera = await startRtspCamera(of, faults);
  try {
    return await watch(camera.url, ms, change);
  } finally {
    await camera.close();
  }
}

/** Hashes of all true pictures of a clip. */
async function truth(of: TestClip): Promise<ReadonlySet<string | undefined>> {
  const path = join(folder, `${randomUUID()}.mp4`);
  await writeTestClip({ ...of, path });
  const { frames } = await watch(path, 60_000, { source: 'file', maxFps: 60, speed: 0 });
  return new Set(frames.map(({ sha256 }) => sha256));
}

test.concurrent.each([
  ['with B frames that others refer to', pyramid, {}],
  [
    'that lost a picture that others refer to',
    clip,
    { bytes: (picture, number) => (number % 60 === 20 ? undefined : picture.bytes) },
  ],
  [
    'that lost whole groups of pictures, after which the numbers fit again',
    clip,
    { bytes: (picture, number) => (number >= 36 && number < 66 ? undefined : picture.bytes) },
  ],
  [
    'with B frames that lost a picture',
    pyramid,
    { bytes: (picture, number) => (number % 15 === 9 ? undefined : picture.bytes) },
  ],
  [
    'whose packets are cut short',
    clip,
    {
      bytes: (picture, number) =>
        number % 20 === 9 ? picture.bytes.subarray(0, picture.bytes.length / 2) : picture.bytes,
    },
  ],
  [
    'with garbage in a picture',
    clip,
    { bytes: (picture, number) => (number % 20 === 9 ? garbled(picture.bytes) : picture.bytes) },
  ],
  [
    'with open groups that lost a picture',
    { seconds: 4, x264: 'bframes=3:open-gop=1:keyint=15' },
    { bytes: (picture, number) => (number % 30 === 10 ? undefined : picture.bytes) },
  ],
  [
    'that is refreshed by and by and lost a picture',
    { seconds: 4, x264: 'bframes=0:intra-refresh=1:keyint=15' },
    { bytes: (picture, number) => (number === 20 ? undefined : picture.bytes) },
  ],
  [
    'of H.265 that lost a picture',
    h265,
    { bytes: (picture, number) => (number % 60 === 10 ? undefined : picture.bytes) },
  ],
] satisfies [string, TestClip, RtspFaults][])(
  'a stream %s gives true pictures only',
  async (_, of, faults) => {
    const pictures = await truth(of);
    const { frames } = await watchCamera(of, faults, 5_000, { maxFps: 15 });
    expect(frames.length).toBeGreaterThan(12);
    expect(frames.filter(({ sha256 }) => !pictures.has(sha256))).toEqual([]);
  },
  30_000,
);

const garbled = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(bytes.length - 40, 0x5a)]);

const slices: TestClip = { seconds: 4, x264: 'bframes=0:cabac=0:slices=4', noise: true };
const slicesOfH265: TestClip = { ...slices, codec: 'h265', x264: 'bframes=0:keyint=30:slices=4', sizeWh: [640, 368] };

/** The first bytes of a picture, or its first slices. What is missing shows to nobody but its viewer. */
const mostOf = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length * 0.8);
const firstSliceOf = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.indexOf(Buffer.from([0, 0, 1]), 100) - 1);

// One by one: beside others a read may wait for a thread, which a decoder process has for each camera.
test.each([
  ['H.264 that falls silent', slices, { silentAfter: 21 }, mostOf],
  ['H.264 that ends the connection', slices, { endsAfter: 21 }, mostOf],
  ['H.265 that falls silent', slicesOfH265, { silentAfter: 21 }, firstSliceOf],
  ['H.265 that ends the connection', slicesOfH265, { endsAfter: 21 }, firstSliceOf],
] satisfies [string, TestClip, RtspFaults, (bytes: Buffer) => Buffer][])(
  'a camera of %s inside a picture gives true pictures only',
  async (_, of, faults, cut) => {
    const pictures = await truth(of);
    const bytes: RtspFaults['bytes'] = (picture, number) => (number === 20 ? cut(picture.bytes) : picture.bytes);
    const { frames, others } = await watchCamera(of, { ...faults, bytes }, 6_000, { maxFps: 60, silentMs: 1_000 });
    expect(frames.length).toBeGreaterThan(15);
    expect(frames.filter(({ sha256 }) => !pictures.has(sha256))).toEqual([]);
    expect(others.at(-1)).toMatchObject({ kind: 'failed' });
  },
  30_000,
);

test.concurrent.each([
  ['H.264', clip, 35, [2, 5]],
  ['H.265', h265, 35, [6, 9]],
] satisfies [string, TestClip, number, number[]][])(
  'what was lost up to the next key frame of %s is counted as damaged',
  async (_, of, lost, [least, most]) => {
    const { frames } = await watchCamera(
      of,
      { bytes: ({ bytes }, number) => (number === lost ? undefined : bytes) },
      6_000,
    );
    const dropped = frames.reduce((sum, { drops }) => sum + (drops.damaged ?? 0), 0);
    expect(dropped).toBeGreaterThanOrEqual(least ?? 0);
    expect(dropped).toBeLessThanOrEqual(most ?? 0);
  },
  30_000,
);

test.concurrent('a stream with eight B frames in a row gives as many pictures as asked for', async () => {
  const many = { ...clip, seconds: 5, x264: 'bframes=8:b-adapt=0:keyint=75:scenecut=0' };
  const { frames } = await watchCamera(many, {}, 7_000);
  expect(frames.length).toBeGreaterThan(22);
  expect(frames.flatMap(({ drops }) => Object.keys(drops))).toEqual([]);
}, 30_000);

test.concurrent.each([
  ['slow', ms => ms * 0.84],
  ['slow by half', ms => ms / 2],
  ['fast', ms => ms * 2],
  ['constant', () => 0],
  ['set back every second', ms => ms - 700 * Math.floor(ms / 1_000)],
  ['near the wrap', ms => ms + (2 ** 32 - 90_000 * 3) / 90],
  ['at the end of 2038', ms => ms + 2 ** 31 * 1_000],
] satisfies [string, (ms: number) => number][])(
  'a stream whose times are %s gives every picture at its time',
  async (_, streamMs) => {
    const { frames } = await watchCamera(clip, { streamMs }, 8_000);
    expect(frames.length).toBeGreaterThan(18);
    expect((frames.at(-1)?.arrivedAtMs ?? 0) - (frames[0]?.arrivedAtMs ?? 0)).toBeGreaterThan(4_500);
    const errors = frames.map(({ mediaTimeMs, arrivedAtMs }) => arrivedAtMs - mediaTimeMs);
    expect(Math.max(...errors) - Math.min(...errors)).toBeLessThan(1_000);
  },
  30_000,
);

test.concurrent('times that stand still are said, with what to do', async () => {
  const { others } = await watchCamera(clip, { streamMs: () => 0 }, 6_000);
  expect(others.at(-1)).toMatchObject({ kind: 'trouble', trouble: expect.stringContaining('stand still') });
}, 30_000);

test.concurrent('a camera that sends over UDP only is read over UDP', async () => {
  expect((await watchCamera(clip, { udpOnly: true }, 4_000)).frames.length).toBeGreaterThan(8);
}, 30_000);

test.concurrent('a camera is read by IPv6, after a redirect, and with every special character in its login', async () => {
  expect((await watchCamera(clip, { host: '::1' }, 3_000)).frames.length).toBeGreaterThan(4);
  const moved = await startRtspCamera(clip, { redirect: 'old' });
  expect((await watch(`${moved.url}old`, 3_000)).frames.length).toBeGreaterThan(4);
  await moved.close();
  const login = { user: 'ad min', password: `p@ss:w/o#r%d?&1+ ~!$'()*,;=[]{}|\\^\`<>` };
  const locked = await startRtspCamera(clip, { login });
  const { user, password } = login;
  const address = locked.url.replace('//', `//${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);
  expect((await watch(address, 3_000)).frames.length).toBeGreaterThan(4);
  await locked.close();
}, 30_000);

test.concurrent('a picture comes within a second of asking for it, also after the camera was gone', async () => {
  const camera = await startRtspCamera(clip);
  for (const _connection of [1, 2, 3]) {
    const startedAtMs = Date.now();
    const { frames } = await watch(camera.url, 1_500);
    expect((frames[0]?.arrivedAtMs ?? Number.POSITIVE_INFINITY) - startedAtMs).toBeLessThan(1_400);
  }
  await camera.close();
}, 30_000);

test.concurrent.each([
  ['another size', { ...clip, sizeWh: [640, 368] }, [320, 640]],
  ['other parameters', { ...clip, x264: 'bframes=3:cabac=0:8x8dct=0' }, [320]],
] satisfies [string, TestClip, number[]][])(
  'a stream that goes on with %s is read on',
  async (_, of, widthsPx) => {
    const { parameters, pictures } = await encodeTestClip(of);
    const bytes: RtspFaults['bytes'] = (own, number) => {
      const other = pictures[number % pictures.length];
      if (number < 30 || other === undefined) return own.bytes;
      return other.isKeyFrame ? Buffer.concat([parameters, other.bytes]) : other.bytes;
    };
    const { frames } = await watchCamera(clip, { bytes }, 5_000);
    expect(frames.length).toBeGreaterThan(5);
    expect([...new Set(frames.map(({ widthPx }) => widthPx))]).toEqual(widthsPx);
  },
  30_000,
);

test.concurrent.each([
  ['4:4:4, with an odd size', { ...clip, pixels: 'yuv444', sizeWh: [1279, 719] }, [640, 360]],
  ['fields', { seconds: 4, x264: 'interlaced=1:bframes=3', sizeWh: [320, 192] }, [320, 192]],
  ['pixels that are not square', { ...clip, x264: 'bframes=0:sar=4/3' }, [426, 180]],
  ['one key frame in 10 s', { seconds: 10, x264: 'bframes=0:keyint=150:scenecut=0' }, [320, 180]],
] satisfies [string, TestClip, number[]][])(
  'a stream of %s is read',
  async (_, of, sizePx) => {
    const { frames } = await watchCamera(of, {}, 4_000);
    expect(frames.length).toBeGreaterThan(5);
    expect([frames[0]?.widthPx, frames[0]?.heightPx]).toEqual(sizePx);
  },
  30_000,
);

test.concurrent('a camera of one picture in 3 s is opened, and its pictures are read', async () => {
  const bytes: RtspFaults['bytes'] = (picture, number) => (number % 45 === 0 ? picture.bytes : undefined);
  const { frames } = await watchCamera(clip, { bytes }, 11_000);
  expect(frames.length).toBeGreaterThanOrEqual(2);
}, 30_000);

test.concurrent('what a camera sends is measured: codec, size, pictures, bits and the pace of its times', async () => {
  const { others } = await watchCamera({ seconds: 20, x264: 'bframes=0' }, {}, 14_000);
  const streams = others.flatMap(message => (message.kind === 'stream' ? [message.stream] : []));
  const last = streams.at(-1);
  expect(streams.length).toBeGreaterThanOrEqual(2);
  expect(last).toMatchObject({ codec: 'h264', widthPx: expect.any(Number), clockRate: expect.any(Number) });
  expect(Math.abs((last?.clockRate ?? 0) - 1)).toBeLessThan(0.04);
  expect(last?.fps).toBeGreaterThan(5);
  expect(last?.bitsPerSecond).toBeGreaterThan(1_000);
}, 30_000);
