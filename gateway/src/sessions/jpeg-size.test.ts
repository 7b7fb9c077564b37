import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jpegSize } from './jpeg-size.ts';
import { PictureRate } from './picture-rate.ts';

const jpeg = readFileSync(new URL('../../../models/goldens/kitchen-v1.jpg', import.meta.url));

test('the size of a JPEG is read from its header', () => {
  expect(jpegSize(jpeg)).toEqual({ widthPx: 640, heightPx: 360 });
});

test('what is no JPEG, a rare one or a broken one is refused with the reason', () => {
  expect(jpegSize(Buffer.from('GIF89a'))).toMatch(/no JPEG/);
  expect(jpegSize(Buffer.alloc(0))).toMatch(/no JPEG/);
  expect(jpegSize(jpeg.subarray(0, 40))).toMatch(/cut off|broken/);
  expect(jpegSize(Buffer.from([0xff, 0xd8, 0x12, 0x34, 0, 0]))).toMatch(/broken/);
  const lossless = Buffer.from(jpeg);
  const at = lossless.indexOf(Buffer.from([0xff, 0xc0]));
  lossless[at + 1] = 0xc3;
  expect(jpegSize(lossless)).toMatch(/rare kind/);
  const flat = Buffer.from(jpeg);
  flat.writeUInt16BE(0, at + 5);
  expect(jpegSize(flat)).toMatch(/no width or no height/);
});

test('no cut of a JPEG throws', () => {
  for (let length = 0; length < 700; length++) expect(typeof jpegSize(jpeg.subarray(0, length))).not.toBe('undefined');
});

test('pictures beyond the rate are not taken, however they come', () => {
  const rate = new PictureRate();
  const taken = Array.from({ length: 1_000 }, (_, at) => rate.takes(5, at * 10)).filter(one => one).length;
  expect(taken).toBeGreaterThanOrEqual(49);
  expect(taken).toBeLessThanOrEqual(52);
  const late = new PictureRate();
  expect([0, 250, 400, 610].map(atMs => late.takes(5, atMs))).toEqual([true, true, true, true]);
});
