import { LogError } from '../errors.ts';
import type { LogClient, NewTopic, OutgoingRecord, TopicPartition } from '../log-client.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import { type Gate, MemoryClient } from './memory-client.ts';
import { type MemoryTransaction, PartitionLog } from './partition-log.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';

export interface MemoryLogOptions {
  /** The broker's clock, ms since 1970; default the machine's. */
  readonly nowMs?: () => number;
}

export interface MemoryClientOptions {
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
  readonly #nowMs: () => number;
  #onAppend: (() => void)[] = [];

  constructor(options: MemoryLogOptions = {}) {
    this.#nowMs = options.nowMs ?? (() => Math.floor(performance.timeOrigin + performance.now()));
    this.groups = new GroupCoordinator(topic => this.#topics.get(topic)?.length ?? 0);
    this.transactions = new TransactionCoordinator(this);
  }

  client(options: MemoryClientOptions = {}): MemoryClient & LogClient {
    return new MemoryClient(this, options.gate);
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
    const offset = this.partition(record).append(record, this.#nowMs(), transaction);
    this.#wake();
    return offset;
  }

  end(partition: TopicPartition, transaction: MemoryTransaction): void {
    this.partition(partition).end(transaction, this.#nowMs());
    this.#wake();
  }

  /** Resolves when something is appended, or after `ms`. */
  appended(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#onAppend.push(() => {
        clearTimeout(timer);
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
