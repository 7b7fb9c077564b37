import type { Kafka, Producer, RecordMetadata } from 'kafkajs';
import { LogError } from '../errors.ts';
import type { LogProducer, OutgoingRecord, ProducerOptions, TopicPartition } from '../log-client.ts';
import { errorMessage } from './cluster.ts';
import { batches, COMPRESSION, ownPartition, toTopicMessages } from './outgoing.ts';

type Sent = TopicPartition & { readonly offset: bigint };
interface Waiting {
  readonly records: readonly OutgoingRecord[];
  resolve(sent: readonly Sent[]): void;
  reject(error: unknown): void;
}

/** Retries for about five minutes at 1 s, as long as a broker may well be away. */
const RETRY = { initialRetryTime: 20, maxRetryTime: 1000, retries: 300 };

/** Sends that wait for the one in flight go out together in the next. After a failure those waiting fail too. */
export class KafkajsProducer implements LogProducer {
  readonly #kafka: Kafka;
  readonly #compression: NonNullable<ProducerOptions['compression']>;
  #producer: Promise<Producer> | undefined;
  #waiting: Waiting[] = [];
  #pumping: Promise<void> | undefined;
  #closed = false;

  constructor(kafka: Kafka, options: ProducerOptions) {
    this.#kafka = kafka;
    this.#compression = options.compression ?? 'none';
  }

  /** Connects and takes a producer id. */
  async open(): Promise<this> {
    await this.#connected();
    return this;
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
    await this.#pumping;
    this.#closed = true;
    const producer = await this.#producer?.catch(() => undefined);
    this.#producer = undefined;
    await producer?.disconnect();
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
      const producer = await this.#connected();
      for (const batch of batches(records)) {
        const request = {
          acks: -1,
          compression: COMPRESSION[this.#compression],
          topicMessages: toTopicMessages(batch),
        };
        sent.push(...offsetsOf(batch, await producer.sendBatch(request)));
      }
      return sent;
    } catch (error) {
      const dead = this.#producer;
      this.#producer = undefined;
      void dead?.then(producer => producer.disconnect()).catch(() => {});
      throw new LogError('PRODUCER_DEAD', `sending failed: ${errorMessage(error)}`, { cause: error, retriable: true });
    }
  }

  #connected(): Promise<Producer> {
    this.#producer ??= (async () => {
      const producer = this.#kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: ownPartition,
        retry: RETRY,
      });
      await producer.connect();
      return producer;
    })();
    return this.#producer;
  }
}

/** One batch per partition was written, so its records follow each other from the answer's base offset. */
function offsetsOf(batch: readonly OutgoingRecord[], answer: readonly RecordMetadata[]): Sent[] {
  const next = new Map(answer.map(a => [`${a.topicName}/${a.partition}`, BigInt(a.baseOffset ?? a.offset ?? '-1')]));
  return batch.map(({ topic, partition }) => {
    const name = `${topic}/${partition}`;
    const offset = next.get(name) ?? -1n;
    next.set(name, offset + 1n);
    return { topic, partition, offset };
  });
}
