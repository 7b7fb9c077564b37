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

test('after a missed generation or a new membership, a partition may have had another owner', () => {
  expect(follows(at(4), at(5))).toBe(true);
  expect(follows(at(4), at(6))).toBe(false);
  expect(follows(at(4), at(5, 'b'))).toBe(false);
});
