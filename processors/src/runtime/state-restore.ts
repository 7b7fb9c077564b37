import type { FetchedBatch, LogClient, LogReader, LogRecord, TopicPartition } from '../log/log-client.ts';
import type { Clock } from './clock.ts';
import { prepareRecords } from './record-preparer.ts';
import type { TaskStore } from './store/task-store.ts';
import { changelogTopic } from './task-commit.ts';

/** Size of one answer of the log; a whole changelog is read, so requests are few and large. */
const MAX_BYTES_PER_PARTITION = 4 * 1_048_576;

export interface Restoring {
  readonly store: TaskStore;
  readonly at: TopicPartition;
  position: bigint;
  readonly end: bigint;
}

export interface RestoreHooks {
  /** Called after each answer; may throw to give up. */
  checkpoint(): void;
}

/**
 * Reads the logged stores of one task from their checkpoints, or from the start of their changelogs, to the present
 * last stable offsets. Returns the number of records read.
 */
export async function restoreStores(
  environment: { readonly log: LogClient; readonly clock: Clock },
  applicationId: string,
  partition: number,
  stores: Iterable<TaskStore>,
  hooks: RestoreHooks,
): Promise<number> {
  const { log, clock } = environment;
  const restoring = await restorePositions(environment, applicationId, partition, stores);
  for (const { store, at } of restoring) await prepareInherited(store, at.topic, clock);
  const open = new Map(restoring.filter(({ position, end }) => position < end).map(each => [each.at.topic, each]));
  if (open.size === 0) return 0;
  const reader = await log.reader({ maxBytesPerPartition: MAX_BYTES_PER_PARTITION, lazyRecords: true });
  try {
    for (const { at, position } of open.values()) reader.seek(at, position);
    let restored = 0;
    while (open.size > 0) {
      restored += await takeBatches(reader, clock, open);
      hooks.checkpoint();
    }
    return restored;
  } finally {
    await reader.close();
  }
}

/** Prepares entries by an earlier process, which may use schemas that are new here. */
async function prepareInherited(store: TaskStore, changelog: string, clock: Clock): Promise<void> {
  if (!needsPreparing(store)) return;
  for (const records of store.inheritedRecords()) await prepareChanges(store, { topic: changelog, records }, clock);
}

/**
 * Fetches what a store's serdes need before they decode these entries. Stores keep no headers, so it works without
 * them.
 */
export async function prepareChanges(
  store: TaskStore,
  batch: Pick<FetchedBatch, 'topic' | 'records'>,
  clock: Clock,
): Promise<void> {
  if (!needsPreparing(store)) return; // before records are made
  const { key, value } = store.builder;
  const changelog = { name: batch.topic, key, value, cleanup: 'compact', retention: { timeMs: -1 } } as const;
  await prepareRecords(changelog, batch.records.map(withoutHeaders), clock, () => {});
}

function needsPreparing({ builder }: TaskStore): boolean {
  return builder.key.prepare !== undefined || builder.value.prepare !== undefined;
}

function withoutHeaders(record: LogRecord): LogRecord {
  return record.headers.length === 0 ? record : { ...record, headers: [] };
}

async function takeBatches(reader: LogReader, clock: Clock, open: Map<string, Restoring>): Promise<number> {
  let restored = 0;
  for (const batch of await reader.fetch()) {
    const { topic, nextOffset } = batch;
    const restoring = open.get(topic);
    if (restoring === undefined) continue;
    const { store, at, end } = restoring;
    await prepareChanges(store, batch, clock);
    restored += store.restore(batch.entries ?? batch.records, { changelogOffset: nextOffset, atMs: clock.nowMs() });
    restoring.position = nextOffset;
    if (nextOffset < end) continue;
    open.delete(topic);
    reader.remove([at]);
  }
  return restored;
}

/**
 * Half of the time for which a compacted changelog keeps tombstones (delete.retention.ms, a day). Older deletions may
 * have left no trace.
 */
const LONGEST_ABSENCE_MS = 12 * 3_600_000;

/**
 * The offset to read from, per store. A store starts empty when the changelog no longer has its offset, or when it has
 * no checkpoint. `isWanted` is called last, after all waiting.
 */
export async function restorePositions(
  { log, clock }: { readonly log: LogClient; readonly clock: Clock },
  applicationId: string,
  partition: number,
  stores: Iterable<TaskStore>,
  isWanted: (place: { readonly at: TopicPartition; readonly store: TaskStore }) => boolean = () => true,
): Promise<Restoring[]> {
  const logged = [...stores].filter(({ builder }) => builder.logged);
  if (logged.length === 0) return [];
  const places = logged.map(({ name }) => ({ topic: changelogTopic(applicationId, name), partition }));
  const starts = await log.admin.listOffsets(places, 'earliest');
  const ends = await log.admin.listOffsets(places, 'latest-committed');
  return logged.flatMap((store, index) => {
    const at = places[index] ?? { topic: '', partition };
    if (!isWanted({ at, store })) return [];
    const find = (list: typeof starts) => list.find(({ topic }) => topic === at.topic)?.offset ?? 0n;
    const [start, end] = [find(starts), find(ends)];
    const from = store.restoreFrom;
    const isRecent = clock.nowMs() - (store.checkpointedAtMs ?? 0) < LONGEST_ABSENCE_MS;
    const isAtEnd = from !== undefined && end - from <= 1n; // except the marker of the last transaction
    const continues = from !== undefined && from >= start && from <= end && (isRecent || isAtEnd);
    if (!continues) store.wipe();
    return [{ store, at, position: continues ? from : start, end }];
  });
}
