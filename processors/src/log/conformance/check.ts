import type { FetchedBatch, LogClient, LogReader, LogRecord, OutgoingRecord, TopicPartition } from '../log-client.ts';

/** What every adapter must do. `open` gives clients of one log, as separate processes would have them. */
export interface Bench {
  open(): Promise<LogClient>;
  /** A topic of this check alone. */
  topic(partitions?: number): Promise<string>;
  /** A name nobody else uses, for groups and transactional ids. */
  name(): string;
}

export interface Check {
  readonly name: string;
  run(bench: Bench): Promise<void>;
}

export function record(
  topic: string,
  partition: number,
  value: string | null,
  key: string | null = null,
): OutgoingRecord {
  return {
    topic,
    partition,
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
  };
}

export function values(records: readonly LogRecord[]): (string | undefined)[] {
  return records.map(({ value }) => value?.toString());
}

/** Reads one partition from `offset` to the position `until`, or as far as `waitMs` reaches. */
export async function readTo(reader: LogReader, at: TopicPartition, offset: bigint, until: bigint, waitMs = 5000) {
  reader.seek(at, offset);
  const records: LogRecord[] = [];
  const giveUpAtMs = performance.now() + waitMs;
  let position = offset;
  while (position < until && performance.now() < giveUpAtMs) {
    for (const batch of await reader.fetch()) {
      if (batch.topic !== at.topic || batch.partition !== at.partition) continue;
      records.push(...batch.records);
      position = batch.nextOffset;
    }
  }
  return { records, position };
}

/** What one partition shows to a new read_committed reader, from its start to its last stable offset. */
export async function committedValues(log: LogClient, at: TopicPartition): Promise<(string | undefined)[]> {
  const reader = await log.reader();
  const [start] = await log.admin.listOffsets([at], 'earliest');
  const [end] = await log.admin.listOffsets([at], 'latest-committed');
  const { records } = await readTo(reader, at, start?.offset ?? 0n, end?.offset ?? 0n);
  await reader.close();
  return values(records);
}

export async function fetchFor(reader: LogReader, ms: number): Promise<FetchedBatch[]> {
  const batches: FetchedBatch[] = [];
  for (const endMs = performance.now() + ms; performance.now() < endMs; ) batches.push(...(await reader.fetch()));
  return batches;
}

export async function until(condition: () => boolean | Promise<boolean>, what: string, waitMs = 15_000): Promise<void> {
  for (const endMs = performance.now() + waitMs; !(await condition()); ) {
    if (performance.now() > endMs) throw new Error(`waited ${waitMs} ms in vain: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

export async function code(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    error => (error as { code?: string }).code,
  );
}
