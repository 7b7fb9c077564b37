import type { LogClient } from '@sightline/processors/log';
import { openTopics, PARTITIONS } from './bench-topic.ts';
import { CountingProcess, isRunning } from './counting-process.ts';

const PER_SECOND = 10_000;
const EVERY_MS = 10;
const WARM_UP_SECONDS = 2;

/**
 * Time from the send of a record until a read_committed reader sees it behind two subtopologies; ms, by this machine's
 * clock.
 */
export async function stepLatency(
  brokers: string,
  log: LogClient,
  seconds: number,
): Promise<{ readonly p50: number; readonly p99: number; readonly records: number }> {
  const prefix = 'steps-';
  await (await openTopics(brokers, prefix)).close();
  const worker = new CountingProcess({ brokers, prefix, application: 'steps', aggregation: 'two-steps', stay: true });
  await worker.hear(isRunning);
  const latencies: number[] = [];
  const state = { isOver: false };
  const reading = read(log, `${prefix}bench-out`, latencies, state);
  await send(log, `${prefix}bench-in`, seconds + WARM_UP_SECONDS);
  await new Promise(resolve => setTimeout(resolve, 1000));
  state.isOver = true;
  await reading;
  await worker.end();
  const measured = latencies.slice(WARM_UP_SECONDS * PER_SECOND).sort((a, b) => a - b);
  const at = (share: number) => Math.round(measured[Math.floor(measured.length * share)] ?? Number.NaN);
  return { p50: at(0.5), p99: at(0.99), records: measured.length };
}

async function send(log: LogClient, topic: string, seconds: number): Promise<void> {
  const producer = await log.producer();
  const startMs = performance.now();
  let sent = 0;
  while (sent < seconds * PER_SECOND) {
    const due = Math.floor(((performance.now() - startMs) / 1000) * PER_SECOND);
    const value = Buffer.from(String(performance.now()));
    const count = Math.min(due, seconds * PER_SECOND) - sent;
    if (count > 0)
      await producer.send(Array.from({ length: count }, (_, n) => ({ topic, partition: (sent + n) % PARTITIONS, key: Buffer.from(`key-${(sent + n) % 100}`), value }))); // biome-ignore format: one call
    sent += Math.max(0, count);
    await new Promise(resolve => setTimeout(resolve, EVERY_MS));
  }
  await producer.close();
}

async function read(
  log: LogClient,
  topic: string,
  latencies: number[],
  state: { readonly isOver: boolean },
): Promise<void> {
  const reader = await log.reader({ maxWaitMs: 20 });
  for (let partition = 0; partition < PARTITIONS; partition++) reader.seek({ topic, partition }, 0n);
  while (!state.isOver) {
    const batches = await reader.fetch();
    const nowMs = performance.now();
    for (const { records } of batches) for (const { value } of records) latencies.push(nowMs - Number(value));
  }
  await reader.close();
}
