import { expect, test } from 'vitest';
import type { CameraStream } from '#generated/documents.ts';
import { clockWords, inputPxOf, proposedStream, streamWords } from './proposed-stream.ts';

const stream = (
  token: string,
  widthPx: number | null,
  heightPx: number | null,
  change: Partial<CameraStream> = {},
) => ({
  ...{ token, name: token, codec: 'H264', widthPx, heightPx, fps: 15, url: `rtsp://cam/${token}` },
  ...change,
});
const main = stream('main', 1920, 1080);
const sub = stream('sub', 640, 360);
const tiny = stream('tiny', 320, 180);

test.each([
  [416, 'sub'],
  [640, 'sub'],
  [641, 'main'],
  [300, 'tiny'],
  [undefined, 'sub'],
])('models that look at %s px get the nearest stream above: %s', (inputPx, token) => {
  expect(proposedStream([main, tiny, sub], inputPx)?.token).toBe(token);
});

test('the reason names the size that is needed, and what a larger stream costs only where there is one', () => {
  expect(proposedStream([main, sub], 416)?.reason).toBe(
    'The smallest stream that has at least the 416 px that the chosen models look at. A larger one costs more to decode, and they see no more in it.',
  );
  expect(proposedStream([sub], undefined)?.reason).toBe(
    'The smallest stream that has at least the 640 px that Sightline keeps of a picture.',
  );
});

test('when no stream is large enough the largest is proposed, and of equal ones H.264 with more pictures', () => {
  expect(proposedStream([tiny, sub], 960)).toMatchObject({
    token: 'sub',
    reason: expect.stringContaining('may be missed'),
  });
  const same = [
    stream('h265', 640, 360, { codec: 'H265', fps: 30 }),
    stream('slow', 640, 360, { fps: 5 }),
    stream('fast', 640, 360, { fps: 25 }),
  ];
  expect(proposedStream(same, 416)?.token).toBe('fast');
  expect(proposedStream(same, 2_000)?.token).toBe('fast');
});

test('upright streams count by their longer side; without sizes the first is proposed, without streams none', () => {
  expect(proposedStream([main, stream('upright', 360, 640)], 640)?.token).toBe('upright');
  expect(proposedStream([stream('a', null, null), stream('b', null, null)], 416)?.token).toBe('a');
  expect(proposedStream([], 416)).toBeUndefined();
});

test('the largest picture of the chosen models counts, without those that look at crops', () => {
  const models = [
    { name: 'a', inputWidthPx: 416, inputHeightPx: 416, cropsOf: null },
    { name: 'b', inputWidthPx: 384, inputHeightPx: 640, cropsOf: null },
    { name: 'c', inputWidthPx: null, inputHeightPx: null, cropsOf: null },
    { name: 'crops', inputWidthPx: 960, inputHeightPx: 960, cropsOf: 'a' },
  ];
  expect(inputPxOf(models, ['a', 'b'])).toBe(640);
  expect(inputPxOf(models, ['a'])).toBe(416);
  expect(inputPxOf(models, ['a', 'crops'])).toBe(416);
  expect(inputPxOf(models, ['c'])).toBeUndefined();
  expect(inputPxOf(models, [])).toBeUndefined();
});

test('a stream and a clock in words', () => {
  expect(streamWords(sub)).toBe('H.264 · 640 × 360 · 15 pictures a second');
  expect(streamWords(stream('x', null, null, { codec: null, fps: null }))).toBe(
    'codec not told · size not told · rate not told',
  );
  expect(clockWords(null)).toBeUndefined();
  expect(clockWords(-4_000)).toBeUndefined();
  expect(clockWords(7_260_000)).toContain('is 2 hours 1 minute ahead of Sightline’s');
  expect(clockWords(-86_400_000 * 400)).toContain('is 400 days behind Sightline’s');
  expect(clockWords(6_000)).toContain('is 6 seconds ahead');
});
