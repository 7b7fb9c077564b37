import type { EndOffset, OffsetCommit, OutgoingRecord, TransactionalProducer } from '../log/log-client.ts';
import type { RecordQueue } from './record-queue.ts';
import type { Checkpoint } from './store/store-engine.ts';
import type { TaskStore } from './store/task-store.ts';

/** Everything that one transaction must contain for the records since the last one. */
export interface TaskCommit {
  readonly records: readonly OutgoingRecord[];
  readonly offsets: readonly OffsetCommit[];
}

/** Sends a task's commit as one transaction, records first, then offsets. Resolves with the ends of the records. */
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

/** Positions of the stores' changelogs after a commit, where the log gave them. `atMs`: wall clock. */
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

/** The changelog records of a store for the transaction that begins now. */
export function changelogRecords(store: TaskStore, applicationId: string, partition: number): OutgoingRecord[] {
  const { builder } = store;
  const changes = store.freeze();
  if (!builder.logged) return [];
  const at = { topic: changelogTopic(applicationId, builder.name), partition };
  const headers = builder.value.headers ?? [];
  return changes.map(({ key, value }) => ({ ...at, key, value, headers: value === null ? [] : headers }));
}

/** What is committed with an offset. */
export interface OffsetMark {
  /** The topic that the offset belongs to; '': unknown. */
  readonly topicId: string;
  /** The event time of the partition; -1: none. */
  readonly partitionTimeMs: number;
}

/** The position of a queue, with its mark. `topic`: complete name. */
export function offsetsOf(
  { partition, position, topicId, partitionTimeMs }: RecordQueue,
  topic: string,
): OffsetCommit[] {
  return position === undefined
    ? []
    : [{ topic, partition, offset: position, metadata: writeMark({ topicId, partitionTimeMs }) }];
}

const TOPIC = 'topic-id=';
const TIME = 'partition-time-ms=';

function writeMark({ topicId, partitionTimeMs }: OffsetMark): string {
  const parts: string[] = [];
  if (topicId !== '') parts.push(`${TOPIC}${topicId}`);
  if (partitionTimeMs >= 0) parts.push(`${TIME}${partitionTimeMs}`);
  return parts.join(';');
}

/** The mark in the metadata of a committed offset. */
export function readMark(metadata: string): OffsetMark {
  const parts = metadata.split(';');
  const part = (name: string): string | undefined => parts.find(text => text.startsWith(name))?.slice(name.length);
  return { topicId: part(TOPIC) ?? '', partitionTimeMs: Number(part(TIME) ?? -1) };
}
