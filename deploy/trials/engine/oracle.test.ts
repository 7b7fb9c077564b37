import { expect, test } from 'vitest';
import { type Evidence, judge, type Seen } from './oracle.ts';

const seen = (...entries: readonly string[]): readonly Seen[] =>
  entries.map((entry, offset) => {
    const [key = '', value = ''] = entry.split('=');
    return { partition: 0, offset, key, value };
  });
const good: Evidence = {
  input: seen('a=v', 'b=v', 'a=v'),
  output: seen('a=1:0', 'b=1:1', 'a=2:2'),
  changelog: seen('a=1', 'b=1', 'a=2'),
  groupOffsets: new Map([[0, 3]]),
};
const verdict = (changed: Partial<Evidence>) => {
  const { examples, ...counts } = judge({ ...good, ...changed });
  return counts;
};

test('one output for each input, equal to changelog and offsets, is exactly once', () => {
  expect(verdict({})).toEqual({ lost: 0, duplicate: 0, torn: 0 });
});

test('an input record without an output is lost', () => {
  expect(verdict({ output: seen('a=1:0', 'a=2:2') })).toEqual({ lost: 1, duplicate: 0, torn: 0 });
});

test('a second output of an input record is a duplicate, whatever its count', () => {
  expect(verdict({ output: seen('a=1:0', 'b=1:1', 'a=2:2', 'b=2:1') })).toEqual({ lost: 0, duplicate: 1, torn: 0 });
});

test('a count from state outside the transaction is torn', () => {
  expect(verdict({ output: seen('a=1:0', 'b=1:1', 'a=3:2') })).toEqual({ lost: 0, duplicate: 0, torn: 1 });
});

test('outputs in another order than their inputs are torn', () => {
  expect(verdict({ output: seen('b=1:1', 'a=1:0', 'a=2:2') })).toEqual({ lost: 0, duplicate: 0, torn: 1 });
});

test('a changelog or a group offset that differs from the outputs is torn', () => {
  expect(verdict({ changelog: seen('a=1', 'b=1') })).toEqual({ lost: 0, duplicate: 0, torn: 1 });
  expect(verdict({ groupOffsets: new Map([[0, 2]]) })).toEqual({ lost: 0, duplicate: 0, torn: 1 });
  expect(verdict({ output: [...good.output, ...seen('c=1:9')] })).toEqual({ lost: 0, duplicate: 0, torn: 1 });
});
