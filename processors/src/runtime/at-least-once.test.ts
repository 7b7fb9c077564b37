import { afterEach, expect, test } from 'vitest';
import { MemoryLog } from '../log/memory/memory-log.ts';
import type { Transport } from '../log/memory/memory-transport.ts';
import { StreamsApp } from './index.ts';
import { countingInput, countingOutput } from './testing/counting.ts';
import { Topology } from './topology.ts';

/** A process whose requests of some kinds are held until released, with the results of its commits. */
class Holdable {
  readonly #log: MemoryLog;
  readonly #held = new Map<string, PromiseWithResolvers<void>>();
  readonly offsetsSeen: bigint[] = [];

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  readonly transport: Transport = async (request, work) => {
    await this.#held.get(request)?.promise;
    try {
      return await work();
    } finally {
      if (request === 'OffsetCommit') this.offsetsSeen.push(committed(this.#log) ?? 0n);
    }
  };

  hold(...requests: readonly string[]): void {
    for (const request of requests) this.#held.set(request, Promise.withResolvers());
  }

  letGo(request: string): void {
    this.#held.get(request)?.resolve();
    this.#held.delete(request);
  }
}

const running: StreamsApp[] = [];
afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

const committed = (log: MemoryLog) => log.groups.committed('app', { topic: countingInput.name, partition: 0 }).offset;
const written = (log: MemoryLog) =>
  log
    .partition({ topic: countingOutput.name, partition: 0 })
    .read(0n, true, Number.MAX_SAFE_INTEGER)
    .records.map(({ value }) => `${value}`);
const say = (log: MemoryLog, ...words: readonly string[]) => {
  for (const word of words)
    log.append({ topic: countingInput.name, partition: 0, key: Buffer.from('k'), value: Buffer.from(word) });
};

async function until(condition: () => boolean): Promise<void> {
  for (const endMs = performance.now() + 3000; !condition(); await new Promise(resolve => setTimeout(resolve, 2))) {
    if (performance.now() > endMs) throw new Error('waited 3 s in vain');
  }
}

function makeApp(client: ReturnType<MemoryLog['client']>): StreamsApp {
  const topology = new Topology().addSource('in', countingInput).addSink('out', countingOutput, ['in']);
  const often = { commitIntervalMs: 1, heartbeatIntervalMs: 5 };
  const app = new StreamsApp({ applicationId: 'app', topology, log: client, ...often, processingGuarantee: 'at-least-once' }); // biome-ignore format: one line
  running.push(app);
  return app;
}

/** One process reads `b`. During its silence another reads all up to `c` and leaves. Then the first one continues. */
async function awayAndBack(held: 'Fetch' | 'Produce') {
  const log = new MemoryLog();
  for (const { name } of [countingInput, countingOutput]) log.createTopics([{ topic: name, partitions: 1 }]);
  const stalled = new Holdable(log);
  const client = log.client({ transport: stalled.transport });
  const app = makeApp(client);
  await app.start();
  say(log, 'a');
  await until(() => committed(log) === 1n);
  stalled.hold('Heartbeat', held);
  say(log, 'b'); // the answer to its earlier request
  await until(() => app.health().lanes[0]?.partitions[0]?.position === 2n);
  if (held === 'Fetch') await until(() => committed(log) === 2n);
  client.expire();
  const other = makeApp(log.client());
  await other.start();
  say(log, 'c');
  await until(() => committed(log) === 3n);
  await other.close();
  const { generation } = app.health();
  stalled.letGo('Heartbeat');
  await until(() => app.health().generation > generation);
  return { log, stalled, app };
}

test('a lane that others had meanwhile goes on from their commit, not from its old position', async () => {
  const { log, stalled, app } = await awayAndBack('Fetch');
  await until(() => app.health().lanes[0]?.state !== 'running');
  await until(() => app.health().lanes[0]?.state === 'running');
  stalled.letGo('Fetch');
  say(log, 'd');
  await until(() => committed(log) === 4n);
  expect(written(log)).toEqual(['a', 'b', 'c', 'd']);
});

test('a commit prepared before a lane was lost does not move the offset back after its return', async () => {
  const { log, stalled } = await awayAndBack('Produce');
  stalled.letGo('Produce');
  say(log, 'd');
  await until(() => committed(log) === 4n);
  expect(stalled.offsetsSeen).toEqual(stalled.offsetsSeen.toSorted((a, b) => Number(a - b)));
  expect(written(log)).toEqual(['a', 'b', 'c', 'b', 'd']);
});
