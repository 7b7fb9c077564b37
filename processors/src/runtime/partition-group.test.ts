import { type Serde, topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import { PartitionGroup } from './partition-group.ts';
import { RecordQueue } from './record-queue.ts';

const text: Serde<string> = { name: 'text', serialize: v => Buffer.from(v), deserialize: b => b.toString() };
const queueOf = (name: string) => {
  const read = topic(name, { key: text, value: text, cleanup: 'delete', retention: { timeMs: -1 } });
  return new RecordQueue({ kind: 'source', name, topic: read, timestampExtractor: undefined, nulls: 'refuse' }, 0, 1);
};
const record = (offset: number, timestampMs: number, value = `${timestampMs}`) => ({
  offset: BigInt(offset),
  timestampMs,
  key: Buffer.from('k'),
  value: Buffer.from(value),
  headers: [],
});
function takeAll(group: PartitionGroup): (string | undefined)[] {
  const taken: (string | undefined)[] = [];
  for (let queue = group.next(); queue; queue = group.next()) {
    const head = queue.take();
    taken.push(head?.kind === 'record' ? `${queue.source.name} ${head.record.value}` : head?.kind);
  }
  return taken;
}

test('the head with the lowest event time is taken, and the order within a partition is kept', () => {
  const [left, right] = [queueOf('left'), queueOf('right')];
  for (const queue of [left, right]) queue.start(0n, 0n);
  left.add([record(0, 30), record(1, 10)], 2n);
  right.add([record(0, 20), record(1, 40)], 2n);
  expect(takeAll(new PartitionGroup([left, right]))).toEqual(['right 20', 'left 30', 'left 10', 'right 40']);
});

test('while an empty partition has more in the log, the task waits for it', () => {
  const [left, right] = [queueOf('left'), queueOf('right')];
  left.start(0n, 1n);
  right.start(0n, 1n);
  const group = new PartitionGroup([left, right]);
  left.add([record(0, 30)], 1n);
  expect(takeAll(group)).toEqual([]);
  right.add([record(0, 20)], 1n);
  expect(takeAll(group)).toEqual(['right 20', 'left 30']);
});

test('a position names the next record to process, and skips batches without records', () => {
  const queue = queueOf('left');
  queue.start(5n, 9n);
  expect(queue.position).toBe(5n);
  queue.add([record(5, 1), record(6, 2)], 9n);
  queue.take();
  expect(queue.position).toBe(6n);
  queue.take();
  expect([queue.position, queue.isCaughtUp, queue.bytes]).toEqual([9n, true, 0]);
});

test('the task waits for an empty partition at its end up to maxTaskIdleMs, then the others go on', () => {
  const [left, right] = [queueOf('left'), queueOf('right')];
  for (const queue of [left, right]) queue.start(0n, 0n);
  const group = new PartitionGroup([left, right], 100);
  left.add([record(0, 30), record(1, 40)], 2n);
  expect([group.next(1000), group.next(1099)]).toEqual([undefined, undefined]);
  expect(group.idleUntilMs).toBe(1100);
  expect(group.next(1100)).toBe(left);
  left.take();
  right.add([record(0, 20)], 1n);
  expect(group.next(1101)).toBe(right);
  right.take();
  expect(group.next(1102)).toBe(undefined); // every partition had records again, so idling starts again
});

test('a task that never idles takes present records, even if the log has more', () => {
  const [left, right] = [queueOf('left'), queueOf('right')];
  left.start(0n, 1n);
  right.start(0n, 1n);
  left.add([record(0, 30)], 1n);
  expect(new PartitionGroup([left, right], -1).next()).toBe(left);
});
