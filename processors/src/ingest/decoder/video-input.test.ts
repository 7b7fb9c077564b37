import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTestClip } from '../testing/test-clip.ts';
import { probe } from './probe.ts';
import { VideoInput } from './video-input.ts';

const folder = mkdtempSync(join(tmpdir(), 'input-'));
const large = join(folder, 'large.avi');

beforeAll(async () => {
  await writeTestClip({ path: large, seconds: 1, fps: 4, sizeWh: [6_400, 6_400], codec: 'mjpeg' });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Width and height as an AVI header tells them. */
const sizeBytes = (widthPx: number, heightPx = widthPx): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(widthPx, 0);
  bytes.writeUInt32LE(heightPx, 4);
  return bytes;
};
function* sizesIn(bytes: Buffer, widthPx: number, heightPx = widthPx): Iterable<number> {
  const headers = bytes.subarray(0, 4_096);
  const wanted = sizeBytes(widthPx, heightPx);
  for (let at = headers.indexOf(wanted); at >= 0; at = headers.indexOf(wanted, at + 1)) yield at;
}
/** Before the height and width of a JPEG in its header (SOF0). */
const JPEG_SIZE_FOLLOWS = Buffer.from([0xff, 0xc0, 0x00, 0x11, 0x08]);
const open = (path: string): Promise<VideoInput> =>
  VideoInput.open(path, { playId: 1, signal: new AbortController().signal });

test('a recording with very large pictures is refused by its header, before a picture is decoded', async () => {
  const startedMs = performance.now();
  await expect(open(large)).rejects.toThrow('its pictures are 6400 x 6400: pictures of more than 40 megapixels');
  expect(performance.now() - startedMs).toBeLessThan(100);
  expect(await probe(large)).toMatch(/^its pictures are 6400 x 6400/);
});

test('a recording whose header tells less than its pictures have is refused before it plays', async () => {
  const lying = join(folder, 'lying.avi');
  const bytes = readFileSync(large);
  for (const at of sizesIn(bytes, 6_400)) bytes.set(sizeBytes(320), at);
  writeFileSync(lying, bytes);
  await expect(open(lying)).rejects.toThrow('its pictures are 6400 x 6400: pictures of more than 40 megapixels');
});

test('pictures that grow too large midway end the recording with the reason, before they are decoded', async () => {
  const growing = join(folder, 'growing.avi');
  const bytes = readFileSync(large);
  for (const at of sizesIn(bytes, 6_400)) bytes.set(sizeBytes(320), at);
  bytes.set([320 >> 8, 320 & 255, 320 >> 8, 320 & 255], bytes.indexOf(JPEG_SIZE_FOLLOWS) + JPEG_SIZE_FOLLOWS.length);
  writeFileSync(growing, bytes);
  const input = await open(growing);
  expect((await input.next())?.frame.width).toBe(320);
  await expect(input.next()).rejects.toThrow('pictures of more than 40 megapixels are not read');
  expect(input.decoder.decodeMs).toBeLessThan(200);
  await input.close();
});

test('pictures of an 8K camera are read', async () => {
  const path = join(folder, '8k.avi');
  await writeTestClip({ path, seconds: 1, fps: 1, sizeWh: [7_680, 4_320], codec: 'mjpeg' });
  expect(await probe(path)).toBeNull();
});

test('pictures that are refused for another reason than their size say so', async () => {
  const path = join(folder, 'short.avi');
  await writeTestClip({ path, seconds: 1, codec: 'raw' });
  const bytes = readFileSync(path);
  for (const at of sizesIn(bytes, 320, 180)) bytes.set(sizeBytes(320, 360), at);
  writeFileSync(path, bytes);
  const input = await open(path);
  await expect(input.next()).rejects.toThrow(/^its pictures cannot be decoded \(Invalid argument\): copy it again/);
  await input.close();
});
