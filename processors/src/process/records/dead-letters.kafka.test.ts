import { topics } from '@sightline/schemas';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  DROPPED_BYTES_HEADER,
  deadLetter,
  Follower,
  type LogClient,
  type LogRecord,
  type OutgoingRecord,
} from '../../log/index.ts';
import type { Cell } from '../cell/cell.ts';
import { deadLetterTarget } from '../cell/dead-letter-target.ts';
import { testCell } from '../cell/test-cell.ts';
import { deadLettersOf } from '../cell/test-foreign-records.ts';
import { DeadLetters } from './dead-letters.ts';
import { Sender } from './sender.ts';

let cell: Cell;
let letters: DeadLetters[] = [];

beforeEach(async () => {
  cell = await testCell([topics.frames, topics.deadLetters], undefined, 2);
});
afterEach(async () => {
  for (const opened of letters) await opened.close(1_000);
  letters = [];
  await cell.close();
});

function openLetters(log: LogClient = cell.log): DeadLetters {
  const opened = new DeadLetters({ ...cell, log });
  letters.push(opened);
  return opened;
}

const record = (offset: number): LogRecord => ({
  offset: BigInt(offset),
  timestampMs: Date.now(),
  key: Buffer.from('k'),
  value: Buffer.from(`garbage ${offset}`),
  headers: [],
});
const wrong = new Error('no Avro');

/** The dead letters of the cell: size of the value, and what was dropped. */
async function lettersFound(of: Cell = cell): Promise<readonly string[]> {
  const found: string[] = [];
  const follower = new Follower(of.log, {
    topic: of.name(topics.deadLetters),
    partitions: [0, 1],
    from: 'earliest',
    handle({ records }) {
      for (const { value, headers } of records) {
        const dropped = headers.find(([name]) => name === DROPPED_BYTES_HEADER)?.[1];
        found.push(`${value?.length ?? 'none'} dropped ${dropped ?? 'none'}`);
      }
    },
  });
  await follower.caughtUp();
  await follower.close();
  return found.toSorted();
}

type Fault = 'before' | 'after' | undefined;

/** A client whose producers fail before or after the real write, once for each entry of `faults`. */
const withProducer = (faults: Fault[]): LogClient => ({
  ...cell.log,
  admin: cell.log.admin,
  reader: options => cell.log.reader(options),
  async producer(options) {
    const producer = await cell.log.producer(options);
    return {
      async send(records) {
        const fault = faults.shift();
        if (fault === 'before') throw new Error('the connection was lost');
        const sent = await producer.send(records);
        if (fault === 'after') throw new Error('the answer was lost');
        return sent;
      },
      close: () => producer.close(),
    };
  },
});

test('a record gets one dead letter, whoever writes it and however often it is read', async () => {
  const first = openLetters();
  for (const offset of [3, 4]) await first.bury(topics.frames, 1, record(offset), wrong);
  await first.bury(topics.frames, 0, record(3), wrong);
  const second = openLetters();
  for (const offset of [3, 4, 9]) await second.bury(topics.frames, 1, record(offset), wrong);
  first.forget(topics.frames, 1); // another member had the partition meanwhile
  for (const offset of [4, 9]) await first.bury(topics.frames, 1, record(offset), wrong);
  expect(await deadLettersOf(cell)).toEqual(['frames/0/3', 'frames/1/3', 'frames/1/4', 'frames/1/9']);
});

test('after a lost answer, the dead letter is searched for before it is written again', async () => {
  const opened = openLetters(withProducer(['after', 'before']));
  await opened.bury(topics.frames, 0, record(1), wrong);
  await opened.bury(topics.frames, 0, record(2), wrong);
  expect(await deadLettersOf(cell)).toEqual(['frames/0/1', 'frames/0/2']);
});

test('a failed search is repeated; meanwhile the record waits', async () => {
  let refusals = 2;
  const admin: LogClient['admin'] = {
    ...cell.log.admin,
    topicId: partition => cell.log.admin.topicId(partition),
    listOffsets: async (partitions, at) => {
      if (refusals-- > 0) throw new Error('no leader');
      return cell.log.admin.listOffsets(partitions, at);
    },
  };
  const opened = openLetters({
    ...cell.log,
    admin,
    reader: options => cell.log.reader(options),
    producer: options => cell.log.producer(options),
  });
  await opened.bury(topics.frames, 0, record(1), wrong);
  expect(await deadLettersOf(cell)).toEqual(['frames/0/1']);
});

test('closing ends the wait of a dead letter for Kafka', async () => {
  const opened = openLetters(withProducer(Array<Fault>(100).fill('before')));
  const burying = opened.bury(topics.frames, 0, record(1), wrong);
  const ended = expect(burying).rejects.toThrow();
  await vi.waitFor(() => expect(opened.trouble).toContain('frames/0'));
  await opened.close(1_000);
  await ended;
});

