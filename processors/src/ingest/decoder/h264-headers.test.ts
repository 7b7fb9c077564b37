import { expect, test } from 'vitest';
import { type EncodedPicture, encodeTestClip, type TestClip } from '../testing/test-clip.ts';
import { H264Headers } from './h264-headers.ts';

const PYRAMID = 'bframes=7:b-pyramid=normal:b-adapt=0:ref=4:scenecut=0';

async function read(clip: Partial<TestClip>, lost: (picture: EncodedPicture, index: number) => boolean = () => false) {
  const { parameters, pictures } = await encodeTestClip({ seconds: 3, ...clip });
  const headers = new H264Headers(parameters);
  return pictures.flatMap((picture, index) =>
    lost(picture, index) ? [] : [{ index, isKeyFrame: picture.isKeyFrame, ...headers.take(picture.bytes) }],
  );
}

test.each([
  ['without B frames', { x264: 'bframes=0' }],
  ['with B frames that others refer to', { x264: PYRAMID }],
  ['with its own scaling lists', { x264: 'cqm=jvt' }],
  ['in 4:4:4', { pixels: 'yuv444' }],
  ['of fields', { x264: 'interlaced=1', sizeWh: [320, 192] }],
  ['of the baseline profile', { x264: 'cabac=0:8x8dct=0:bframes=0:weightp=0' }],
  ['with many slices', { x264: 'slices=4' }],
  ['that is refreshed by and by', { x264: 'intra-refresh=1:bframes=0' }],
  ['of more than 16 frames between key frames', { seconds: 6, x264: 'keyint=90:scenecut=0' }],
] as [string, Partial<TestClip>][])('nothing is lost in a whole stream %s', async (_, clip) => {
  const seen = await read(clip);
  expect(seen.length).toBeGreaterThan(40);
  expect(seen.filter(({ lost }) => lost)).toEqual([]);
  if (!clip.x264?.includes('interlaced')) expect(seen.some(({ isReference }) => isReference)).toBe(true);
});

test('a lost picture that others refer to shows at the next picture', async () => {
  const seen = await read({ x264: 'bframes=0:scenecut=0' }, (_, index) => index === 7 || index === 22);
  expect(seen.filter(({ lost }) => lost).map(({ index }) => index)).toEqual([8, 23]);
});

test('a lost picture that no other refers to loses nothing', async () => {
  const whole = await read({ x264: PYRAMID });
  const spare = new Set(whole.filter(({ isReference }) => !isReference).map(({ index }) => index));
  expect(spare.size).toBeGreaterThan(10);
  const seen = await read({ x264: PYRAMID }, (_, index) => spare.has(index));
  expect(seen.filter(({ lost }) => lost)).toEqual([]);
});

test('packets of another format are told to be sound references, and any bytes are read without an error', () => {
  const headers = new H264Headers(null);
  for (let length = 0; length < 300; length++) {
    const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 37 + length * 11) & 255));
    expect(headers.take(bytes)).toEqual({ isReference: true, lost: false });
    headers.take(Buffer.concat([Buffer.from([0, 0, 1, 0x67]), bytes]));
    headers.take(Buffer.concat([Buffer.from([0, 0, 1, 0x41]), bytes]));
  }
});
