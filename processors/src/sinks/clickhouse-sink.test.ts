import { expect, test } from 'vitest';
import type { Assignment } from '../log/index.ts';
import { follows } from './clickhouse-sink.ts';

const at = (generation: number, memberId = 'a'): Assignment => ({
  generation,
  memberId,
  partitions: [],
  standbys: [],
  servers: {},
});

test('a partition given again is another owner’s work when a generation or the membership was missed', () => {
  expect(follows(at(4), at(5))).toBe(true);
  expect(follows(at(4), at(6))).toBe(false);
  expect(follows(at(4), at(5, 'b'))).toBe(false);
});