test('a sender repeats a send until it is acknowledged, in order, and reports since when it waits', async () => {
  const sender = new Sender(withProducer(['before', 'before', 'before', 'before', 'before', undefined]));
  const outgoing = (text: string): OutgoingRecord => ({
    topic: cell.name(topics.frames),
    partition: 0,
    key: Buffer.from(text),
    value: Buffer.from(text),
  });
  const first = sender.send([outgoing('a'), outgoing('b')]);
  await vi.waitFor(() => expect(sender.trouble).toContain('the connection was lost'), 10_000);
  await first;
  expect(sender.trouble).toBeUndefined();
  await sender.send([outgoing('c')]);
  const reader = await cell.log.reader();
  reader.seek({ topic: cell.name(topics.frames), partition: 0 }, 0n);
  const keys: string[] = [];
  await vi.waitFor(async () => {
    for (const { records } of await reader.fetch()) keys.push(...records.map(({ key }) => String(key)));
    expect(keys).toEqual(['a', 'b', 'c']);
  });
  await reader.close();
  await sender.close(1_000);
});

const sized = (offset: number, bytes: number): LogRecord => ({ ...record(offset), value: Buffer.alloc(bytes, 'A') });

test('a record as large as its topic takes becomes a whole dead letter; a larger one comes without its value', async () => {
  const opened = openLetters();
  await opened.bury(topics.frames, 0, sized(1, 1_048_000), wrong);
  await opened.bury(topics.frames, 0, sized(2, 2_097_000), new Error('e'.repeat(3_000_000)));
  await opened.bury(topics.frames, 0, sized(3, 120_000_000), wrong); // compressed, it fits into its topic
  const headers = [['h', Buffer.alloc(2_500_000)]] as const;
  await opened.bury(topics.frames, 0, { ...record(4), key: Buffer.alloc(2_000), headers }, wrong);
  expect(await lettersFound()).toEqual([
    '1048000 dropped none',
    '2097000 dropped none',
    'none dropped 120000000',
    'none dropped 2502010',
  ]);
  expect(await deadLettersOf(cell)).toEqual(['frames/0/1', 'frames/0/2', 'frames/0/3', 'frames/0/4']);
}, 60_000);

test('a broker that takes less than the topic declares gets the dead letter without its value, in a transaction too', async () => {
  const small = { ...topics.deadLetters, config: { 'max.message.bytes': '200000' } };
  const strict = await testCell([topics.frames, small], undefined, 2);
  const opened = new DeadLetters(strict);
  letters.push(opened);
  await opened.bury(topics.frames, 0, sized(1, 100_000), wrong);
  await opened.bury(topics.frames, 0, sized(2, 300_000), wrong);
  const producer = await strict.log.transactionalProducer(`${strict.prefix}letters`);
  await producer.fence();
  await producer.begin();
  const origin = { topic: 'frames', partition: 1 };
  await producer.send(
    [3, 4, 5].map(offset => {
      const big = sized(offset, offset === 4 ? 600_000 : 50_000);
      return deadLetter(deadLetterTarget(strict), big, { ...origin, offset: big.offset }, wrong);
    }),
  );
  await producer.commit();
  await producer.close();
  // A broker acknowledges a commit before readers see it.
  await expect
    .poll(() => lettersFound(strict), { timeout: 20_000 })
    .toEqual([
      '100000 dropped none',
      '50000 dropped none',
      '50000 dropped none',
      'none dropped 300000',
      'none dropped 600000',
    ]);
  await opened.close(1_000);
  await strict.close();
}, 60_000);

test('a dead letter behind the open transaction of another writer is found', async () => {
  const first = openLetters();
  await first.bury(topics.frames, 0, record(0), wrong);
  const other = await cell.log.transactionalProducer(`${cell.prefix}other`, { transactionTimeoutMs: 60_000 });
  await other.fence();
  await other.begin();
  const origin = { topic: 'tracks', partition: 0, offset: 7n };
  await other.send([deadLetter(deadLetterTarget(cell), record(7), origin, wrong)]);
  await first.bury(topics.frames, 0, record(1), wrong);
  const restarted = openLetters().bury(topics.frames, 0, record(1), wrong);
  await Promise.race([restarted, new Promise(resolve => setTimeout(resolve, 1_500))]);
  await other.commit();
  await other.close();
  await restarted;
  await expect.poll(() => deadLettersOf(cell), { timeout: 10_000 }).toEqual(['frames/0/0', 'frames/0/1', 'tracks/0/7']);
}, 30_000);
