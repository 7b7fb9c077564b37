import { expect, test } from 'vitest';
import type { LogRecord } from '../log/index.ts';
import { BlockBuilder, PlanUnreadableError, readPlan, tokenOf, writePlan } from './block.ts';

const record = (offset: number): LogRecord => ({
  offset: BigInt(offset),
  timestampMs: 0,
  key: null,
  value: null,
  headers: [],
});
const origin = { topic: 'tracks', partition: 3 };

function block(...offsets: readonly number[]) {
  const builder = new BlockBuilder(origin, 'detections');
  for (const offset of offsets) builder.add(record(offset), [{ box: 0 }, { box: 1 }]);
  return builder.build();
}

test('a block names its border, its rows and where each came from', () => {
  const { body, ...rest } = block(7, 9);
  expect(rest).toMatchObject({ min: 7n, max: 9n, rows: 4, table: 'detections' });
  expect(body.split('\n')[3]).toBe('{"box":1,"_topic":"tracks","_partition":3,"_offset":9}');
});

test('the same records give the same plan and token, others do not', () => {
  expect(writePlan(block(7, 9))).toBe(writePlan(block(7, 9)));
  expect(writePlan(block(7, 9))).not.toBe(writePlan(block(7, 8, 9)));
  expect(tokenOf(block(7, 9))).toBe('tracks:3:7:9:detections');
});

test('a record that did not decode is part of the plan', () => {
  const builder = new BlockBuilder(origin, 'detections');
  builder.add(record(7), [{ box: 0 }, { box: 1 }]);
  builder.addDead(record(9), new Error('not a Track'));
  expect(builder.build()).toMatchObject({ min: 7n, max: 9n, rows: 2 });
  expect(builder.build().hash).not.toBe(block(7).hash);
});

test('a plan is read as it was written, no plan as none, another version not at all', () => {
  const { max, table, rows, hash } = block(7, 9);
  expect(readPlan(writePlan(block(7, 9)))).toEqual({ max, table, rows, hash });
  expect(readPlan('')).toBeUndefined();
  expect(() => readPlan('v2|9|detections|4|abc')).toThrow(PlanUnreadableError);
});
