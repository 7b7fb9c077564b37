import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, Packet } from 'node-av';
import { afterAll, expect, test } from 'vitest';
import { framesOf, playFile } from '../testing/play-file.ts';
import { find, outline, readBoxes } from '../testing/read-mp4.ts';
import { type EncodedPicture, encodeTestClip, type TestClip, writeTestClip } from '../testing/test-clip.ts';
import { play } from './player.ts';
import type { DecoderMessage, SampledFrame, VideoFragment } from './protocol.ts';
import { VideoRemux } from './video-remux.ts';

const folder = mkdtempSync(join(tmpdir(), 'remux-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FPS = 15;
const TICKS = 90_000 / FPS;
const PYRAMID = 'bframes=3:b-pyramid=normal:b-adapt=0:ref=4:scenecut=0:keyint=15';

interface Sent {
  readonly header: VideoFragment;
  readonly bytes: Buffer;
}

/** A remuxer that is watched, and what it sends. */
function remux() {
  const sent: Sent[] = [];
  const reasons: string[] = [];
  const send = (header: DecoderMessage, bytes?: Uint8Array): void => {
    if (header.kind === 'video') sent.push({ header, bytes: Buffer.from(bytes ?? []) });
    if (header.kind === 'no-video') reasons.push(header.reason);
  };
  const video = new VideoRemux(1, { congested: false, send, drained: async () => {} });
  video.watched = true;
  return { video, sent, reasons };
}

function take(video: VideoRemux, { bytes, pts, isKeyFrame }: EncodedPicture, cameMs: number, ptsIs = BigInt(pts)) {
  const packet = new Packet();
  packet.alloc();
  packet.data = bytes;
  packet.pts = ptsIs;
  packet.isKeyframe = isKeyFrame;
  video.take(packet, cameMs);
  packet.free();
}

const isLive = true;
async function stream(of: TestClip) {
  const { parameters, pictures } = await encodeTestClip({ fps: FPS, ...of });
  const [codecId, codecName] = of.codec === 'h265' ? [AV_CODEC_ID_HEVC, 'hevc'] : [AV_CODEC_ID_H264, 'h264'];
  return { pictures, opened: { codecId, codecName, description: parameters, msPerTick: 1_000 / FPS, isLive } };
}

/** Sends all pictures as a camera does, each at its turn. */
async function sendAll(of: TestClip) {
  const { pictures, opened } = await stream(of);
  const made = remux();
  made.video.open(opened);
  for (const [index, picture] of pictures.entries()) take(made.video, picture, (index * 1_000) / FPS);
  return { ...made, pictures };
}

/** The pictures of a recording, by their SHA-256. */
const picturesOf = async (path: string): Promise<readonly (string | undefined)[]> =>
  framesOf(await playFile(path, { maxFps: 60 })).map(({ sha256 }) => sha256);

test('a fragment is one picture, and only that of a key frame has the init segment', async () => {
  const { sent, pictures } = await sendAll({ seconds: 2, x264: 'bframes=0:keyint=15:scenecut=0' });
  expect(sent).toHaveLength(pictures.length);
  const [key, other] = sent.map(({ bytes }) => outline(readBoxes(bytes)));
  const fragment = 'moof(mfhd traf(tfhd tfdt trun)) mdat';
  const init =
    'ftyp moov(mvhd trak(tkhd mdia(mdhd hdlr minf(vmhd dinf(dref) stbl(stsd stts stsc stsz stco)))) mvex(trex))';
  expect([key, other]).toEqual([`${init} ${fragment}`, fragment]);
  expect(sent.map(({ header }) => header.isKey)).toEqual(pictures.map(({ isKeyFrame }) => isKeyFrame));
  expect(sent[0]?.header).toMatchObject({ codec: 'avc1.640014', widthPx: 320, heightPx: 180, number: 0 });
});

test.each([
  ['H.264 without B frames', { seconds: 3, x264: 'bframes=0' }],
  ['H.264 with B frames that others refer to', { seconds: 3, x264: PYRAMID }],
  ['H.264 of an odd size', { seconds: 2, sizeWh: [322, 182] as const, x264: PYRAMID }],
  ['H.265', { seconds: 2, codec: 'h265' as const, x264: 'bframes=0:keyint=15' }],
  ['H.265 with B frames', { seconds: 2, codec: 'h265' as const, x264: 'bframes=3:keyint=15' }],
])('%s: the fragments one behind the other are the recording, picture for picture', async (_, clip) => {
  const { sent } = await sendAll(clip);
  const path = join(folder, `${crypto.randomUUID()}.mp4`);
  writeFileSync(
    path,
    Buffer.concat(sent.map(({ header, bytes }, at) => bytes.subarray(at === 0 ? 0 : header.initBytes))),
  );
  const original = join(folder, `${crypto.randomUUID()}.mp4`);
  await writeTestClip({ fps: FPS, ...clip, path: original });
  expect(await picturesOf(path)).toEqual(await picturesOf(original));
});

test("a picture's time in its fragment is its time in the stream, and pictures are decoded in the order of the stream", async () => {
  const { sent, pictures, video } = await sendAll({ seconds: 3, x264: PYRAMID });
  const first = pictures[0]?.pts ?? 0;
  expect(pictures.some(({ pts }, at) => pts < (pictures[at - 1]?.pts ?? 0))).toBe(true); // there are B frames
  const decoded: number[] = [];
  for (const [at, { header, bytes }] of sent.entries()) {
    const boxes = readBoxes(bytes);
    const decodeTicks = Number(find(boxes, 'tfdt')?.readBigUInt64BE(4));
    const timeTicks = decodeTicks + (find(boxes, 'trun')?.readUInt32BE(24) ?? 0);
    const picture = pictures[at];
    expect(timeTicks).toBe(90_000 + ((picture?.pts ?? 0) - first) * TICKS);
    expect(timeTicks).toBe(header.timeTicks);
    expect(video.placeOf(BigInt(picture?.pts ?? 0))).toEqual({ generation: header.generation, timeTicks });
    decoded.push(decodeTicks);
  }
  expect(decoded).toEqual([...new Set(decoded)].toSorted((a, b) => a - b));
});

test('the place that a sampled picture of a recording names is the place of that very picture', async () => {
  const path = join(folder, 'sampled.mp4');
  await writeTestClip({ path, seconds: 3, fps: FPS, x264: PYRAMID });
  const { video, sent } = remux();
  const frames: SampledFrame[] = [];
  const send = (message: DecoderMessage): void => void (message.kind === 'picture' && frames.push(message));
  const request = { cameraId: 'c', playId: 1, source: 'file', url: path, maxFps: 5, speed: 1 } as const;
  const outlet = { congested: false, send, drained: async () => {} };
  const rest = { afterFrame: -1, afterMediaTimeMs: 0, motionGate: false };
  await play({ ...request, ...rest }, outlet, AbortSignal.timeout(20_000), video);
  expect(frames).toHaveLength(15);
  for (const { video: place, frameNumber } of frames)
    expect(place).toEqual({ generation: sent[0]?.header.generation, timeTicks: 90_000 + frameNumber * TICKS });
});

test('behind a loss and on a second look the video goes on at a key frame, with nothing that refers to what is missing', async () => {
  const openGroups = 'bframes=3:keyint=15:min-keyint=15:open-gop=1:scenecut=0';
  const { pictures, opened } = await stream({ seconds: 3, codec: 'h265', x264: openGroups });
  const { video, sent } = remux();
  video.open(opened);
  for (const [index, picture] of pictures.entries()) {
    if (index === 5) video.lost();
    take(video, picture, (index * 1_000) / FPS);
  }
  const after = sent.slice(5);
  const keyTicks = after[0]?.header.timeTicks ?? 0;
  expect(after[0]?.header).toMatchObject({ isKey: true, number: 5 });
  expect(after.every(({ header }) => header.timeTicks >= keyTicks)).toBe(true);
  const keyAt = pictures.findIndex(({ isKeyFrame }, at) => isKeyFrame && at > 5);
  const leading = pictures.slice(keyAt).filter(({ pts }) => pts < (pictures[keyAt]?.pts ?? 0));
  expect(leading.length).toBeGreaterThan(0); // they refer to what is missing
  expect(after).toHaveLength(pictures.length - keyAt - leading.length);
});

test('nothing is made while nobody watches', async () => {
  const { pictures, opened } = await stream({ seconds: 1 });
  const { video, sent } = remux();
  video.watched = false;
  video.open(opened);
  for (const picture of pictures) take(video, picture, 0);
  expect([sent, video.placeOf(0n)]).toEqual([[], undefined]);
});

test('a jump of the times begins a new generation, and times that go wrong on and on end the video with a reason', async () => {
  const { pictures, opened } = await stream({ seconds: 4, x264: 'bframes=0:keyint=5:scenecut=0' });
  const { video, sent, reasons } = remux();
  video.open(opened);
  for (const [index, picture] of pictures.entries())
    take(video, picture, (index * 1_000) / FPS, BigInt(picture.pts + (index < 30 ? 0 : 9_000)));
  expect(new Set(sent.map(({ header }) => header.generation)).size).toBe(2);
  expect([sent.length, reasons]).toEqual([60, []]);
  video.open(opened);
  for (const [index, picture] of pictures.entries()) take(video, picture, (index * 1_000) / FPS, 7n); // they stand still
  expect(reasons).toEqual(['the times of its stream are wrong']);
});

test.each([
  ['stand at half the pace', (pts: number) => BigInt(Math.floor(pts / 2)), 'the times of its stream are wrong'],
  ['are missing', () => -(2n ** 63n), 'its stream has no times'],
])('a camera whose times %s has no video, and the reason is said', async (_, ptsOf, reason) => {
  const { pictures, opened } = await stream({ seconds: 12, x264: 'bframes=0:keyint=15' });
  const { video, reasons } = remux();
  video.open(opened);
  for (const [index, picture] of pictures.entries()) take(video, picture, (index * 1_000) / FPS, ptsOf(picture.pts));
  expect(reasons).toEqual([reason]);
});

test('first packets without a time are passed over', async () => {
  const { pictures, opened } = await stream({ seconds: 2, x264: 'bframes=0:keyint=15:scenecut=0' });
  const { video, sent, reasons } = remux();
  video.open(opened);
  for (const [index, picture] of pictures.entries())
    take(video, picture, (index * 1_000) / FPS, index < 2 ? -(2n ** 63n) : BigInt(picture.pts));
  expect([sent.length, sent[0]?.header.isKey, reasons]).toEqual([15, true, []]);
});

test('another size is described by the next key frame', async () => {
  const small = await stream({ seconds: 1, x264: 'bframes=0' });
  const large = await stream({ seconds: 1, x264: 'bframes=0', sizeWh: [640, 360] });
  const { video, sent } = remux();
  video.open(small.opened);
  for (const [index, picture] of small.pictures.entries()) take(video, picture, (index * 1_000) / FPS);
  const inBand = Buffer.concat([large.opened.description, large.pictures[0]?.bytes ?? Buffer.alloc(0)]);
  const at = small.pictures.length;
  take(video, { bytes: inBand, pts: at, isKeyFrame: true }, (at * 1_000) / FPS);
  expect(sent[0]?.header).toMatchObject({ widthPx: 320, heightPx: 180 });
  expect(sent.at(-1)?.header).toMatchObject({ widthPx: 640, heightPx: 360, isKey: true });
});

test('what cannot be remuxed is told with its codec, each time that somebody begins to watch', async () => {
  const { video, reasons } = remux();
  video.open({ codecId: 7, codecName: 'mjpeg', description: null, msPerTick: 1, isLive: true });
  video.watched = false;
  video.watched = true;
  expect(reasons).toEqual(Array(2).fill('mjpeg cannot be shown as video'));
});
