import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';

/** Tests of `processors/patches/kafkajs+2.2.4.patch`: each must fail on kafkajs as published. */
const require = createRequire(import.meta.url);

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

/** RFC 3720, appendix B.4: polynomial 0x1EDC6F41, reflected. */
function bitwiseCrc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

describe.each([
  ['patched', 'kafkajs', test],
  ['as published', 'kafkajs-unpatched', test.fails],
] as const)('kafkajs %s', (_, name, prove) => {
  const load = (path: string) => require(`${name}/src/${path}`);
  const filter = (messages: Message[], abortedTransactions: { producerId: string; firstOffset: string }[]) =>
    (load('consumer/filterAbortedMessages.js')({ messages, abortedTransactions }) as Message[])
      .filter(m => !m.isControlRecord)
      .map(m => m.offset);

  prove('aborted transactions that overlap are filtered, in whatever order the broker lists them', () => {
    const messages = [
      message(10, 'a'),
      message(15, 'b'),
      message(16, 'b', '', true),
      message(20, 'a'),
      message(21, 'a', '', true),
    ];
    expect(filter(messages, [{ producerId: 'b', firstOffset: '15' }, { producerId: 'a', firstOffset: '10' }])).toEqual([]); // biome-ignore format: one list
  });

  prove('a connection whose broker is away adds no listener each time it is closed', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    let socket: Socket | undefined;
    const Connection = load('network/connection.js');
    const connection = new Connection({
      host: '127.0.0.1',
      port,
      connectionTimeout: 1_000,
      requestTimeout: 1_000,
      logger: { namespace: () => ({ debug: () => {}, error: () => {} }) },
      socketFactory: ({ onConnect }: { readonly onConnect: () => void }) => {
        socket = connect({ host: '127.0.0.1', port }, onConnect);
        return socket;
      },
    });
    server.close();
    await expect(connection.connect()).rejects.toThrow('ECONNREFUSED');
    await Promise.all(Array.from({ length: 12 }, () => connection.disconnect()));
    const listeners = socket?.listenerCount('connect');
    expect(listeners).toBeLessThan(4);
  });

  prove('a record whose key is four zero bytes is no abort marker', () => {
    const messages = [
      message(0, 'a'),
      { ...message(1, 'a'), key: Buffer.alloc(4) },
      message(2, 'a'),
      message(3, 'a', '', true),
    ];
    expect(filter(messages, [{ producerId: 'a', firstOffset: '0' }])).toEqual([]);
  });

  prove('an idle connection starts no timers', () => {
    const RequestQueue = load('network/requestQueue/index.js');
    const queue = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, logger: { debug() {} } });
    queue.checkPendingRequests();
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  prove('grouping messages by partition copies no list once per message', () => {
    const group = load('producer/groupMessagesPerPartition.js');
    const messages = Array.from({ length: 100 }, (_, n) => ({ partition: n % 2 }));
    const iterate = Array.prototype[Symbol.iterator];
    let copied = 0;
    Array.prototype[Symbol.iterator] = function* counted(this: unknown[]) {
      if (this !== messages) copied += this.length;
      for (let n = 0; n < this.length; n++) yield this[n];
    } as typeof iterate;
    try {
      const partitioner = (given: { message: { partition: number } }) => given.message.partition;
      const grouped = group({ topic: 't', partitionMetadata: [{}], messages, partitioner });
      expect(grouped[0].length).toBe(50);
    } finally {
      Array.prototype[Symbol.iterator] = iterate;
    }
    expect(copied).toBe(0);
  });

  prove('the cluster keeps its retry options for transactions', () => {
    const Cluster = load('cluster/index.js');
    const logger = { namespace: () => logger, debug() {} };
    const retry = { initialRetryTime: 10, retries: 3 };
    expect(new Cluster({ logger, brokers: ['localhost:1'], retry, socketFactory() {} }).retry).toBe(retry);
  });

  prove('the checksum of a batch takes eight bytes a step and agrees with one that takes a bit', () => {
    const crc32c: { (bytes: Buffer): number; bytesPerStep?: number } = load('protocol/recordBatch/crc32C/crc32C.js');
    expect(crc32c.bytesPerStep).toBe(8);
    const bytes = Buffer.alloc(1_000, 'sightline');
    for (const length of [0, 1, 7, 8, 9, 63, 1_000]) {
      const part = bytes.subarray(bytes.length - length);
      expect(crc32c(part) >>> 0, `${length} bytes`).toBe(bitwiseCrc32c(part));
    }
  });

  prove('the static member id reaches the broker', () => {
    const Broker = load('broker/index.js');
    const sent: unknown[] = [];
    const logger = { namespace: () => logger };
    const connectionPool = {
      host: 'h',
      port: 1,
      send: async ({ request }: { request: unknown }) => sent.push(request),
    };
    const broker = new Broker({ connectionPool, logger });
    broker.lookupRequest = () => (request: object) => ({ request });
    void broker.heartbeat({ groupId: 'g', groupGenerationId: 1, memberId: 'm', groupInstanceId: 'i' });
    expect(sent).toEqual([{ groupId: 'g', groupGenerationId: 1, memberId: 'm', groupInstanceId: 'i' }]);
  });
});
