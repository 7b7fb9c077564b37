import { type Clock, systemClock } from '../clock.ts';
import type { LogClient } from '../log-client.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import { MemoryClient } from './memory-client.ts';
import { MemoryTopics } from './memory-topics.ts';
import { direct, type Transport } from './memory-transport.ts';
import { TransactionCoordinator, type TransactionTiming } from './transaction-coordinator.ts';

export interface MemoryLogOptions extends TransactionTiming {
  /** Clock of the broker, and of clients without one; default: the machine's. */
  readonly clock?: Clock;
  /** True: a member is removed after its session timeout. Default: when its client is killed. */
  readonly timedSessions?: boolean;
}

export interface MemoryClientOptions {
  /** Clock of the client's process; default: the log's. */
  readonly clock?: Clock;
  /** Carries every request and its answer; default: at once. */
  readonly transport?: Transport;
}

/**
 * A log in the process that behaves like a broker: partitions, transactions with aborted ranges and last stable offset,
 * fencing by epoch, consumer groups. Several clients on one log stand for several processes.
 */
export class MemoryLog extends MemoryTopics {
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly timedSessions: boolean;

  constructor(options: MemoryLogOptions = {}) {
    super(options.clock ?? systemClock);
    this.timedSessions = options.timedSessions ?? false;
    this.groups = new GroupCoordinator(this.clock, topic => this.partitionCount(topic) ?? 0);
    this.transactions = new TransactionCoordinator(this, this.groups, options);
  }

  client(options: MemoryClientOptions = {}): MemoryClient & LogClient {
    return new MemoryClient(this, options.clock ?? this.clock, options.transport ?? direct);
  }
}
