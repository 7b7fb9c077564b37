import { compressFrameSync } from 'lz4-napi';
import { compressSync } from 'snappy';
import { expect, test } from 'vitest';
import { CODECS, compress, decompress } from './compression.ts';

const text = Buffer.from('the quick brown fox jumps over the lazy dog '.repeat(2_000));

/** Frames like Java's SnappyOutputStream: a header of sixteen bytes, then blocks, each after its length. */
function xerial(blocks: readonly Buffer[]): Buffer {
  const head = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const framed = blocks.flatMap(block => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    return [length, block];
  });
  return Buffer.concat([head, ...framed]);
}

test('every codec of Kafka is read', () => {
  expect(decompress(CODECS.gzip, compress('gzip', text))).toEqual(text);
  expect(decompress(CODECS.zstd, compress('zstd', text))).toEqual(text);
  expect(decompress(CODECS.lz4, compressFrameSync(text))).toEqual(text);
  expect(decompress(CODECS.snappy, compressSync(text))).toEqual(text);
  expect(() => decompress(5, text)).toThrow(/codec 5/);
});

test('Snappy as the Java client frames it is read block by block', () => {
  const halves = [text.subarray(0, 40_000), text.subarray(40_000)];
  expect(decompress(CODECS.snappy, xerial(halves.map(half => compressSync(half))))).toEqual(text);
  expect(decompress(CODECS.snappy, xerial([]))).toEqual(Buffer.alloc(0));
});

test('a truncated Snappy block throws', () => {
  const cut = xerial([compressSync(text)]).subarray(0, -1);
  expect(() => decompress(CODECS.snappy, cut)).toThrow(/ends at/);
});
