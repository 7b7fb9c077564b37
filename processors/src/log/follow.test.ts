import { expect, test, vi } from 'vitest';
import { LogError } from './errors.ts';
import { Follower, type FollowOptions, type TopicReset } from './follow.ts';
import type { LogClient } from './log-client.ts';
import { MemoryLog } from './memory/memory-log.ts';

const TOPIC = 'facts';
const record = (text: string, partition = 0) => ({
  topic: TOPIC,
  partition,
  key: Buffer.from(text),
  value: Buffer.from(text),
});

function setUp(partitions = 2) {
  const log = new MemoryLog();
  log.createTopics([{ topic: TOPIC, partitions }]);
  return { log, client: log.client() };
}

/** A follower of all partitions, and the records that it handled. */
function follow(client: LogClient, options: Partial<FollowOptions> = {}) {
  const handled: string[] = [];
  const resets: TopicReset[] = [];
  const follower = new Follower(client, {
    topic: TOPIC,
    partitions: [0, 1],
    from: 'earliest',
    handle: ({ records }) => void handled.push(...records.map(({ value }) => `${value}`)),
    onReset: reset => void resets.push(reset),
    ...options,
  });
  return { follower, handled, resets };
}

test('it is caught up with the end seen at the call, then goes on', async () => {
  const { log, client } = setUp();
  for (const text of ['a', 'b']) log.append(record(text));
  log.append(record('c', 1));
  const { follower, handled } = follow(client);
  await follower.caughtUp();
  expect(handled.toSorted()).toEqual(['a', 'b', 'c']);
  const offset = log.append(record('d'));
  await follower.passed({ partition: 0, offset });
  expect(handled.at(-1)).toBe('d');
  await follower.close();
});

test('it begins at the end, at a time, or at given offsets', async () => {
  const { log, client } = setUp();
  for (const [index, text] of ['a', 'b', 'c'].entries()) log.append({ ...record(text), timestampMs: 1_000 * index });
  const starts = async (from: FollowOptions['from']) => {
    const found = Promise.withResolvers<ReadonlyMap<number, bigint>>();
    const { follower } = follow(client, { from, onStart: found.resolve });
    const [first] = [...(await found.promise).values()];
    await follower.close();
    return first;
  };
  expect(await starts('latest')).toBe(3n);
  expect(await starts({ timestampMs: 1_000 })).toBe(1n);
  expect(await starts({ offsets: new Map([[0, 2n]]) })).toBe(2n);
});

test('several callers can wait for their records at once, and each resolves', async () => {
  const { log, client } = setUp();
  const { follower } = follow(client);
  const offsets = ['a', 'b', 'c', 'd'].map(text => log.append(record(text)));
  await Promise.all(offsets.map(offset => follower.passed({ partition: 0, offset })));
  await follower.close();
});

test('records deleted by retention cause a reset to the start of the log', async () => {
  const { log, client } = setUp();
  for (const text of ['a', 'b', 'c']) log.append(record(text));
  log.partition({ topic: TOPIC, partition: 0 }).deleteBefore(2n);
  const { follower, handled, resets } = follow(client, { from: { offsets: new Map([[0, 0n]]) } });
  await follower.caughtUp();
  expect([handled, resets]).toEqual([
    ['c'],
    [{ partition: 0, from: 0n, to: 2n, reason: 'expired', topicId: log.topicId(TOPIC) }],
  ]);
  await follower.close();
});

test('a topic created again causes a reset to its start, and a running catch-up ends with the new log', async () => {
  const { log, client } = setUp();
  for (const text of ['a', 'b', 'c']) log.append(record(text));
  const { follower, handled, resets } = follow(client);
  await follower.caughtUp();
  log.deleteTopics([TOPIC]);
  log.createTopics([{ topic: TOPIC, partitions: 2 }]);
  log.append(record('new'));
  await vi.waitFor(() => expect(handled).toEqual(['a', 'b', 'c', 'new']));
  const topicId = log.topicId(TOPIC);
  expect(resets).toEqual([
    { partition: 0, from: 3n, to: 0n, reason: 'recreated', topicId },
    { partition: 1, from: 0n, to: 0n, reason: 'recreated', topicId },
  ]);
  await follower.caughtUp();
  await follower.close();
});

test('a topic created again is read from its start in a partition that already has as many records, too', async () => {
  const { log, client } = setUp();
  for (const text of ['a', 'b']) log.append(record(text));
  log.append(record('c', 1));
  const { follower, handled } = follow(client);
  await follower.caughtUp();
  log.deleteTopics([TOPIC]);
  log.createTopics([{ topic: TOPIC, partitions: 2 }]);
  log.append(record('d', 1));
  await vi.waitFor(() => expect(handled.slice(3)).toEqual(['d']));
  await follower.close();
});

test('a batch that failed is given again, and `trouble` has the reason meanwhile', async () => {
  const { log, client } = setUp();
  for (const text of ['a', 'b']) log.append(record(text));
  const tries: string[][] = [];
  const { follower } = follow(client, {
    handle({ records }) {
      tries.push(records.map(({ value }) => `${value}`));
      if (tries.length === 1) throw new Error('no room');
    },
  });
  await vi.waitFor(() => expect(follower.trouble).toBe('no room'));
  await follower.caughtUp();
  expect(tries).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
  expect(follower.trouble).toBeUndefined();
  await follower.close();
});

test('the follower waits for a log that is down, at the start and later', async () => {
  const { log } = setUp();
  log.append(record('a'));
  let isAway = true;
  const away = new LogError('LOG_UNREACHABLE', 'nobody answers', { retriable: true });
  const client = log.client({ transport: async (_, work) => (isAway ? Promise.reject(away) : work()) });
  const { follower, handled } = follow(client);
  await vi.waitFor(() => expect(follower.trouble).toBe('nobody answers'));
  isAway = false;
  await follower.caughtUp();
  isAway = true;
  log.append(record('b'));
  await vi.waitFor(() => expect(follower.trouble).toBe('nobody answers'));
  isAway = false;
  await vi.waitFor(() => expect(handled).toEqual(['a', 'b']));
  await follower.close();
});

test('closing waits for the present batch, rejects waiting callers, and gives no further batch', async () => {
  const { log, client } = setUp();
  log.append(record('a'));
  const begun = Promise.withResolvers<void>();
  const handling = Promise.withResolvers<void>();
  let isAborted = false;
  const { follower } = follow(client, {
    handle(_, signal) {
      begun.resolve();
      return handling.promise.then(() => {
        isAborted = signal.aborted;
      });
    },
  });
  await begun.promise;
  const waiting = follower.passed({ partition: 0, offset: log.append(record('b')) });
  const closing = follower.close();
  handling.resolve();
  await closing;
  expect(isAborted).toBe(true);
  await expect(waiting).rejects.toMatchObject({ code: 'LOG_CLOSED' });
});
