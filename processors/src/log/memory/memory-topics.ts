import type { Clock } from '../clock.ts';
import { LogError } from '../errors.ts';
import type { NewTopic, OutgoingRecord, TopicPartition } from '../log-client.ts';
import { type MemoryTransaction, PartitionLog, type Retention } from './partition-log.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Topics of a log in the process: their partitions, and the callers that wait for new records. */
export class MemoryTopics {
  readonly clock: Clock;
  readonly #topics = new Map<string, PartitionLog[]>();
  readonly #ids = new Map<string, string>();
  readonly #configs = new Map<string, Readonly<Record<string, string>>>();
  #created = 0;
  #onAppend: (() => void)[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  createTopics(topics: readonly NewTopic[]): string[] {
    const missing = topics.filter(({ topic }) => !this.#topics.has(topic));
    for (const { topic, partitions, config = {} } of missing) {
      this.#configs.set(topic, config);
      this.#ids.set(topic, `${++this.#created}`);
      this.#topics.set(
        topic,
        Array.from({ length: partitions }, () => new PartitionLog()),
      );
    }
    return missing.map(({ topic }) => topic);
  }

  configureTopics(topics: readonly Pick<NewTopic, 'topic' | 'config'>[]) {
    const changes = new Map<string, Readonly<Record<string, string>>>();
    for (const { topic, config = {} } of topics) {
      const present = this.#configs.get(topic) ?? {};
      const differing = Object.entries(config).filter(([name, value]) => present[name] !== value);
      if (differing.length > 0) changes.set(topic, Object.fromEntries(differing));
      this.#configs.set(topic, { ...present, ...config });
    }
    return changes;
  }

  deleteTopics(topics: readonly string[]): void {
    for (const topic of topics) this.#topics.delete(topic);
  }

  /** Another one for each creation. */
  topicId(topic: string): string {
    const id = this.#topics.has(topic) ? this.#ids.get(topic) : undefined;
    if (id === undefined) throw new LogError('TOPIC_UNKNOWN', `there is no ${topic}`, { retriable: true });
    return id;
  }

  partitionCount(topic: string): number | undefined {
    return this.#topics.get(topic)?.length;
  }

  partition({ topic, partition }: TopicPartition): PartitionLog {
    const found = this.#topics.get(topic)?.[partition];
    if (!found) throw new LogError('TOPIC_UNKNOWN', `there is no ${topic}[${partition}]`, { retriable: true });
    return found;
  }

  append(record: OutgoingRecord, transaction?: MemoryTransaction): bigint {
    const offset = this.partition(record).append(record, this.clock.nowMs(), transaction);
    this.#wake();
    return offset;
  }

  /** Returns the offset after the last record. */
  appendAll(at: TopicPartition, records: readonly OutgoingRecord[], transaction: MemoryTransaction): bigint {
    const partition = this.partition(at);
    partition.appendAll(records, this.clock.nowMs(), transaction);
    this.#wake();
    return partition.highWatermark;
  }

  end(partition: TopicPartition, transaction: MemoryTransaction): void {
    this.partition(partition).end(transaction, this.clock.nowMs());
    this.#wake();
  }

  /** Runs the cleaner over a compacted topic; it runs only here. Returns the number of records removed. */
  compact(topic: string, { deleteRetentionMs = DAY_MS }: { readonly deleteRetentionMs?: number } = {}): number {
    const options = { nowMs: this.clock.nowMs(), deleteRetentionMs };
    return this.#partitions(topic).reduce((sum, partition) => sum + partition.compact(options), 0);
  }

  /** Drops the oldest records of a topic; it happens only here. Returns the number dropped. */
  expire(topic: string, retention: Omit<Retention, 'nowMs'>): number {
    const options = { ...retention, nowMs: this.clock.nowMs() };
    return this.#partitions(topic).reduce((sum, partition) => sum + partition.expire(options), 0);
  }

  /** Resolves at the next append, or after `ms`. */
  appended(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = this.clock.setTimer(resolve, ms);
      this.#onAppend.push(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  #partitions(topic: string): readonly PartitionLog[] {
    return this.#topics.get(topic) ?? [];
  }

  #wake(): void {
    const waiting = this.#onAppend;
    this.#onAppend = [];
    for (const wake of waiting) wake();
  }
}
