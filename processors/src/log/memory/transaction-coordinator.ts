import type { Timer } from '../clock.ts';
import { LogError } from '../errors.ts';
import type { EndOffset, OffsetCommit, OutgoingRecord, TopicPartition } from '../log-client.ts';
import { byPartition } from '../outgoing.ts';
import type { GroupCoordinator } from './group-coordinator.ts';
import type { MemoryTopics } from './memory-topics.ts';
import type { MemoryTransaction } from './partition-log.ts';

interface Ongoing {
  readonly transaction: MemoryTransaction;
  readonly partitions: Map<string, TopicPartition>;
  readonly offsets: { readonly groupId: string; readonly offsets: readonly OffsetCommit[]; readonly place: number }[];
  readonly timeout: Timer | undefined;
}

interface Registered {
  epoch: number;
  ongoing: Ongoing | undefined;
  /** Number of markers of the last transaction that are still to be written. */
  markers: number;
  /** Timeout of the producer that fenced last. */
  timeoutMs: number | undefined;
}

export interface TransactionTiming {
  /**
   * How long a transaction may stay open when its producer gives no limit (transaction.timeout.ms); undefined: forever.
   */
  readonly transactionTimeoutMs?: number;
  /** Delay between the decision and a marker, called for each; undefined: none. */
  readonly markerDelayMs?: () => number;
}

/**
 * The last transaction of this id has ended, but not all its markers are written: ask again (CONCURRENT_TRANSACTIONS).
 */
export class ConcurrentTransactions extends LogError {
  constructor(transactionalId: string) {
    super('LOG_REFUSED', `${transactionalId}: its last transaction is not complete`, { retriable: true });
  }
}

/** Epochs and open transactions by transactional.id (KIP-98). A request with an old epoch is refused. */
export class TransactionCoordinator {
  readonly #topics: MemoryTopics;
  readonly #groups: GroupCoordinator;
  readonly #timing: TransactionTiming;
  readonly #registered = new Map<string, Registered>();
  /** Transactions aborted by timeout. */
  timedOut = 0;

  constructor(topics: MemoryTopics, groups: GroupCoordinator, timing: TransactionTiming = {}) {
    this.#topics = topics;
    this.#groups = groups;
    this.#timing = timing;
  }

  /** Number of transactions that are not complete. */
  get open(): number {
    return [...this.#registered.values()].filter(({ ongoing, markers }) => ongoing || markers > 0).length;
  }

  /** Aborts the open transaction of this id and returns the next epoch; older epochs are refused from now on. */
  initProducerId(transactionalId: string, timeoutMs = this.#timing.transactionTimeoutMs): number {
    const fresh: Registered = { epoch: -1, ongoing: undefined, markers: 0, timeoutMs };
    const registered = this.#registered.get(transactionalId) ?? fresh;
    this.#registered.set(transactionalId, registered);
    if (registered.ongoing) registered.epoch += 1; // fenced from here on, also while markers are written
    this.#end(registered, 'aborted');
    if (registered.markers > 0) throw new ConcurrentTransactions(transactionalId);
    registered.epoch += 1;
    registered.timeoutMs = timeoutMs;
    return registered.epoch;
  }

  append(transactionalId: string, epoch: number, records: readonly OutgoingRecord[]): readonly EndOffset[] {
    const ongoing = this.#ongoing(transactionalId, epoch);
    const batches = byPartition(records);
    for (const batch of batches) this.#topics.partition(batch);
    return batches.map(({ name, topic, partition, records: batch }) => {
      ongoing.partitions.set(name, { topic, partition });
      return { topic, partition, offset: this.#topics.appendAll({ topic, partition }, batch, ongoing.transaction) };
    });
  }

  addOffsets(transactionalId: string, epoch: number, groupId: string, offsets: readonly OffsetCommit[]): void {
    const place = this.#groups.place();
    this.#ongoing(transactionalId, epoch).offsets.push({ groupId, offsets, place });
  }

  end(transactionalId: string, epoch: number, state: 'committed' | 'aborted'): void {
    this.#end(this.#checked(transactionalId, epoch), state);
  }

  /** The broker's transaction.timeout.ms: aborts and bumps the epoch, so that the owner is fenced. */
  expire(transactionalId: string): void {
    const registered = this.#registered.get(transactionalId);
    if (!registered?.ongoing) return;
    this.timedOut += 1;
    registered.epoch += 1;
    this.#end(registered, 'aborted');
  }

  #ongoing(transactionalId: string, epoch: number): Ongoing {
    const registered = this.#checked(transactionalId, epoch);
    if (registered.markers > 0) throw new ConcurrentTransactions(transactionalId);
    registered.ongoing ??= this.#begin(transactionalId, registered.timeoutMs);
    return registered.ongoing;
  }

  #begin(transactionalId: string, timeoutMs: number | undefined): Ongoing {
    const expire = () => this.expire(transactionalId);
    const timeout = timeoutMs === undefined ? undefined : this.#topics.clock.setTimer(expire, timeoutMs);
    return { transaction: { state: 'open' }, partitions: new Map(), offsets: [], timeout };
  }

  #checked(transactionalId: string, epoch: number): Registered {
    const registered = this.#registered.get(transactionalId);
    if (registered?.epoch === epoch) return registered;
    throw new LogError(
      'PRODUCER_FENCED',
      `${transactionalId}: epoch ${epoch} is old, ${registered?.epoch ?? 'none'} holds`,
    );
  }

  #end(registered: Registered, state: 'committed' | 'aborted'): void {
    const { ongoing } = registered;
    if (!ongoing) return;
    registered.ongoing = undefined;
    ongoing.timeout?.cancel();
    ongoing.transaction.state = state;
    for (const partition of ongoing.partitions.values()) {
      this.#mark(registered, () => this.#topics.end(partition, ongoing.transaction));
    }
    if (state === 'aborted') return;
    for (const { groupId, offsets, place } of ongoing.offsets) {
      this.#mark(registered, () => this.#groups.store(groupId, offsets, place));
    }
  }

  #mark(registered: Registered, write: () => void): void {
    const { markerDelayMs } = this.#timing;
    if (markerDelayMs === undefined) {
      write();
      return;
    }
    registered.markers += 1;
    this.#topics.clock.setTimer(() => {
      write();
      registered.markers -= 1;
    }, markerDelayMs());
  }
}
