import type { EndOffset, OffsetCommit, OutgoingRecord, TransactionalProducer } from '../log/log-client.ts';
import type { RecordQueue } from './record-queue.ts';
import type { Checkpoint } from './store/store-engine.ts';
import type { TaskStore } from './store/task-store.ts';

/** Everything one transaction must hold for the records processed since the last one. */
export interface TaskCommit {
  readonly records: readonly OutgoingRecord[];
  readonly offsets: readonly OffsetCommit[];
}

/** Sends what a task has to commit, records first and offsets second, as one transaction; answers where records ended. */
export async function sendCommit(
  { records, offsets }: TaskCommit,
  producer: TransactionalProducer,
  groupId: string,
): Promise<readonly EndOffset[]> {
  await producer.begin();
  const ends = records.length > 0 ? await producer.send(records) : [];
  await producer.sendOffsets(groupId, offsets);
  await producer.commit();
  return ends;
}

/** Where the changelogs of these stores stand after a commit, as far as it told. `atMs`: by the wall clock. */
export function checkpointsOf(
  stores: Iterable<string>,
  ends: readonly EndOffset[],
  applicationId: string,
  atMs: number,
): ReadonlyMap<string, Checkpoint> {
  const offsets = new Map(ends.map(({ topic, offset }) => [topic, offset]));
  const found = [...stores].flatMap(name => {
    const changelogOffset = offsets.get(changelogTopic(applicationId, name));
    return changelogOffset === undefined ? [] : [[name, { changelogOffset, atMs }] as const];
  });
  return new Map(found);
}

/** `<application>-<store>-changelog`: as in Kafka Streams. */
export function changelogTopic(applicationId: string, store: string): string {
  return `${applicationId}-${store}-changelog`;
}

/** What a store's changelog takes in the transaction that begins now. */
export function changelogRecords(store: TaskStore, applicationId: string, partition: number): OutgoingRecord[] {
  const { builder } = store;
  const changes = store.freeze();
  if (!builder.logged) return [];
  const at = { topic: changelogTopic(applicationId, builder.name), partition };
  const headers = builder.value.headers ?? [];
  return changes.map(({ key, value }) => ({ ...at, key, value, headers: value === null ? [] : headers }));
}

/** How far a queue was processed, with the event time it reached. `topic`: complete name. */
export function offsetsOf({ partition, position, partitionTimeMs }: RecordQueue, topic: string): OffsetCommit[] {
  const metadata = partitionTimeMs < 0 ? '' : `${TIME}${partitionTimeMs}`;
  return position === undefined ? [] : [{ topic, partition, offset: position, metadata }];
}

const TIME = 'partition-time-ms=';

/** The event time a partition had reached, from the metadata of its committed offset; -1: none. */
export function partitionTimeOf(metadata: string): number {
  return metadata.startsWith(TIME) ? Number(metadata.slice(TIME.length)) : -1;
}
