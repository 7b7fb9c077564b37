import type { CodecName } from '../compression.ts';
import { LogError } from '../errors.ts';
import type { OutgoingRecord } from '../log-client.ts';
import { byPartition } from '../outgoing.ts';
import { encodeBatch } from '../record-batch-encoder.ts';
import { type Cluster, errorMessage, leaderOf, recover } from './cluster.ts';
import { BrokerRefusal, DUPLICATE_SEQUENCE_NUMBER, isProduceRetriable } from './error-codes.ts';
import { type EncodedBatch, type ProduceAnswer, produceProtocol } from './produce-protocol.ts';
import type { ProducerIdentity } from './transaction-protocol.ts';

interface Pending extends EncodedBatch {
  readonly name: string;
}

/**
 * Writes batches under one producer id until each is acknowledged. It repeats an unacknowledged batch with the same
 * bytes and the same sequence, partition by partition, so the log keeps it once whatever was lost.
 */
export class BatchSender {
  readonly #cluster: Cluster;
  readonly #identity: ProducerIdentity;
  readonly #transactionalId: string | null;
  readonly #codec: CodecName;
  readonly #sequences = new Map<string, number>();
  readonly #known = new Set<string>();

  constructor(cluster: Cluster, identity: ProducerIdentity, transactionalId: string | null, codec: CodecName) {
    this.#cluster = cluster;
    this.#identity = identity;
    this.#transactionalId = transactionalId;
    this.#codec = codec;
  }

  /**
   * Sends one batch per partition. Resolves with the base offset of each, by `topic/partition`. Rejects when not all
   * are acknowledged after `forMs`, or when `closing` is aborted between two attempts.
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
      const trouble = await this.#attempt(pending, baseOffsets);
      pending = pending.filter(({ name }) => !baseOffsets.has(name));
      if (pending.length === 0) return baseOffsets;
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
      const producer = { ...this.#identity, baseSequence, isTransactional: this.#transactionalId !== null };
      return { name, topic, partition, bytes: encodeBatch(list, producer, this.#codec, nowMs) };
    });
  }

  /** Sends one request to every leader concerned. Returns the last retriable error; throws a final refusal. */
  async #attempt(pending: readonly Pending[], done: Map<string, bigint>): Promise<unknown> {
    try {
      await this.#learn(pending);
      const requests = [...this.#byLeader(pending)].map(([nodeId, batches]) => this.#request(nodeId, batches, done));
      const outcomes = await Promise.allSettled(requests);
      const rejected = outcomes.filter(outcome => outcome.status === 'rejected').map(({ reason }) => reason);
      const final = rejected.find(reason => reason instanceof BrokerRefusal && !isProduceRetriable(reason.errorCode));
      if (final) throw final;
      return rejected.at(-1);
    } catch (error) {
      if (error instanceof BrokerRefusal) throw error;
      return error;
    }
  }

  async #learn(pending: readonly Pending[]): Promise<void> {
    const unknown = new Set(pending.map(({ topic }) => topic).filter(topic => !this.#known.has(topic)));
    if (unknown.size > 0) await this.#cluster.addMultipleTargetTopics([...unknown]);
    for (const topic of unknown) this.#known.add(topic);
    await this.#cluster.refreshMetadataIfNecessary();
  }

  #byLeader(pending: readonly Pending[]): Map<number, Pending[]> {
    return Map.groupBy(pending, ({ topic, partition }) => leaderOf(this.#cluster, { topic, partition }));
  }

  async #request(nodeId: number, batches: readonly Pending[], done: Map<string, bigint>): Promise<void> {
    const broker = await this.#cluster.findBroker({ nodeId });
    const answers = await broker.connectionPool.send(produceProtocol(this.#transactionalId, batches));
    const refusals = answers.map(answer => this.#file(answer, done)).filter(refusal => refusal !== undefined);
    const refusal = refusals.find(({ errorCode }) => !isProduceRetriable(errorCode)) ?? refusals[0];
    if (refusal) throw refusal;
  }

  #file(
    { topic, partition, errorCode, baseOffset }: ProduceAnswer,
    done: Map<string, bigint>,
  ): BrokerRefusal | undefined {
    if (errorCode !== 0 && errorCode !== DUPLICATE_SEQUENCE_NUMBER) {
      return new BrokerRefusal(`Produce to ${topic}[${partition}]`, errorCode);
    }
    done.set(`${topic}/${partition}`, baseOffset);
    return undefined;
  }
}
