import { type Clock, systemClock } from '../clock.ts';
import { LogError } from '../errors.ts';
import type { LogClient, NewTopic, OutgoingRecord, TopicPartition } from '../log-client.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import { type Gate, MemoryClient } from './memory-client.ts';
import { type MemoryTransaction, PartitionLog } from './partition-log.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';

export interface MemoryLogOptions {
  /** The broker's, and of clients that bring none; default the machine's. */
  readonly clock?: Clock;
}

export interface MemoryClientOptions {
  /** Of the process the client stands for; default the log's. */
  readonly clock?: Clock;
  /** Called and awaited around every request, to stall or crash there. Default: none. */
  readonly gate?: Gate;
}

/**
 * A log in the process that behaves as a broker does: partitions, transactions with aborted ranges and last stable
 * offset, fencing by epoch, consumer groups. Several clients on one log stand for several processes.
 */
export class MemoryLog {
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly #topics = new Map<string, PartitionLog[]>();
  readonly clock: Clock;
  #onAppend: (() => void)[] = [];

  constructor(options: MemoryLogOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.groups = new GroupCoordinator(topic => this.#topics.get(topic)?.length ?? 0);
    this.transactions = new TransactionCoordinator(this);
  }

  client(options: MemoryClientOptions = {}): MemoryClient & LogClient {
    return new MemoryClient(this, options.clock ?? this.clock, options.gate);
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

  end(partition: TopicPartition, transaction: MemoryTransaction): void {
    this.partition(partition).end(transaction, this.clock.nowMs());
    this.#wake();
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

  #wake(): void {
    const waiting = this.#onAppend;
    this.#onAppend = [];
    for (const wake of waiting) wake();
  }
}
