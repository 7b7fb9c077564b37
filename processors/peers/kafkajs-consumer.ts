import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs-unpatched';
import { NotOfferedError } from '../src/log/conformance/check.ts';
import type {
  FetchedBatch,
  GroupMember,
  LogReader,
  LogRecord,
  MemberOptions,
  ReaderOptions,
  TopicPartition,
} from '../src/log/log-client.ts';
import { committedOf } from './kafkajs-offsets.ts';
import { FENCED_MEMBER, translated } from './peer.ts';

const isOf = (error: unknown, name: string) => (error as { type?: unknown } | null)?.type === name;
const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

/** Reads like an application: a consumer in its own group, with `eachBatch`, `seek` and `pause`. */
export class KafkajsPeerReader implements LogReader {
  readonly #consumer: Consumer;
  readonly #sought = new Map<string, TopicPartition & { offset: bigint }>();
  readonly #paused = new Set<string>();
  #topics: readonly string[] = [];
  #isRunning = false;
  #queue: FetchedBatch[] = [];
  #failure: Error | undefined;
  #wake: () => void = () => {};

  constructor(kafka: Kafka, { isolation, maxBytesPerPartition = 262_144, maxWaitMs = 50 }: ReaderOptions = {}) {
    const options = {
      maxBytesPerPartition,
      maxWaitTimeInMs: maxWaitMs,
      readUncommitted: isolation === 'read_uncommitted',
    };
    this.#consumer = kafka.consumer({ groupId: `reader-${randomUUID()}`, heartbeatInterval: 500, ...options });
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload: { error } }) => {
      this.#failure = error;
    });
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      for (const [topic, partitions] of Object.entries(memberAssignment)) {
        for (const partition of partitions) this.#place({ topic, partition });
      }
    });
  }

  seek({ topic, partition }: TopicPartition, offset: bigint): void {
    const name = nameOf({ topic, partition });
    this.#sought.set(name, { topic, partition, offset });
    this.#queue = this.#queue.filter(batch => nameOf(batch) !== name);
    if (!this.#isRunning || !this.#topics.includes(topic)) return;
    this.#place({ topic, partition });
    this.#consumer.resume([{ topic, partitions: [partition] }]);
  }

  remove(partitions: readonly TopicPartition[]): void {
    this.pause(partitions);
    for (const partition of partitions) this.#sought.delete(nameOf(partition));
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#paused.add(nameOf(partition));
    if (this.#isRunning) this.#consumer.pause(toTopics(partitions));
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#paused.delete(nameOf(partition));
    if (this.#isRunning) this.#consumer.resume(toTopics(partitions));
  }

  position(partition: TopicPartition): bigint | undefined {
    return this.#sought.get(nameOf(partition))?.offset;
  }

  async fetch(): Promise<readonly FetchedBatch[]> {
    await this.#subscribe();
    if (this.#queue.length === 0 && this.#failure === undefined) await this.#arrival();
    if (this.#failure) throw this.#failure;
    const ready = this.#queue.filter(batch => !this.#paused.has(nameOf(batch)));
    this.#queue = this.#queue.filter(batch => this.#paused.has(nameOf(batch)));
    for (const batch of ready) {
      const { topic, partition, nextOffset: offset } = batch;
      this.#sought.set(nameOf(batch), { topic, partition, offset });
    }
    return ready;
  }

  close(): Promise<void> {
    return this.#consumer.disconnect();
  }

  #place(partition: TopicPartition): void {
    const sought = this.#sought.get(nameOf(partition));
    const { topic } = partition;
    if (sought === undefined) this.#consumer.pause(toTopics([partition]));
    else this.#consumer.seek({ topic, partition: partition.partition, offset: `${sought.offset}` });
  }

  async #subscribe(): Promise<void> {
    const topics = [...new Set([...this.#sought.values()].map(({ topic }) => topic))];
    if (topics.length === 0 || topics.every(topic => this.#topics.includes(topic))) return;
    if (this.#isRunning) await this.#consumer.stop();
    this.#isRunning = false;
    const joined = new Promise<void>(resolve => {
      const remove = this.#consumer.on(this.#consumer.events.GROUP_JOIN, () => resolve(remove()));
    });
    this.#topics = topics;
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await this.#consumer.run({ autoCommit: false, eachBatch: async payload => this.#take(payload) });
    await joined;
    this.#isRunning = true;
  }

  #take({ batch, isStale }: EachBatchPayload): void {
    if (isStale()) return;
    const { topic, partition } = batch;
    const sought = this.#sought.get(nameOf({ topic, partition }));
    if (sought === undefined) return;
    const records = batch.messages.map(toRecord).filter(({ offset }) => offset >= sought.offset);
    const ends = { highWatermark: BigInt(batch.highWatermark), lastStableOffset: -1n, logStartOffset: -1n };
    const nextOffset = BigInt(batch.lastOffset()) + 1n;
    this.#queue.push({ topic, partition, topicId: '', records, fetchOffset: sought.offset, nextOffset, ...ends });
    this.#wake();
  }

  #arrival(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, 100);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function toRecord({
  offset,
  timestamp,
  key,
  value,
  headers = {},
}: EachBatchPayload['batch']['messages'][number]): LogRecord {
  const list = Object.entries(headers).map(([name, content]) => [name, Buffer.from(String(content ?? ''))] as const);
  return { offset: BigInt(offset), timestampMs: Number(timestamp), key, value, headers: list };
}

function toTopics(partitions: readonly TopicPartition[]) {
  return [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, list]) => ({
    topic,
    partitions: list.map(({ partition }) => partition),
  }));
}

/** A consumer for membership only: all its assigned partitions stay paused. */
export async function joinKafkajs(kafka: Kafka, admin: Admin, options: MemberOptions): Promise<GroupMember> {
  if (options.instanceId !== undefined) throw new NotOfferedError('has no static membership');
  const { groupId, topics, sessionTimeoutMs = 6000, rebalanceTimeoutMs = 3000, heartbeatIntervalMs = 500 } = options;
  const timing = { sessionTimeout: sessionTimeoutMs, rebalanceTimeout: rebalanceTimeoutMs };
  const consumer = kafka.consumer({ groupId, ...timing, heartbeatInterval: heartbeatIntervalMs, maxWaitTimeInMs: 50 });
  let generation = 0;
  let beats: (() => void)[] = [];
  const beat = () => {
    const waiting = beats;
    beats = [];
    for (const resolve of waiting) resolve();
    options.onHeartbeat?.();
  };
  consumer.on(consumer.events.HEARTBEAT, beat);
  const joined = new Promise<void>(resolve => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberId, memberAssignment } }) => {
      const partitions = Object.entries(memberAssignment).flatMap(([topic, list]) =>
        list.map(partition => ({ topic, partition })),
      );
      consumer.pause(toTopics(partitions));
      generation += 1;
      options.onAssigned({ generation, memberId, partitions, standbys: [], servers: {} });
      resolve();
    });
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics] });
  await consumer.run({ autoCommit: false, eachBatch: async () => {} });
  await joined;
  return {
    committed: partitions => committedOf(admin, groupId, partitions),
    async commit(offsets) {
      const list = offsets.map(({ offset, metadata = '', ...at }) => ({ ...at, offset: `${offset}`, metadata }));
      await consumer.commitOffsets(list).catch(error => {
        throw translated(error, FENCED_MEMBER, ['MEMBER_FENCED', 'LOG_REFUSED'], isOf);
      });
    },
    nextHeartbeat: () => new Promise(resolve => beats.push(resolve)),
    leave: () => consumer.disconnect(),
  };
}
