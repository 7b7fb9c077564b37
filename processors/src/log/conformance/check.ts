import { LogError } from '../errors.ts';
import type { FetchedBatch, LogClient, LogReader, LogRecord, OutgoingRecord, TopicPartition } from '../log-client.ts';
import type { CutAt, RequestName } from './scissors.ts';

/** The client cannot do this, so the check neither passes nor fails. */
export class NotOfferedError extends LogError {
  constructor(what: string) {
    super('LOG_REFUSED', what);
    this.name = 'NotOfferedError';
  }
}

export interface Bench {
  /** Clients of one log, as separate processes would have them. */
  open(): Promise<LogClient>;
  /**
   * A client that tells the truth about the log: it creates topics and reads their ends. It is not under test, unless
   * it is the only client.
   */
  observer(): Promise<LogClient>;
  /** A topic for this check only. Retention never shortens it, unless `config` says so. */
  topic(partitions?: number, config?: Readonly<Record<string, string>>): Promise<string>;
  /** A unique name, for groups and transactional ids. */
  name(): string;
  /** Runs the cleaner of compacted topics. A broker's cleaner runs by itself, so wait until its effect shows. */
  clean(topic: string): void;
  /** Cuts the next connection that carries a request of this kind; resolves when it has. Throws NotOfferedError. */
  cutNext(request: RequestName, at: CutAt): Promise<void>;
  /** Moves a partition's leadership to another broker and resolves when it leads. Throws NotOfferedError. */
  moveLeader(at: TopicPartition): Promise<void>;
}

/** One promise that every adapter must keep; `run` throws when it is broken. */
export interface Check {
  /** A short name for tables. */
  readonly id: string;
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

/** Reads one partition from `offset` to the position `until`, for at most `waitMs` without progress. */
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

/** The records of one partition for a new read_committed reader, once every transaction in it has ended. */
export async function committedValues(
  log: LogClient,
  at: TopicPartition,
  observer: LogClient = log,
): Promise<(string | undefined)[]> {
  const reader = await log.reader();
  const offset = async (where: 'earliest' | 'latest' | 'latest-committed') =>
    (await observer.admin.listOffsets([at], where))[0]?.offset ?? 0n;
  // a commit is answered before its marker is written
  await until(async () => (await offset('latest-committed')) === (await offset('latest')), 'every transaction decided');
  const { records } = await readTo(reader, at, await offset('earliest'), await offset('latest'));
  await reader.close();
  return values(records);
}

export async function fetchFor(reader: LogReader, ms: number): Promise<FetchedBatch[]> {
  const batches: FetchedBatch[] = [];
  for (const endMs = performance.now() + ms; performance.now() < endMs; ) batches.push(...(await reader.fetch()));
  return batches;
}

/** Fetches batches until there are `count` records. */
export async function fetchUntil(reader: LogReader, count: number): Promise<FetchedBatch[]> {
  const batches: FetchedBatch[] = [];
  await until(async () => {
    batches.push(...(await reader.fetch()));
    return batches.reduce((sum, { records }) => sum + records.length, 0) >= count;
  }, `${count} records`);
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
