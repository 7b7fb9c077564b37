import { expect, test, vi } from 'vitest';
import { MemoryLog, type OutgoingRecord } from '../log/index.ts';
import { Publisher } from './publisher.ts';

const record = (value: string): OutgoingRecord => ({
  topic: 'out',
  partition: 0,
  key: Buffer.from('c'),
  value: Buffer.from(value),
  headers: [],
});

function cell() {
  const log = new MemoryLog();
  log.createTopics([{ topic: 'out', partitions: 1 }]);
  const values = (): readonly string[] =>
    log
      .partition({ topic: 'out', partition: 0 })
      .read(0n, true, Number.MAX_SAFE_INTEGER)
      .records.map(({ value }) => `${value}`);
  return { client: log.client(), values };
}

test('records are written in the order of enqueueing, and acknowledged in it', async () => {
  const { client, values } = cell();
  const publisher = new Publisher(client, () => {});
  const acked: string[] = [];
  const given = Array.from({ length: 1_000 }, (_, index) => `${index}`);
  for (const value of given) publisher.enqueue(record(value), () => acked.push(value));
  await vi.waitFor(() => expect(acked).toHaveLength(1_000));
  expect([acked, values()]).toEqual([given, given]);
  expect([publisher.queuedBytes, publisher.acknowledged]).toEqual([0, 1_000]);
  await publisher.close(100);
});

test('what waits while a send fails goes out after it, in order; its bytes count as queued until then', async () => {
  const { client, values } = cell();
  let away = true;
  const producer: typeof client.producer = () =>
    away ? Promise.reject(new Error('the broker is away')) : client.producer();
  const publisher = new Publisher({ producer }, () => {});
  for (const value of ['a', 'b', 'c']) publisher.enqueue(record(value));
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(publisher.queuedBytes).toBeGreaterThan(0);
  expect(values()).toEqual([]);
  away = false;
  await vi.waitFor(() => expect(values()).toEqual(['a', 'b', 'c']), { timeout: 5_000 });
  await vi.waitFor(() => expect(publisher.queuedBytes).toBe(0));
  await publisher.close(100);
});

test('a closed publisher takes nothing more', async () => {
  const { client, values } = cell();
  const publisher = new Publisher(client, () => {});
  publisher.enqueue(record('before'));
  await publisher.close(1_000);
  publisher.enqueue(record('after'));
  await new Promise(resolve => setTimeout(resolve, 20));
  expect(values()).toEqual(['before']);
});
