import { LogError } from '../errors.ts';
import type { EndOffset, OffsetCommit, OutgoingRecord, ProducerOptions, TransactionalProducer } from '../log-client.ts';
import { batches, byPartition } from '../outgoing.ts';
import { BatchSender } from './batch-sender.ts';
import { type Broker, type Cluster, errorMessage, errorType, type Protocol, recover } from './cluster.ts';
import { BrokerRefusal, isCoordinatorRetriable } from './error-codes.ts';
import type { PartitionCounts } from './partition-counts.ts';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  initProducerId,
  type ProducerIdentity,
  txnOffsetCommit,
} from './transaction-protocol.ts';

/** The default transaction timeout. A coordinator that refuses to begin is asked again for as long. */
const TRANSACTION_TIMEOUT_MS = 10_000;
const SEND_TIMEOUT_MS = 8000;
const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING']);
const GROUP = 0;
const TRANSACTION = 1;

interface Owned {
  readonly identity: ProducerIdentity;
  readonly sender: BatchSender;
}

/** The transaction protocol of KIP-98, version 1: one producer id per transactional.id, one epoch per fence. */
export class KafkajsTransactionalProducer implements TransactionalProducer {
  readonly #cluster: Cluster;
  readonly #counts: PartitionCounts;
  readonly #id: string;
  readonly #options: ProducerOptions;
  readonly #coordinators = new Map<string, Broker>();
  readonly #partitions = new Set<string>();
  #owned: Owned | undefined;
  #state: 'idle' | 'open' | 'dead' = 'idle';
  /** True when the coordinator has a transaction to end. */
  #isOngoing = false;

  constructor(cluster: Cluster, counts: PartitionCounts, transactionalId: string, options: ProducerOptions) {
    this.#cluster = cluster;
    this.#counts = counts;
    this.#id = transactionalId;
    this.#options = options;
  }

  fence(): Promise<void> {
    return this.#guard('fence', async () => {
      await this.#cluster.connect();
      const identity = await this.#ask(
        TRANSACTION,
        this.#id,
        initProducerId(this.#id, this.#options.transactionTimeoutMs ?? TRANSACTION_TIMEOUT_MS),
        true,
      );
      const { compression = 'none' } = this.#options;
      const sender = new BatchSender(this.#cluster, this.#counts, identity, this.#id, compression);
      this.#owned = { identity, sender };
    });
  }

  begin(): Promise<void> {
    return this.#guard('begin', async () => {
      if (this.#state !== 'idle' || !this.#owned) throw new Error('fence first, and end the transaction before');
      this.#partitions.clear();
      this.#isOngoing = false;
      this.#state = 'open';
    });
  }

  send(records: readonly OutgoingRecord[]): Promise<readonly EndOffset[]> {
    return this.#guard('send', async () => {
      const { identity, sender } = this.#open();
      const added = byPartition(records).filter(({ name }) => !this.#partitions.has(name));
      if (added.length > 0) {
        await sender.learn(added);
        await this.#ask(TRANSACTION, this.#id, addPartitionsToTxn(this.#id, identity, added));
        this.#isOngoing = true;
        for (const { name } of added) this.#partitions.add(name);
      }
      const ends = new Map<string, EndOffset>();
      for (const batch of batches(records)) {
        const baseOffsets = await sender.send(batch, SEND_TIMEOUT_MS);
        for (const { name, topic, partition, records: list } of byPartition(batch)) {
          const base = baseOffsets.get(name) ?? -1n; // the broker no longer knows the offset of a repeated batch
          if (base >= 0n) ends.set(name, { topic, partition, offset: base + BigInt(list.length) });
          else ends.delete(name);
        }
      }
      return [...ends.values()];
    });
  }

  sendOffsets(groupId: string, offsets: readonly OffsetCommit[]): Promise<void> {
    return this.#guard('sendOffsets', async () => {
      const { identity } = this.#open();
      await this.#ask(TRANSACTION, this.#id, addOffsetsToTxn(this.#id, identity, groupId));
      this.#isOngoing = true;
      await this.#ask(GROUP, groupId, txnOffsetCommit(this.#id, identity, groupId, offsets));
    });
  }

  commit(): Promise<void> {
    return this.#guard('commit', () => this.#end(true));
  }

  abort(): Promise<void> {
    return this.#guard('abort', () => this.#end(false));
  }

  async close(): Promise<void> {
    this.#state = 'dead';
    await this.#cluster.disconnect().catch(() => {});
  }

  async #end(isCommit: boolean): Promise<void> {
    const { identity } = this.#open();
    if (this.#isOngoing) await this.#ask(TRANSACTION, this.#id, endTxn(this.#id, identity, isCommit));
    this.#state = 'idle';
  }

  #open(): Owned {
    if (this.#state !== 'open' || !this.#owned) throw new Error('no transaction was begun');
    return this.#owned;
  }

  /**
   * Sends a request to a coordinator, repeatedly while it refuses to begin. Only `isRepeatable` requests survive a lost
   * connection: it is unknown whether the others were executed.
   */
  async #ask<T>(type: number, key: string, protocol: Protocol<T>, isRepeatable = false): Promise<T> {
    const giveUpAtMs = performance.now() + TRANSACTION_TIMEOUT_MS;
    for (let waitMs = 4; ; waitMs = Math.min(waitMs * 2, 100)) {
      try {
        return await (await this.#coordinator(type, key)).connectionPool.send(protocol);
      } catch (error) {
        const refusal = error instanceof BrokerRefusal ? error : undefined;
        const mayRepeat = refusal ? isCoordinatorRetriable(refusal.errorCode) : isRepeatable;
        if (!mayRepeat || performance.now() > giveUpAtMs) throw error;
        if (refusal?.type !== 'CONCURRENT_TRANSACTIONS') this.#coordinators.clear();
        await new Promise(resolve => setTimeout(resolve, waitMs));
        if (!refusal) await recover(this.#cluster, error);
      }
    }
  }

  async #coordinator(coordinatorType: number, groupId: string): Promise<Broker> {
    const name = `${coordinatorType}/${groupId}`;
    const known =
      this.#coordinators.get(name) ?? (await this.#cluster.findGroupCoordinator({ groupId, coordinatorType }));
    this.#coordinators.set(name, known);
    return known;
  }

  /** Any error ends the producer: its state, and often the transaction's outcome, is unknown afterwards. */
  async #guard<T>(call: string, work: () => Promise<T>): Promise<T> {
    if (this.#state === 'dead') throw new LogError('PRODUCER_DEAD', `${call}: the producer failed before`);
    try {
      return await work();
    } catch (error) {
      this.#state = 'dead';
      const code = FENCED.has(errorType(error)) ? 'PRODUCER_FENCED' : 'PRODUCER_DEAD';
      throw new LogError(code, `${call} failed: ${errorMessage(error)}`, { cause: error });
    }
  }
}
