import { LogError } from '../errors.ts';
import type { EndOffset, OffsetCommit, OutgoingRecord, TopicPartition } from '../log-client.ts';
import type { MemoryLog } from './memory-log.ts';
import type { MemoryTransaction } from './partition-log.ts';

interface Ongoing {
  readonly transaction: MemoryTransaction;
  readonly partitions: Map<string, TopicPartition>;
  readonly offsets: { readonly groupId: string; readonly offsets: readonly OffsetCommit[] }[];
}

interface Registered {
  epoch: number;
  ongoing: Ongoing | undefined;
}

/** Epochs and open transactions by transactional.id (KIP-98). A request with an old epoch is refused. */
export class TransactionCoordinator {
  readonly #log: MemoryLog;
  readonly #registered = new Map<string, Registered>();

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  /** Aborts what is open under this id and returns the next epoch, with which alone it can be used from now on. */
  initProducerId(transactionalId: string): number {
    const registered = this.#registered.get(transactionalId) ?? { epoch: -1, ongoing: undefined };
    this.#registered.set(transactionalId, registered);
    this.#end(registered, 'aborted');
    registered.epoch += 1;
    return registered.epoch;
  }

  append(transactionalId: string, epoch: number, records: readonly OutgoingRecord[]): readonly EndOffset[] {
    const ongoing = this.#ongoing(transactionalId, epoch);
    for (const record of records) this.#log.partition(record);
    const ends = new Map<string, EndOffset>();
    for (const record of records) {
      const { topic, partition } = record;
      const name = `${topic}/${partition}`;
      ongoing.partitions.set(name, { topic, partition });
      ends.set(name, { topic, partition, offset: this.#log.append(record, ongoing.transaction) + 1n });
    }
    return [...ends.values()];
  }

  addOffsets(transactionalId: string, epoch: number, groupId: string, offsets: readonly OffsetCommit[]): void {
    this.#ongoing(transactionalId, epoch).offsets.push({ groupId, offsets });
  }

  end(transactionalId: string, epoch: number, state: 'committed' | 'aborted'): void {
    this.#end(this.#checked(transactionalId, epoch), state);
  }

  /** The broker's transaction.timeout.ms: aborts and bumps the epoch, so that the owner is fenced. */
  expire(transactionalId: string): void {
    if (this.#registered.get(transactionalId)?.ongoing) this.initProducerId(transactionalId);
  }

  #ongoing(transactionalId: string, epoch: number): Ongoing {
    const registered = this.#checked(transactionalId, epoch);
    registered.ongoing ??= { transaction: { state: 'open' }, partitions: new Map(), offsets: [] };
    return registered.ongoing;
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
    ongoing.transaction.state = state;
    for (const partition of ongoing.partitions.values()) this.#log.end(partition, ongoing.transaction);
    if (state === 'aborted') return;
    for (const { groupId, offsets } of ongoing.offsets) this.#log.groups.store(groupId, offsets);
  }
}
