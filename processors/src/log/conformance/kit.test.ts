import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { LogClient, LogReader, TopicPartition } from '../log-client.ts';
import { MemoryLog } from '../memory/memory-log.ts';
import { makeBench } from './bench.ts';
import { checks } from './checks.ts';
import { MemoryCuts } from './memory-cuts.ts';

/** An adapter that breaks one promise, and the checks that must detect it. */
interface Mutant {
  readonly breaks: string;
  readonly caughtBy: readonly string[];
  readonly change: (client: LogClient) => Partial<LogClient>;
}

const withReader = (client: LogClient, change: (reader: LogReader) => Partial<LogReader>): Partial<LogClient> => ({
  async reader(options) {
    const reader = await client.reader(options);
    return { ...bound(reader), ...change(reader) };
  },
});

/** An object's methods, bound, so that a mutant can replace some of them. */
function bound<T extends object>(object: T): T {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter(name => name !== 'constructor');
  const methods = names.map(name => [name, (object as Record<string, unknown>)[name]] as const);
  return Object.fromEntries(
    methods.map(([name, method]) => [name, typeof method === 'function' ? method.bind(object) : method]),
  ) as T;
}

const MUTANTS: readonly Mutant[] = [
  {
    breaks: 'delivers what is not committed',
    caughtBy: ['read-committed', 'interleaved-aborts', 'aborts-in-a-row', 'long-abort', 'int32-key-0', 'timeout'],
    change: client => ({ reader: options => client.reader({ ...options, isolation: 'read_uncommitted' }) }),
  },
  {
    breaks: 'takes positions from records alone',
    caughtBy: ['control-records'],
    change: client =>
      withReader(client, reader => ({
        async fetch() {
          const batches = await reader.fetch();
          return batches.map(batch => ({ ...batch, nextOffset: (batch.records.at(-1)?.offset ?? -1n) + 1n }));
        },
      })),
  },
  {
    breaks: 'begins anew, unasked, where a position is out of range',
    caughtBy: ['out-of-range'],
    change: client => withReader(client, reader => ({ fetch: () => reader.fetch().catch(() => []) })),
  },
  {
    breaks: 'does not pause',
    caughtBy: ['slow-partition'],
    change: client => withReader(client, () => ({ pause: () => {} })),
  },
  {
    breaks: 'starts at the beginning of a batch',
    caughtBy: ['inside-a-batch', 'seek'],
    change: client => withReader(client, reader => ({ seek: (at: TopicPartition) => reader.seek(at, 0n) })),
  },
  {
    breaks: 'loses headers',
    caughtBy: ['round-trip'],
    change: client =>
      withReader(client, reader => ({
        async fetch() {
          const batches = await reader.fetch();
          return batches.map(batch => ({ ...batch, records: batch.records.map(r => ({ ...r, headers: [] })) }));
        },
      })),
  },
  {
    breaks: 'sends last things first',
    caughtBy: ['round-trip', 'long-list'],
    change: client => ({
      async producer(options) {
        const producer = await client.producer(options);
        return { ...producer, send: async records => (await producer.send(records.toReversed())).toReversed() };
      },
    }),
  },
  {
    breaks: 'shuts nobody out',
    caughtBy: ['zombie', 'zombie-begins', 'unclear-commit'],
    change: client => ({ transactionalProducer: (_, options) => client.transactionalProducer(randomUUID(), options) }),
  },
  {
    breaks: 'commits offsets beside the transaction',
    caughtBy: ['offsets', 'unclear-commit'],
    change: client => ({
      async transactionalProducer(id, options) {
        const producer = await client.transactionalProducer(id, options);
        const sendOffsets: typeof producer.sendOffsets = async (groupId, offsets) => {
          const beside = await client.transactionalProducer(randomUUID());
          await beside.fence();
          await beside.sendOffsets(groupId, offsets);
          await beside.commit();
        };
        return { ...producer, sendOffsets };
      },
    }),
  },
  {
    breaks: 'goes on after an error as if nothing were',
    caughtBy: ['zombie-begins'],
    change: client => ({
      async transactionalProducer(id, options) {
        const producer = await client.transactionalProducer(id, options);
        return { ...producer, commit: () => producer.commit().catch(() => {}) };
      },
    }),
  },
  {
    breaks: 'forgets metadata',
    caughtBy: ['offsets-metadata'],
    change: client => ({
      async transactionalProducer(id, options) {
        const producer = await client.transactionalProducer(id, options);
        return {
          ...producer,
          sendOffsets: (g, list) =>
            producer.sendOffsets(
              g,
              list.map(o => ({ ...o, metadata: '' })),
            ),
        };
      },
    }),
  },
  {
    breaks: 'is a stranger after each restart',
    caughtBy: ['static-silence'],
    change: client => ({ join: ({ instanceId, ...options }) => client.join(options) }),
  },
  {
    breaks: 'commits what has gone to another',
    caughtBy: ['commit-fenced'],
    change: client => ({
      async join(options) {
        const member = await client.join(options);
        return { ...member, commit: offsets => member.commit(offsets).catch(() => {}) };
      },
    }),
  },
];

async function isKept(id: string, change: Mutant['change']): Promise<boolean> {
  const [log, cuts] = [new MemoryLog(), new MemoryCuts()];
  const open = async (): Promise<LogClient> => {
    const client = log.client({ transport: cuts.transport });
    return { ...bound(client), admin: client.admin, ...change(client) };
  };
  const observe = async () => log.client();
  const clean = (topic: string) => void log.compact(topic);
  const bench = makeBench(open, { observe, clean, cutNext: (request, at) => cuts.cutNext(request, at) });
  const check = checks.find(candidate => candidate.id === id);
  if (check === undefined) throw new Error(`there is no check ${id}`);
  try {
    await check.run(bench);
    return true;
  } catch {
    return false;
  } finally {
    await bench.close();
  }
}

test.concurrent.each(MUTANTS.flatMap(mutant => mutant.caughtBy.map(id => [mutant.breaks, id, mutant.change] as const)))(
  'an adapter that %s is caught by %s',
  async (_, id, change) => {
    expect(await isKept(id, () => ({}))).toBe(true);
    expect(await isKept(id, change)).toBe(false);
  },
  60_000,
);

test('checks have unique names and ids', () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
});
