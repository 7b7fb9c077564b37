import { expect, test } from 'vitest';
import type { LogRecord } from '../log/index.ts';
import { BlockBuilder, missingFrom, PlanUnreadableError, readMark, tokenOf, writeMark } from './block.ts';

const record = (offset: number): LogRecord => ({
  offset: BigInt(offset),
  timestampMs: 0,
  key: null,
  value: null,
  headers: [],
});
const origin = { topic: 'tracks', topicId: 'a1', partition: 3 };
const rows = { shared: { camera_id: 'c1' }, each: [{ box: 0 }, { box: 1 }] };
const target = { table: 'tracks', version: 5 };

function block(...offsets: readonly number[]) {
  const builder = new BlockBuilder(origin, target);
  for (const offset of offsets) builder.add(record(offset), rows);
  return builder.build();
}

test('a block names its border, its rows and the record of each row', () => {
  const { body, ...rest } = block(7, 9);
  expect(rest).toMatchObject({ min: 7n, max: 9n, rows: 4, table: 'tracks' });
  expect(body.toString().split('\n')[3]).toBe(
    '{"camera_id":"c1","_written_at":"1970-01-01 00:00:00.000","_topic":"tracks","_topic_id":"a1","_partition":3,"_offset":9,"box":1}',
  );
});

test('the same records give the same plan and token, others do not', () => {
  expect(writeMark('a1', block(7, 9))).toBe(writeMark('a1', block(7, 9)));
  expect(writeMark('a1', block(7, 9))).not.toBe(writeMark('a1', block(7, 8, 9)));
  expect(tokenOf(block(7, 9))).toBe('tracks:a1:3:7:9:tracks');
});

test('a record that did not decode is part of the plan', () => {
  const builder = new BlockBuilder(origin, target);
  builder.add(record(7), rows);
  builder.addDead(record(9), new Error('not a Track'));
  expect(builder.build()).toMatchObject({ min: 7n, max: 9n, rows: 2 });
  expect(builder.build().hash).not.toBe(block(7).hash);
});

test('a plan reads back equal, no plan reads as undefined, another version throws', () => {
  const { max, table, version, rows, hash } = block(7, 9);
  expect(readMark(writeMark('a1', block(7, 9)))).toEqual({ topicId: 'a1', plan: { max, table, version, rows, hash } });
  expect(readMark(writeMark('a1'))).toEqual({ topicId: 'a1', plan: undefined });
  expect(readMark('')).toEqual({ topicId: undefined, plan: undefined });
  expect(() => readMark('v4|a1|9|tracks|5|4|abc')).toThrow(PlanUnreadableError);
});

test('blocks of two topics of the same name have different tokens', () => {
  const builder = new BlockBuilder({ ...origin, topicId: 'b2' }, target);
  for (const offset of [7, 9]) builder.add(record(offset), rows);
  expect(tokenOf(builder.build())).not.toBe(tokenOf(block(7, 9)));
});

test('the missing rows of a block are a block with its own token', () => {
  const whole = block(7, 9);
  const rest = missingFrom(whole, new Set([7n]));
  expect(rest).toMatchObject({ min: 7n, max: 9n, rows: 2, offsets: [9n, 9n] });
  expect(rest && tokenOf(rest)).not.toBe(tokenOf(whole));
  expect(missingFrom(whole, new Set([7n, 9n]))).toBeUndefined();
});
