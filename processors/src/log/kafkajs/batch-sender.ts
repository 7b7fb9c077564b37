import type { CodecName } from '../compression.ts';
import { LogError, PartitionsChangedError } from '../errors.ts';
import type { OutgoingRecord } from '../log-client.ts';
import { byPartition, smallerRecords } from '../outgoing.ts';
import { encodeBatch } from '../record-batch-encoder.ts';
import { partitionCounts } from './admin.ts';
import { type Broker, type Cluster, errorMessage, leaderOf, recover } from './cluster.ts';
import { BrokerRefusal, DUPLICATE_SEQUENCE_NUMBER, isProduceRetriable, isTooLarge } from './error-codes.ts';
import type { PartitionCounts } from './partition-counts.ts';
import { type EncodedBatch, type ProduceAnswer, produceProtocol } from './produce-protocol.ts';
import type { ProducerIdentity } from './transaction-protocol.ts';

/** A broker's partition counts are compared again right before a send when they are older than this. */
const COUNTS_AGE_MS = 100;

interface Pending extends EncodedBatch {
  readonly name: string;
  readonly records: readonly OutgoingRecord[];
  readonly baseSequence: number;
}

/** What the brokers said of the batches of an attempt, by `topic/partition`. */
interface Answered {
  readonly baseOffsets: Map<string, bigint>;
  /** In place of batches that were refused for their size. */
  readonly smaller: Map<string, Pending>;
}

/**
 * Writes batches under one producer id until each is acknowledged. It repeats an unacknowledged batch with the same
 * bytes and the same sequence, partition by partition, so the log keeps it once whatever was lost. Of a batch refused
 * for its size nothing was stored, so the smaller one that takes its place has the same sequence.
 */
export class BatchSender {
  readonly #cluster: Cluster;
  readonly #counts: PartitionCounts;
  readonly #identity: ProducerIdentity;
  readonly #transactionalId: string | null;
  readonly #codec: CodecName;
  readonly #sequences = new Map<string, number>();
  readonly #known = new Set<string>();
  readonly #comparedAtMs = new Map<string, number>();

  constructor(
    cluster: Cluster,
    counts: PartitionCounts,
    identity: ProducerIdentity,
    transactionalId: string | null,
    codec: CodecName,
  ) {
    this.#cluster = cluster;
    this.#counts = counts;
    this.#identity = identity;
    this.#transactionalId = transactionalId;
    this.#codec = codec;
  }

