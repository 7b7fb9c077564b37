import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

/** What `processors/patches/kafkajs+2.2.4.patch` mends: each of these fails on kafkajs as published. */
const require = createRequire(import.meta.url);
const load = (path: string) => require(`kafkajs/src/${path}`);

interface Message {
  readonly offset: string;
  readonly key: Buffer;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}
const message = (offset: number, producerId: string, key = 'k', isControlRecord = false): Message => ({
  offset: `${offset}`,
  key: isControlRecord ? Buffer.alloc(4) : Buffer.from(key),
  isControlRecord,
  batchContext: { producerId, inTransaction: true },
});
const filter = (messages: Message[], abortedTransactions: { producerId: string; firstOffset: string }[]) =>
  (load('consumer/filterAbortedMessages.js')({ messages, abortedTransactions }) as Message[])
    .filter(m => !m.isControlRecord)
    .map(m => m.offset);

test('aborted transactions that overlap are filtered, in whatever order the broker lists them', () => {
  const messages = [
    message(10, 'a'),
    message(15, 'b'),
    message(16, 'b', '', true),
    message(20, 'a'),
    message(21, 'a', '', true),
  ];
  expect(filter(messages, [{ producerId: 'b', firstOffset: '15' }, { producerId: 'a', firstOffset: '10' }])).toEqual([]); // biome-ignore format: one list
});

test('a record whose key is four zero bytes is no abort marker', () => {
  const messages = [
    message(0, 'a'),
    { ...message(1, 'a'), key: Buffer.alloc(4) },
    message(2, 'a'),
    message(3, 'a', '', true),
  ];
  expect(filter(messages, [{ producerId: 'a', firstOffset: '0' }])).toEqual([]);
});

test('an idle connection starts no timers', () => {
  const RequestQueue = load('network/requestQueue/index.js');
  const queue = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, logger: { debug() {} } });
  queue.checkPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
});

test('grouping 60,000 messages by partition takes a moment, not their square', () => {
  const group = load('producer/groupMessagesPerPartition.js');
  const messages = Array.from({ length: 60_000 }, (_, n) => ({ partition: n % 2 }));
  const { user } = process.cpuUsage();
  const grouped = group({
    topic: 't',
    partitionMetadata: [{}],
    messages,
    partitioner: (m: { message: { partition: number } }) => m.message.partition,
  });
  expect(grouped[0].length).toBe(30_000);
  expect((process.cpuUsage().user - user) / 1000).toBeLessThan(500);
});

test('the cluster keeps its retry options for transactions', () => {
  const Cluster = load('cluster/index.js');
  const logger = { namespace: () => logger, debug() {} };
  const retry = { initialRetryTime: 10, retries: 3 };
  expect(new Cluster({ logger, brokers: ['localhost:1'], retry, socketFactory() {} }).retry).toBe(retry);
});

test('the checksum of a batch is right and at least 1.5 times as fast as a byte at a time', () => {
  const crc32c: (bytes: Buffer) => number = load('protocol/recordBatch/crc32C/index.js');
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  const bytes = Buffer.alloc(100_000, 'sightline');
  /** Best of several rounds in processor time, which other processes do not lengthen. */
  const cpuUs = (work: () => void) => {
    const rounds = Array.from({ length: 12 }, () => {
      const { user } = process.cpuUsage();
      for (let n = 0; n < 40; n++) work();
      return process.cpuUsage().user - user;
    });
    return Math.min(...rounds.slice(2));
  };
  const table = Int32Array.from({ length: 256 }, (_, n) => n * 0x1edc6f41);
  const bytewise = () => {
    let crc = -1;
    for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] ?? 0)) & 255] ?? 0) ^ (crc >>> 8);
    return crc;
  };
  expect(cpuUs(() => crc32c(bytes)) * 1.5).toBeLessThan(cpuUs(bytewise));
});

test('the static member id reaches the broker', () => {
  const Broker = load('broker/index.js');
  const sent: unknown[] = [];
  const logger = { namespace: () => logger };
  const connectionPool = { host: 'h', port: 1, send: async ({ request }: { request: unknown }) => sent.push(request) };
  const broker = new Broker({ connectionPool, logger });
  broker.lookupRequest = () => (request: object) => ({ request });
  void broker.heartbeat({ groupId: 'g', groupGenerationId: 1, memberId: 'm', groupInstanceId: 'i' });
  expect(sent).toEqual([{ groupId: 'g', groupGenerationId: 1, memberId: 'm', groupInstanceId: 'i' }]);
});
