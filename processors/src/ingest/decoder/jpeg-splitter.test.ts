import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { encodeTestClip } from '../testing/test-clip.ts';
import { JpegSplitter } from './jpeg-splitter.ts';

let jpegs: readonly Buffer[];
beforeAll(async () => {
  const { pictures } = await encodeTestClip({ seconds: 1, fps: 5, codec: 'mjpeg', noise: true });
  jpegs = pictures.map(({ bytes }) => bytes);
});

function split(bytes: Buffer, chunkBytes: number): readonly Buffer[] {
  const splitter = new JpegSplitter();
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    found.push(...splitter.push(bytes.subarray(at, at + chunkBytes)));
  return found;
}

test('whole pictures are found whatever stands between them, in chunks of any size', () => {
  const between = fc.array(
    fc.uint8Array({ maxLength: 60 }).filter(bytes => !bytes.includes(0xff)),
    { minLength: 6, maxLength: 6 },
  );
  fc.assert(
    fc.property(between, fc.integer({ min: 100, max: 20_000 }), (junk, chunkBytes) => {
      const bytes = Buffer.concat([
        ...jpegs.flatMap((jpeg, index) => [Buffer.from(junk[index] ?? []), jpeg]),
        Buffer.from(junk[5] ?? []),
      ]);
      const found = split(bytes, chunkBytes);
      expect(found.length).toBe(jpegs.length);
      for (const [index, jpeg] of found.entries()) expect(jpeg.equals(jpegs[index] ?? Buffer.alloc(0))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('a picture that is cut short anywhere is left out, and the next one is found', () => {
  const [first = Buffer.alloc(0), second = Buffer.alloc(0), third = Buffer.alloc(0)] = jpegs;
  for (let kept = 2; kept < first.length - 2; kept += 397) {
    const found = split(
      Buffer.concat([first.subarray(0, kept), Buffer.from('\r\n--frame\r\n\r\n'), second, third]),
      1_000,
    );
    expect(found.at(-1)?.equals(third)).toBe(true);
    expect(found.filter(jpeg => !jpegs.some(whole => whole.equals(jpeg)))).toEqual([]);
  }
});

test('a picture inside a picture is none, and bytes without a picture need no memory', async () => {
  const [jpeg = Buffer.alloc(0)] = jpegs;
  const inner = jpeg.subarray(0, 2_000);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, (inner.length + 2) >> 8, (inner.length + 2) & 255]);
  const outer = Buffer.concat([head, inner, jpeg.subarray(2)]);
  expect(split(outer, 500).map(found => found.equals(outer))).toEqual([true]);
  const splitter = new JpegSplitter();
  const source = await readFile(new URL('./jpeg-splitter.ts', import.meta.url));
  for (let times = 0; times < 20_000; times++) expect(splitter.push(source).length).toBe(0);
});
