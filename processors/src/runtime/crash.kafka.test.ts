import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { connectLog, type LogClient, partitionFor } from '../log/index.ts';
import { countingInput, countingOutput } from './testing/counting.ts';
import { faultsOf } from './testing/counting-oracle.ts';

/**
 * Invariant: processes die at random moments, and a client that shares no code with us reads every output exactly
 * once, in the order of its partition. The oracle reads the input from the log, not from the feeder's memory.
 */
const brokers = process.env.TEST_KAFKA_BROKERS ?? '';
const KILLS = Number(process.env.CHAOS_KILLS ?? 6);
const PARTITIONS = 4;
const workers = new Set<ChildProcess>();
afterAll(() => {
  for (const worker of workers) worker.kill('SIGKILL');
});

function startWorker(prefix: string): ChildProcess {
  const script = join(import.meta.dirname, 'testing/counting-worker.ts');
  const worker = spawn(process.execPath, [script, brokers, prefix], { stdio: ['ignore', 'ignore', 'inherit'] });
  workers.add(worker);
  return worker;
}

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

async function feed(log: LogClient, prefix: string, until: () => boolean): Promise<number> {
  const producer = await log.producer();
  let count = 0;
  while (!until()) {
    const keys = Array.from({ length: 10 }, () => `key-${Math.floor(Math.random() * 40)}`);
    const topic = `${prefix}${countingInput.name}`;
    const record = (key: string) => ({
      topic,
      partition: partitionFor(key, PARTITIONS),
      key: Buffer.from(key),
      value: Buffer.from('v'),
    });
    await producer.send(keys.map(record));
    count += keys.length;
    await sleep(15);
  }
  return count;
}

/** Kills a worker at a random moment and starts another at once, again and again. */
async function killAgainAndAgain(prefix: string): Promise<void> {
  const running = [startWorker(prefix), startWorker(prefix)];
  await sleep(2500);
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(500 + Math.random() * 2500);
    const victim = running[kill % 2];
    if (!victim) continue;
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    workers.delete(victim);
    running[kill % 2] = startWorker(prefix);
  }
}

async function caughtUp(log: LogClient, prefix: string): Promise<void> {
  const inputs = [...Array(PARTITIONS).keys()].map(partition => ({
    topic: `${prefix}${countingInput.name}`,
    partition,
  }));
  const ends = await log.admin.listOffsets(inputs, 'latest');
  for (const endMs = performance.now() + 60_000; performance.now() < endMs; await sleep(100)) {
    const committed = await log.admin.committed(`${prefix}counting`, inputs);
    if (ends.every(end => committed.find(c => c.partition === end.partition)?.offset === end.offset)) return;
  }
  throw new Error('the application did not reach the end of its input within 60 s');
}

/** Key and value of every record of a partition, as kcat sees them. */
function kcat(topic: string, partition: number, isolation: 'read_committed' | 'read_uncommitted') {
  const where = ['-b', brokers, '-C', '-e', '-q', '-t', topic, '-p', String(partition), '-o', 'beginning'];
  const how = ['-X', `isolation.level=${isolation}`, '-f', '%k %s\n'];
  const text = execFileSync('kcat', [...where, ...how], { maxBuffer: 1 << 28 }).toString();
  return text.split('\n').filter(Boolean).map(line => ({ key: line.split(' ')[0] ?? '', value: line.split(' ')[1] ?? '' })); // biome-ignore format: a chain
}

test.skipIf(brokers === '')(
  `${KILLS} kills -9 lose nothing and double nothing`,
  async () => {
    const prefix = `chaos-${Date.now()}-`;
    const log = await connectLog({ brokers: brokers.split(','), clientId: 'chaos' });
    const topics = [countingInput, countingOutput].map(({ name }) => `${prefix}${name}`);
    await log.admin.createTopics(topics.map(topic => ({ topic, partitions: PARTITIONS })));
    let isOver = false;
    const feeding = feed(log, prefix, () => isOver);
    await killAgainAndAgain(prefix);
    isOver = true;
    const fed = await feeding;
    await caughtUp(log, prefix);
    let aborted = 0;
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const input = kcat(`${prefix}${countingInput.name}`, partition, 'read_committed').map(({ key }) => key);
      const output = kcat(`${prefix}${countingOutput.name}`, partition, 'read_committed');
      expect(faultsOf({ input, output })).toEqual([]);
      aborted += kcat(`${prefix}${countingOutput.name}`, partition, 'read_uncommitted').length - output.length;
    }
    console.log(`${KILLS} kills, ${fed} records in, as many out; ${aborted} aborted outputs were hidden`);
    for (const worker of workers) worker.kill('SIGTERM');
    await log.close();
  },
  180_000,
);
