import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogClient, TransactionalProducer } from '../log/log-client.ts';
import type { MemoryClient } from '../log/memory/memory-client.ts';
import { MemoryLog } from '../log/memory/memory-log.ts';
import { partitionFor } from '../log/murmur2.ts';
import { StreamsApp } from './streams-app.ts';
import { countingInput, countingOutput, countingTopology } from './testing/counting.ts';
import { faultsOf } from './testing/counting-oracle.ts';

/**
 * Invariant: whatever request a process dies, stalls or fails at, each input record has exactly one committed output,
 * in the order of its partition, with the count that a run without trouble gives.
 */
const PARTITIONS = 2;
const APPLICATION = 'app';
type Trouble = 'crash' | 'stall' | 'expired' | 'request lost' | 'response lost';
/** The n-th request of the first process, counted from its start. */
interface Plan {
  readonly at: number;
  readonly trouble: Trouble;
  readonly keys: readonly string[];
}

const plans = fc.record({
  at: fc.integer({ min: 1, max: 70 }),
  trouble: fc.constantFrom<Trouble>('crash', 'stall', 'expired', 'request lost', 'response lost'),
  keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 20, maxLength: 60 }),
});

/** What a broken engine does instead of its transactional producer's own. */
type Breakage = (log: MemoryLog, client: LogClient, own: TransactionalProducer) => Partial<TransactionalProducer>;

async function run({ at, trouble, keys }: Plan, breakage?: Breakage): Promise<string[]> {
  const log = new MemoryLog();
  log.createTopics([countingInput, countingOutput].map(({ name }) => ({ topic: name, partitions: PARTITIONS })));
  const resume = Promise.withResolvers<void>();
  const struck = Promise.withResolvers<void>();
  let requests = 0;
  const first: MemoryClient = log.client({
    async transport(request, work) {
      await gate(request, 'before');
      const answer = await work();
      await gate(request, 'after');
      return answer;
    },
  });
  async function gate(request: string, when: 'before' | 'after'): Promise<void> {
    if (
      request === 'Fetch' ||
      request === 'Heartbeat' ||
      when !== (trouble === 'response lost' ? 'after' : 'before') ||
      ++requests !== at
    )
      return;
    struck.resolve();
    if (trouble === 'crash') {
      first.kill();
      await new Promise(() => {}); // what it was about to ask is never asked
    } else if (trouble === 'stall') await resume.promise;
    else if (trouble === 'expired') first.expire();
    else throw new Error(trouble);
  }
  const apps: StreamsApp[] = [];
  const start = async (client: MemoryClient) => {
    const options = {
      commitIntervalMs: 1,
      heartbeatIntervalMs: 5,
      log: breakage ? broken(log, client, breakage) : client,
      applicationId: APPLICATION,
    };
    const app = new StreamsApp({ ...options, topology: countingTopology(), random: () => 0 });
    apps.push(app);
    await app.start().catch(() => client.kill()); // a process that cannot start ends
  };
  void start(first);
  for (const [index, key] of keys.entries()) {
    const partition = partitionFor(key, PARTITIONS);
    log.append({ topic: countingInput.name, partition, key: Buffer.from(key), value: Buffer.from('v') });
    if (index % 5 === 4) await new Promise(resolve => setTimeout(resolve, 1));
  }
  await Promise.race([struck.promise, new Promise(resolve => setTimeout(resolve, 60))]);
  if (trouble === 'stall') first.expire();
  await start(log.client());
  await settled(log, keys);
  resume.resolve();
  if (trouble === 'stall') await new Promise(resolve => setTimeout(resolve, 15));
  const faults = judge(log, keys);
  await Promise.race([
    Promise.allSettled(apps.map(app => app.close())),
    new Promise(resolve => setTimeout(resolve, 50)),
  ]);
  return [...faults, ...judge(log, keys)];
}

/** Until the group has committed the end of the input, or the time is up: the oracle will say what is missing. */
async function settled(log: MemoryLog, keys: readonly string[]): Promise<void> {
  for (const endMs = performance.now() + 3000; performance.now() < endMs; ) {
    const offsets = [...Array(PARTITIONS).keys()].map(partition => {
      const at = { topic: countingInput.name, partition };
      return Number(log.groups.committed(APPLICATION, at).offset ?? 0n);
    });
    if (offsets.reduce((sum, offset) => sum + offset, 0) === keys.length) return;
    await new Promise(resolve => setTimeout(resolve, 3));
  }
}

function judge(log: MemoryLog, keys: readonly string[]): string[] {
  return [...Array(PARTITIONS).keys()].flatMap(partition => {
    const { records } = log
      .partition({ topic: countingOutput.name, partition })
      .read(0n, true, Number.MAX_SAFE_INTEGER);
    const output = records.map(({ key, value }) => ({ key: `${key}`, value: `${value}` }));
    return faultsOf({ input: keys.filter(key => partitionFor(key, PARTITIONS) === partition), output });
  });
}

test('a process may crash, stall past its session or lose a request or an answer anywhere: nothing is lost or double', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async plan => {
      expect(await run(plan)).toEqual([]);
    }),
    { numRuns: Number(process.env.CRASH_RUNS ?? 150) },
  );
}, 600_000);

/** Each of these is an engine with one promise broken; the proof above must notice. */
const breakages: Readonly<Record<string, Breakage>> = {
  'outputs outside the transaction': (log, client) => ({
    send: async records => {
      const changelogs = records.filter(({ topic }) => topic !== countingOutput.name);
      await (await client.producer()).send(records.filter(record => !changelogs.includes(record)));
      for (const record of changelogs) log.append(record);
      return [];
    },
  }),
  'offsets outside the transaction': log => ({
    sendOffsets: async (groupId, offsets) => log.groups.store(groupId, offsets),
  }),
  'state outside the transaction': (log, _, own) => ({
    send: async records => {
      for (const record of records) if (record.topic !== countingOutput.name) log.append(record);
      return own.send(records.filter(({ topic }) => topic === countingOutput.name));
    },
  }),
};

function broken(log: MemoryLog, client: LogClient, breakage: Breakage): LogClient {
  return {
    admin: client.admin,
    producer: options => client.producer(options),
    reader: options => client.reader(options),
    join: options => client.join(options),
    close: () => client.close(),
    async transactionalProducer(id) {
      const own = await client.transactionalProducer(id);
      return { ...own, ...breakage(log, client, own) };
    },
  };
}

for (const [name, breakage] of Object.entries(breakages)) {
  test(`an engine with ${name} is caught`, async () => {
    const keys = Array.from({ length: 40 }, (_, n) => 'abcde'[n % 5] ?? 'a');
    const found: string[] = [];
    for (let at = 5; at <= 70 && found.length === 0; at++) {
      found.push(...(await run({ at, trouble: 'crash', keys }, breakage)));
    }
    expect(found).not.toEqual([]);
  }, 120_000);
}
