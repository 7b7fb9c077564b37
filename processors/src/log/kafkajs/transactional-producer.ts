import type { Kafka, Producer, Transaction } from 'kafkajs';
import { LogError } from '../errors.ts';
import type { OffsetCommit, OutgoingRecord, ProducerOptions, TransactionalProducer } from '../log-client.ts';
import { byTopic } from './admin.ts';
import { errorMessage, errorType } from './cluster.ts';
import { batches, COMPRESSION, ownPartition, toTopicMessages } from './outgoing.ts';

const TRANSACTION_TIMEOUT_MS = 10_000;
const RETRY = { initialRetryTime: 10, maxRetryTime: 200, retries: 15 };

export class KafkajsTransactionalProducer implements TransactionalProducer {
  readonly #producer: Producer;
  readonly #compression: NonNullable<ProducerOptions['compression']>;
  #transaction: Transaction | undefined;
  #dead = false;

  constructor(kafka: Kafka, transactionalId: string, options: ProducerOptions) {
    this.#compression = options.compression ?? 'none';
    this.#producer = kafka.producer({
      transactionalId,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: ownPartition,
      retry: RETRY,
    });
  }

  /** InitProducerId happens at kafkajs's first transaction; aborting an empty one sends nothing. */
  fence(): Promise<void> {
    return this.#guard('fence', async () => {
      await this.#producer.connect();
      await (await this.#producer.transaction()).abort();
    });
  }

  begin(): Promise<void> {
    return this.#guard('begin', async () => {
      this.#transaction = await this.#producer.transaction();
    });
  }

  send(records: readonly OutgoingRecord[]): Promise<void> {
    return this.#guard('send', async () => {
      for (const batch of batches(records)) {
        const request = {
          acks: -1,
          compression: COMPRESSION[this.#compression],
          topicMessages: toTopicMessages(batch),
        };
        await this.#open().sendBatch(request);
      }
    });
  }

  sendOffsets(groupId: string, offsets: readonly OffsetCommit[]): Promise<void> {
    const topics = [...byTopic(offsets)].map(([topic, list]) => ({
      topic,
      partitions: list.map(({ partition, offset, metadata }) => ({
        partition,
        offset: offset.toString(),
        metadata: metadata ?? '',
      })),
    }));
    return this.#guard('sendOffsets', () =>
      whenFree(() => this.#open().sendOffsets({ consumerGroupId: groupId, topics })),
    );
  }

  commit(): Promise<void> {
    return this.#guard('commit', () => this.#open().commit());
  }

  abort(): Promise<void> {
    return this.#guard('abort', () => this.#open().abort());
  }

  async close(): Promise<void> {
    this.#dead = true;
    await this.#producer.disconnect().catch(() => {});
  }

  #open(): Transaction {
    if (!this.#transaction) throw new Error('no transaction was begun');
    return this.#transaction;
  }

  /** Any error kills the producer: its state, and often the transaction's outcome, is unknown from then on. */
  async #guard(call: string, work: () => Promise<void>): Promise<void> {
    if (this.#dead) throw new LogError('PRODUCER_DEAD', `${call}: the producer failed before`);
    try {
      await work();
    } catch (error) {
      this.#dead = true;
      const fenced = errorType(error) === 'INVALID_PRODUCER_EPOCH';
      const message = `${call} failed: ${errorMessage(error)}`;
      throw new LogError(fenced ? 'PRODUCER_FENCED' : 'PRODUCER_DEAD', message, { cause: error });
    }
  }
}

/** While the markers of the last transaction are still being written, the next one may have to wait. */
async function whenFree(request: () => Promise<void>): Promise<void> {
  for (const giveUpAtMs = performance.now() + TRANSACTION_TIMEOUT_MS; ; ) {
    try {
      return await request();
    } catch (error) {
      if (errorType(error) !== 'CONCURRENT_TRANSACTIONS' || performance.now() > giveUpAtMs) throw error;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }
}
