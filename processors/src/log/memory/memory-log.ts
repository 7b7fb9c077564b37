import { type Clock, systemClock } from '../clock.ts';
import { LogError } from '../errors.ts';
import type { LogClient, NewTopic, OutgoingRecord, TopicPartition } from '../log-client.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import { direct, MemoryClient, type Transport } from './memory-client.ts';
import { type MemoryTransaction, PartitionLog, type Retention } from './partition-log.ts';
import { TransactionCoordinator, type TransactionTiming } from './transaction-coordinator.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface MemoryLogOptions extends TransactionTiming {
  /** The broker's, and of clients that bring none; default the machine's. */
  readonly clock?: Clock;
  /** Members that are not heard of are thrown out after their session timeout. Default: when their client is killed. */
  readonly timedSessions?: boolean;
}

export interface MemoryClientOptions {
  /** Of the process the client stands for; default the log's. */
  readonly clock?: Clock;
  /** The way of every request and its answer; default: at once. */
  readonly transport?: Transport;
}

/**
 * A log in the process that behaves as a broker does: partitions, transactions with aborted ranges and last stable
 * offset, fencing by epoch, consumer groups. Several clients on one log stand for several processes.
 */
export class MemoryLog {
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly clock: Clock;
  readonly timedSessions: boolean;
  readonly #topics = new Map<string, PartitionLog[]>();
  #onAppend: (() => void)[] = [];

  constructor(options: MemoryLogOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.timedSessions = options.timedSessions ?? false;
    this.groups = new GroupCoordinator(this.clock, topic => this.#topics.get(topic)?.length ?? 0);
    this.transactions = new TransactionCoordinator(this, options);
  }

  client(options: MemoryClientOptions = {}): MemoryClient & LogClient {
    return new MemoryClient(this, options.clock ?? this.clock, options.transport ?? direct);
  }

  createTopics(topics: readonly NewTopic[]): string[] {
    const missing = topics.filter(({ topic }) => !this.#topics.has(topic));
    for (const { topic, partitions } of missing) {
      this.#topics.set(
        topic,
        Array.from({ length: partitions }, () => new PartitionLog()),
      );
    }
    return missing.map(({ topic }) => topic);
  }

  deleteTopics(topics: readonly string[]): void {
    for (const topic of topics) this.#topics.delete(topic);
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

  /** Answers the offset after the last. */
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

  /** Runs the cleaner over a compacted topic, which nothing else does. Returns how many records went. */
  compact(topic: string, { deleteRetentionMs = DAY_MS }: { readonly deleteRetentionMs?: number } = {}): number {
    const options = { nowMs: this.clock.nowMs(), deleteRetentionMs };
    return this.#partitions(topic).reduce((sum, partition) => sum + partition.compact(options), 0);
  }

  /** Drops the oldest records of a topic, which nothing else does. Returns how many went. */
  expire(topic: string, retention: Omit<Retention, 'nowMs'>): number {
    const options = { ...retention, nowMs: this.clock.nowMs() };
    return this.#partitions(topic).reduce((sum, partition) => sum + partition.expire(options), 0);
  }

  /** Resolves when something is appended, or after `ms`. */
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
