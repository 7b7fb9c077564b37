import { setTimeout as sleep } from 'node:timers/promises';
import { type LogClient, partitionFor } from '@sightline/processors/log';
import { openTopics, PARTITIONS } from './bench-topic.ts';
import { CountingProcess, isLanes, type Said } from './counting-process.ts';

const FEED_EVERY_MS = 10;

/**
 * Two processes share four lanes under a low, steady load, and one ends. Measures the time from its end until all lanes
 * run in the other, and the longest time without a commit of a lane that never moved (beyond one commit interval).
 */
export async function moveLanes(
  brokers: string,
  signal: 'SIGKILL' | 'SIGTERM',
): Promise<{ readonly takeOverMs: number; readonly stallMs: number }> {
  const prefix = `moves-${signal.toLowerCase()}-`;
  const log = await openTopics(brokers, prefix);
  const state = { isOver: false };
  const feeding = trickle(log, `${prefix}bench-in`, state);
  const options = {
    brokers,
    prefix,
    application: `${prefix}app`,
    aggregation: 'total',
    stay: true,
    watch: true,
  } as const;
  const [staying, going] = [new CountingProcess(options), new CountingProcess(options)];
  try {
    await share(staying, going);
    await sleep(3000);
    const kept = lanesOf(staying);
    const startMs = Date.now();
    await going.end(signal);
    const all = (said: Said): said is Said & { is: 'lanes' } =>
      isLanes(said) && said.running.length === PARTITIONS && said.atMs > startMs;
    const { atMs } = await staying.hear(all, 60_000);
    await sleep(1000);
    const gaps = staying.said.filter(
      said => said.is === 'gap' && said.atMs > startMs && kept.some(lane => said.lane.endsWith(lane.replace('_', '-'))),
    );
    return {
      takeOverMs: atMs - startMs,
      stallMs: Math.max(0, ...gaps.map(said => (said.is === 'gap' ? said.ms - 100 : 0))),
    };
  } finally {
    state.isOver = true;
    await feeding;
    await Promise.all([staying.end('SIGKILL'), going.end('SIGKILL')]);
    await log.close();
  }
}

/** Waits until each has half of the lanes. */
async function share(one: CountingProcess, other: CountingProcess): Promise<void> {
  const giveUpAtMs = performance.now() + 60_000;
  while (lanesOf(one).length !== PARTITIONS / 2 || lanesOf(other).length !== PARTITIONS / 2) {
    if (performance.now() > giveUpAtMs) throw new Error('the two processes did not share the lanes');
    await sleep(50);
  }
}

function lanesOf({ said }: CountingProcess): readonly string[] {
  return said.findLast(isLanes)?.running ?? [];
}

async function trickle(log: LogClient, topic: string, state: { readonly isOver: boolean }): Promise<void> {
  const producer = await log.producer();
  const value = Buffer.from('v');
  for (let n = 0; !state.isOver; n += 20, await sleep(FEED_EVERY_MS)) {
    const keys = Array.from({ length: 20 }, (_, k) => `key-${(n + k) % 40}`);
    await producer.send(keys.map(key => ({ topic, partition: partitionFor(key, PARTITIONS), key: Buffer.from(key), value }))); // biome-ignore format: one call
  }
  await producer.close();
}
