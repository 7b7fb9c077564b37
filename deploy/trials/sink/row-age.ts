import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingRecord } from '@sightline/processors/log';
import type { SinkTrial } from './sink-trial.ts';

const LOOK_EVERY_MS = 10;

export interface RowAgeOptions {
  readonly table: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** Makes the n-th record. */
  readonly record: (number: number) => OutgoingRecord;
}

/**
 * Writes records at a steady rate. Returns, for each, the ms from its acknowledgement to the first query that found its
 * row.
 */
export async function rowAges(trial: SinkTrial, options: RowAgeOptions): Promise<readonly number[]> {
  const { table, perSecond, seconds, record } = options;
  const written = new Map<string, number>();
  const ages: number[] = [];
  const ending = new AbortController();
  const looking = look(trial, table, written, ages, ending.signal);
  const producer = await trial.cell.log.producer();
  const startMs = performance.now();
  for (let number = 0; number < perSecond * seconds; number++) {
    await sleep(Math.max(0, startMs + (number * 1000) / perSecond - performance.now()));
    const [at] = await producer.send([record(number)]);
    written.set(`${at?.partition}/${at?.offset}`, performance.now());
  }
  await producer.close();
  await trial.untilCommitted();
  while (written.size > 0) await sleep(LOOK_EVERY_MS);
  ending.abort();
  await looking;
  return ages;
}

async function look(
  { client }: SinkTrial,
  table: string,
  written: Map<string, number>,
  ages: number[],
  ending: AbortSignal,
): Promise<void> {
  const query = `SELECT _partition, toString(max(_offset)) FROM ${table} GROUP BY _partition`;
  const seenTo = new Map<number, bigint>();
  while (!ending.aborted) {
    const answer = await client.query({ query, format: 'JSONCompactEachRow' });
    const nowMs = performance.now();
    for (const [partition, max] of await answer.json<readonly [number, string]>()) {
      for (let offset = (seenTo.get(partition) ?? -1n) + 1n; offset <= BigInt(max); offset++) {
        const writtenMs = written.get(`${partition}/${offset}`);
        if (writtenMs === undefined) break; // not acknowledged yet
        ages.push(nowMs - writtenMs);
        written.delete(`${partition}/${offset}`);
        seenTo.set(partition, offset);
      }
    }
    await sleep(LOOK_EVERY_MS);
  }
}
