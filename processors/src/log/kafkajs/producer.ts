import { LogError } from '../errors.ts';
import type { LogProducer, OutgoingRecord, ProducerOptions, TopicPartition } from '../log-client.ts';
import { batches, Places } from '../outgoing.ts';
import { BatchSender } from './batch-sender.ts';
import { type Cluster, errorMessage, retrying } from './cluster.ts';
import type { PartitionCounts } from './partition-counts.ts';
import { initProducerId } from './transaction-protocol.ts';

type Sent = TopicPartition & { readonly offset: bigint };
interface Waiting {
  readonly records: readonly OutgoingRecord[];
  resolve(sent: readonly Sent[]): void;
  reject(error: unknown): void;
}

/** The longest time that a broker may be down (delivery.timeout.ms). */
const DELIVERY_TIMEOUT_MS = 120_000;
/** How long a close waits for the requests in flight. */
const CLOSE_WITHIN_MS = 2000;

/** Sends that wait for the one in flight go out together in the next. A failure rejects the waiting sends too. */
export class KafkajsProducer implements LogProducer {
  readonly #cluster: Cluster;
  readonly #counts: PartitionCounts;
  readonly #options: ProducerOptions;
  readonly #onClosed: () => void;
  #sender: Promise<BatchSender> | undefined;
  #waiting: Waiting[] = [];
  #pumping: Promise<void> | undefined;
  readonly #closing = new AbortController();
  #closed = false;

  constructor(cluster: Cluster, counts: PartitionCounts, options: ProducerOptions, onClosed: () => void = () => {}) {
    this.#cluster = cluster;
    this.#counts = counts;
    this.#onClosed = onClosed;
    this.#options = options;
  }

  /** Gets a producer id. */
  async open(): Promise<this> {
    try {
      await this.#ready();
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  send(records: readonly OutgoingRecord[]): Promise<readonly Sent[]> {
    if (this.#closed) return Promise.reject(new LogError('LOG_CLOSED', 'the producer is closed'));
    if (records.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      this.#pumping ??= this.#pump();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#onClosed();
    const timer = setTimeout(() => this.#closing.abort(), CLOSE_WITHIN_MS);
    await this.#pumping;
    clearTimeout(timer);
    await this.#cluster.disconnect();
  }

  async #pump(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const sends = this.#waiting;
      this.#waiting = [];
      try {
        const sent = await this.#write(sends.flatMap(({ records }) => records));
        let start = 0;
        for (const { records, resolve } of sends) {
          resolve(sent.slice(start, start + records.length));
          start += records.length;
        }
      } catch (error) {
        for (const { reject } of [...sends, ...this.#waiting]) reject(error);
        this.#waiting = [];
      }
    }
    this.#pumping = undefined;
  }

  async #write(records: readonly OutgoingRecord[]): Promise<Sent[]> {
    const sent: Sent[] = [];
    try {
      const sender = await this.#ready();
      for (const batch of batches(records))
        sent.push(...offsetsOf(batch, await sender.send(batch, DELIVERY_TIMEOUT_MS, this.#closing.signal)));
      return sent;
    } catch (error) {
      this.#sender = undefined; // its sequences no longer match the log: the next send gets a new producer id
      if (error instanceof LogError) throw error;
      throw new LogError('PRODUCER_DEAD', `sending failed: ${errorMessage(error)}`, { cause: error });
    }
  }

  #ready(): Promise<BatchSender> {
    this.#sender ??= retrying(this.#cluster, DELIVERY_TIMEOUT_MS, async () => {
      await this.#cluster.connect();
      const broker = await this.#cluster.findControllerBroker();
      const identity = await broker.connectionPool.send(initProducerId(null, DELIVERY_TIMEOUT_MS));
      return new BatchSender(this.#cluster, this.#counts, identity, null, this.#options.compression ?? 'none');
    });
    return this.#sender;
  }
}

/** The offsets of a batch's records: consecutive in each partition, from its base offset. */
function offsetsOf(batch: readonly OutgoingRecord[], baseOffsets: ReadonlyMap<string, bigint>): Sent[] {
  const places = new Places(({ topic, partition }) => {
    return { baseOffset: baseOffsets.get(`${topic}/${partition}`) ?? -1n, sent: 0 };
  });
  return batch.map(record => {
    const place = places.of(record);
    return { topic: record.topic, partition: record.partition, offset: place.baseOffset + BigInt(place.sent++) };
  });
}
