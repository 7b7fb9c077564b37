import { expect, test } from 'vitest';
import { murmur2, partitionFor } from './murmur2.ts';

test("murmur2 gives the values of Kafka's own test", () => {
  const golden: readonly (readonly [string, number])[] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ];
  for (const [key, hash] of golden) expect(murmur2(Buffer.from(key))).toBe(hash);
});

test("a key's partition is its positive hash modulo the partitions, for text and for bytes", () => {
  expect(partitionFor('21', 10)).toBe((-973932308 & 0x7fffffff) % 10);
  expect(partitionFor('foobar', 4)).toBe(partitionFor(Buffer.from('foobar'), 4));
});
