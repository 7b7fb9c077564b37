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

test('every cut of a JPEG is refused, and bytes behind its end are not', () => {
  for (let length = 0; length < jpeg.length - 1; length += length < 700 ? 1 : 97)
    expect(typeof jpegSize(jpeg.subarray(0, length))).toBe('string');
  expect(jpegSize(Buffer.concat([jpeg, Buffer.alloc(100)]))).toEqual({ widthPx: 640, heightPx: 360 });
});

test('a header without its picture, an early end and a second frame are refused', () => {
  const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  const end = Buffer.from([0xff, 0xd9]);
  const [head, scanHead] = [jpeg.subarray(0, scan), jpeg.subarray(scan, scan + 2 + jpeg.readUInt16BE(scan + 2))];
  expect(jpegSize(Buffer.concat([head, Buffer.alloc(500, 'A')]))).toMatch(/a marker is missing/);
  expect(jpegSize(Buffer.concat([head, end]))).toMatch(/ends before its picture/);
  expect(jpegSize(Buffer.concat([head, scanHead, Buffer.alloc(300, 'A'), end]))).toMatch(
    /300 bytes are too few for 640 x 360/,
  );
  const large = Buffer.from(jpeg.subarray(frame, frame + 2 + jpeg.readUInt16BE(frame + 2)));
  large.writeUInt16BE(65_500, 5);
  large.writeUInt16BE(65_500, 7);
  expect(jpegSize(Buffer.concat([head, large, jpeg.subarray(scan)]))).toMatch(/two frames/);
});

test('pictures beyond the rate are not taken, however they come', () => {
  const rate = new PictureRate();
  const taken = Array.from({ length: 1_000 }, (_, at) => rate.takes(5, at * 10)).filter(one => one).length;
  expect(taken).toBeGreaterThanOrEqual(49);
  expect(taken).toBeLessThanOrEqual(52);
  const late = new PictureRate();
  expect([0, 250, 400, 610].map(atMs => late.takes(5, atMs))).toEqual([true, true, true, true]);
});

test.each([
  ['II', 6],
  ['MM', 8],
  ['II', 1],
] as const)('EXIF data of byte order %s that say orientation %i: turned pictures are refused', (order, orientation) => {
  const isLittle = order === 'II';
  const u16 = (value: number): readonly number[] => (isLittle ? [value, 0] : [0, value]);
  const u32 = (value: number): readonly number[] => (isLittle ? [value, 0, 0, 0] : [0, 0, 0, value]);
  const tag = isLittle ? [0x12, 0x01] : [0x01, 0x12];
  const directory = [...u16(1), ...tag, ...u16(3), ...u32(1), ...u16(orientation), 0, 0, ...u32(0)];
  const tiff = [...Buffer.from(order, 'latin1'), ...u16(42), ...u32(8), ...directory];
  const body = Buffer.from([...Buffer.from('Exif\0\0', 'latin1'), ...tiff]);
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, body.length + 2]), body]);
  const turned = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
  if (orientation === 1) expect(jpegSize(turned)).toEqual({ widthPx: 640, heightPx: 360 });
  else expect(jpegSize(turned)).toMatch(`EXIF orientation ${orientation}`);
});
