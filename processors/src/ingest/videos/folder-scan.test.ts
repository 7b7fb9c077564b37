import { expect, test } from 'vitest';
import { Settling } from './folder-scan.ts';

const file = (sizeBytes: number, changedAtMs = 1) => ({ fileName: 'a.mp4', sizeBytes, changedAtMs });

test('a file that still grows is left alone until it has stood still for a second', () => {
  const settling = new Settling(1_000);
  expect(settling.scan([file(10)], 0)).toEqual({ settled: [], changed: ['a.mp4'], gone: [] });
  expect(settling.scan([file(20)], 900).settled).toEqual([]);
  expect(settling.scan([file(20)], 1_800).settled).toEqual([]);
  expect(settling.scan([file(20)], 1_900).settled).toEqual([file(20)]);
});

test('a settled file is reported once, again when it changes, and also when it is gone', () => {
  const settling = new Settling(1_000);
  settling.scan([file(10)], 0);
  expect(settling.scan([file(10)], 1_000).settled).toHaveLength(1);
  expect(settling.scan([file(10)], 9_000).settled).toEqual([]);
  settling.scan([file(10, 2)], 10_000);
  expect(settling.scan([file(10, 2)], 11_000).settled).toEqual([file(10, 2)]);
  expect(settling.scan([], 12_000).gone).toEqual(['a.mp4']);
});