  /**
   * Sends one batch per partition. Resolves with the base offset of each, by `topic/partition`. Rejects when not all
   * are acknowledged after `forMs`, or when `closing` is aborted between two attempts, or with PARTITIONS_CHANGED.
   */
  async send(
    records: readonly OutgoingRecord[],
    forMs: number,
    closing?: AbortSignal,
  ): Promise<ReadonlyMap<string, bigint>> {
    const baseOffsets = new Map<string, bigint>();
    let pending = this.#encode(records);
    const giveUpAtMs = performance.now() + forMs;
    for (let waitMs = 10; ; waitMs = Math.min(waitMs * 2, 500)) {
      const smaller = new Map<string, Pending>();
      const trouble = await this.#attempt(pending, { baseOffsets, smaller });
      pending = pending.filter(({ name }) => !baseOffsets.has(name)).map(batch => smaller.get(batch.name) ?? batch);
      if (pending.length === 0) return baseOffsets;
      if (trouble === undefined) continue;
      if (closing?.aborted) throw new LogError('LOG_CLOSED', 'closed before all was acknowledged', { cause: trouble });
      if (performance.now() + waitMs > giveUpAtMs) {
        const reason = `not acknowledged within ${forMs} ms: ${errorMessage(trouble)}`;
        throw new LogError('PRODUCER_DEAD', reason, { cause: trouble, retriable: true });
      }
      await new Promise(resolve => setTimeout(resolve, waitMs));
      await recover(this.#cluster, trouble);
      this.#known.clear();
    }
  }

  #encode(records: readonly OutgoingRecord[]): Pending[] {
    const nowMs = Date.now();
    return byPartition(records).map(({ name, topic, partition, records: list }) => {
      const baseSequence = this.#sequences.get(name) ?? 0;
      this.#sequences.set(name, (baseSequence + list.length) % 0x8000_0000);
      return { name, topic, partition, records: list, baseSequence, bytes: this.#bytesOf(list, baseSequence, nowMs) };
    });
  }

  #bytesOf(records: readonly OutgoingRecord[], baseSequence: number, nowMs: number): Buffer {
    const producer = { ...this.#identity, baseSequence, isTransactional: this.#transactionalId !== null };
    return encodeBatch(records, producer, this.#codec, nowMs);
  }

  /** The batch with smaller records in place of large ones; undefined when it has none. */
  #smaller(batch: Pending): Pending | undefined {
    const records = smallerRecords(batch.records);
    return records && { ...batch, records, bytes: this.#bytesOf(records, batch.baseSequence, Date.now()) };
  }

  /** Sends one request to every leader concerned. Returns the last retriable error; throws a final refusal. */
  async #attempt(pending: readonly Pending[], answered: Answered): Promise<unknown> {
    try {
      await this.learn(pending);
      const requests = [...this.#byLeader(pending)].map(([nodeId, batches]) =>
        this.#request(nodeId, batches, answered),
      );
      const outcomes = await Promise.allSettled(requests);
      const rejected = outcomes.filter(outcome => outcome.status === 'rejected').map(({ reason }) => reason);
      const final = rejected.find(isFinal);
      if (final) throw final;
      return rejected.at(-1);
    } catch (error) {
      if (error instanceof BrokerRefusal || isFinal(error)) throw error;
      return error;
    }
  }

  /** Learns the leaders of these topics. Rejects with PARTITIONS_CHANGED when one has another number of partitions. */
  async learn(batches: readonly Pick<EncodedBatch, 'topic'>[]): Promise<void> {
    const topics = [...new Set(batches.map(({ topic }) => topic))];
    const unknown = topics.filter(topic => !this.#known.has(topic));
    if (unknown.length > 0) await this.#cluster.addMultipleTargetTopics(unknown);
    for (const topic of unknown) this.#known.add(topic);
    await this.#cluster.refreshMetadataIfNecessary();
    for (const topic of topics) this.#counts.check(topic, this.#cluster.findTopicPartitionMetadata(topic).length);
  }

  #byLeader(pending: readonly Pending[]): Map<number, Pending[]> {
    return Map.groupBy(pending, ({ topic, partition }) => leaderOf(this.#cluster, { topic, partition }));
  }

  async #request(nodeId: number, batches: readonly Pending[], answered: Answered): Promise<void> {
    const broker = await this.#cluster.findBroker({ nodeId });
    await this.#compareCounts(broker, batches);
    const answers = await broker.connectionPool.send(produceProtocol(this.#transactionalId, batches));
    const refusals = answers
      .map(answer => this.#file(answer, batches, answered))
      .filter(refusal => refusal !== undefined);
    const refusal = refusals.find(({ errorCode }) => !isProduceRetriable(errorCode)) ?? refusals[0];
    if (refusal) throw refusal;
  }

  /** Asks the broker that is about to write, so a topic that was created again gets nothing by the earlier count. */
  async #compareCounts(broker: Broker, batches: readonly Pending[]): Promise<void> {
    const oldestMs = performance.now() - COUNTS_AGE_MS;
    const isDue = (topic: string): boolean =>
      this.#counts.has(topic) && (this.#comparedAtMs.get(topic) ?? Number.NEGATIVE_INFINITY) < oldestMs;
    const topics = [...new Set(batches.map(({ topic }) => topic))].filter(isDue);
    if (topics.length === 0) return;
    const present = await partitionCounts(broker, topics);
    for (const topic of topics) {
      this.#counts.check(topic, present.get(topic) ?? 0);
      this.#comparedAtMs.set(topic, performance.now());
    }
  }

  #file(
    { topic, partition, errorCode, baseOffset }: ProduceAnswer,
    batches: readonly Pending[],
    { baseOffsets, smaller }: Answered,
  ): BrokerRefusal | undefined {
    const name = `${topic}/${partition}`;
    if (errorCode === 0 || errorCode === DUPLICATE_SEQUENCE_NUMBER) {
      baseOffsets.set(name, baseOffset);
      return undefined;
    }
    const batch = isTooLarge(errorCode) ? batches.find(sent => sent.name === name) : undefined;
    const instead = batch && this.#smaller(batch);
    if (instead === undefined) return new BrokerRefusal(`Produce to ${topic}[${partition}]`, errorCode);
    smaller.set(name, instead);
    return undefined;
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof PartitionsChangedError || (error instanceof BrokerRefusal && !isProduceRetriable(error.errorCode));
