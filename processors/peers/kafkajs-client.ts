import kafkajs, {
  type Admin,
  type Kafka,
  type Message,
  type Producer,
  type TopicMessages,
  type Transaction,
} from 'kafkajs-unpatched';
import { NotOfferedError } from '../src/log/conformance/check.ts';
import type { Scissors } from '../src/log/conformance/scissors.ts';
import type {
  LogAdmin,
  LogClient,
  LogProducer,
  OutgoingRecord,
  ProducerOptions,
  TransactionalProducer,
} from '../src/log/log-client.ts';
import { joinKafkajs, KafkajsPeerReader } from './kafkajs-consumer.ts';
import { committedOf } from './kafkajs-offsets.ts';
import { deadAfterErrors, FENCED_PRODUCER, type PeerOptions, TIMEOUT_MS, translated } from './peer.ts';

const NOTHING = kafkajs.logLevel.NOTHING;
const isOf = (error: unknown, name: string) => (error as { type?: unknown } | null)?.type === name;

/** kafkajs 2.2.4 as published, through its documented API only. */
export async function connectKafkajsPeer({ brokers }: PeerOptions, { socketFactory }: Scissors): Promise<LogClient> {
  const retry = { initialRetryTime: 50, maxRetryTime: 1000, retries: 8 };
  const common = { clientId: 'peer', requestTimeout: TIMEOUT_MS, logLevel: NOTHING, retry, socketFactory };
  const kafka = new kafkajs.Kafka({ ...common, brokers: [...brokers] });
  const admin = kafka.admin();
  await admin.connect();
  const open = new Set<{ disconnect(): Promise<void> }>([admin]);
  const closed: (() => Promise<void>)[] = [];
  return {
    admin: toLogAdmin(admin),
    async producer(options) {
      const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry });
      open.add(producer);
      await producer.connect();
      return toLogProducer(producer, options);
    },
    async transactionalProducer(transactionalId, options) {
      return makeTransactional(kafka, transactionalId, options, producer => open.add(producer));
    },
    async reader(options) {
      const reader = new KafkajsPeerReader(kafka, options);
      closed.push(() => reader.close());
      return reader;
    },
    async join(options) {
      const member = await joinKafkajs(kafka, admin, options);
      closed.push(() => member.leave());
      return member;
    },
    async close() {
      await Promise.allSettled(closed.map(close => close()));
      await Promise.allSettled([...open].map(one => one.disconnect()));
    },
  };
}

function toLogAdmin(admin: Admin): LogAdmin {
  return {
    async createTopics(topics) {
      const created: string[] = [];
      for (const { topic, partitions, config = {} } of topics) {
        const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
        const isNew = await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }] });
        if (isNew) created.push(topic);
      }
      return created;
    },
    async configureTopics() {
      throw new NotOfferedError('is not asked to change settings');
    },
    async partitionCounts(topics) {
      const existing = await admin.listTopics();
      const wanted = topics.filter(topic => existing.includes(topic));
      const { topics: found } = await admin.fetchTopicMetadata({ topics: wanted });
      return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
    },
    async topicId() {
      throw new NotOfferedError('tells no id of a topic');
    },
    async listOffsets(partitions, at) {
      if (at === 'latest-committed') throw new NotOfferedError('tells no last stable offset');
      return Promise.all(
        partitions.map(async ({ topic, partition }) => {
          const found =
            typeof at === 'string'
              ? (await admin.fetchTopicOffsets(topic)).map(o => ({ ...o, offset: at === 'earliest' ? o.low : o.high }))
              : await admin.fetchTopicOffsetsByTimestamp(topic, at.timestampMs);
          return { topic, partition, offset: BigInt(found.find(o => o.partition === partition)?.offset ?? -1) };
        }),
      );
    },
    committed: (groupId, partitions) => committedOf(admin, groupId, partitions),
    async deleteRecords(before) {
      for (const { topic, partition, offset } of before) {
        await admin.fetchTopicOffsets(topic); // kafkajs knows the leaders only of requested topics
        await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: `${offset}` }] });
      }
    },
    deleteTopics: topics => admin.deleteTopics({ topics: [...topics] }),
  };
}

function topicMessages(records: readonly OutgoingRecord[]): TopicMessages[] {
  return [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, list]) => ({
    topic,
    messages: list.map(toMessage),
  }));
}

function toMessage({ partition, key, value, headers, timestampMs }: OutgoingRecord): Message {
  return {
    partition,
    key,
    value,
    ...(headers === undefined ? {} : { headers: Object.fromEntries(headers) }),
    ...(timestampMs === undefined ? {} : { timestamp: `${timestampMs}` }),
  };
}

function toLogProducer(producer: Producer, { compression = 'none' }: ProducerOptions = {}): LogProducer {
  if (compression === 'zstd') throw new NotOfferedError('zstd needs a codec from elsewhere');
  const { None, GZIP } = kafkajs.CompressionTypes;
  return {
    async send(records) {
      const topics = topicMessages(records);
      const answers = await producer.sendBatch({
        topicMessages: topics,
        compression: compression === 'gzip' ? GZIP : None,
      });
      const next = new Map(answers.map(a => [`${a.topicName}/${a.partition}`, BigInt(a.baseOffset ?? -1)]));
      return records.map(({ topic, partition }) => {
        const offset = next.get(`${topic}/${partition}`) ?? -1n;
        next.set(`${topic}/${partition}`, offset + 1n);
        return { topic, partition, offset };
      });
    },
    close: () => producer.disconnect(),
  };
}

function makeTransactional(
  kafka: Kafka,
  transactionalId: string,
  { transactionTimeoutMs = 10_000 }: ProducerOptions = {},
  onOpen: (producer: Producer) => void,
): TransactionalProducer {
  const timing = { transactionTimeout: transactionTimeoutMs, retry: { initialRetryTime: 50, retries: 8 } };
  const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1, ...timing });
  onOpen(producer);
  let transaction: Transaction | undefined;
  const ongoing = (): Transaction => {
    if (transaction === undefined) throw new Error('no transaction was begun');
    return transaction;
  };
  const calls = {
    async fence() {
      await producer.connect();
      await (await producer.transaction()).abort();
    },
    async begin() {
      transaction = await producer.transaction();
    },
    async send(records: readonly OutgoingRecord[]) {
      await ongoing().sendBatch({ topicMessages: topicMessages(records) });
      return [];
    },
    async sendOffsets(consumerGroupId: string, offsets: Parameters<TransactionalProducer['sendOffsets']>[1]) {
      const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, list]) => ({
        topic,
        partitions: list.map(({ partition, offset, metadata = '' }) => ({ partition, offset: `${offset}`, metadata })),
      }));
      await ongoing().sendOffsets({ consumerGroupId, topics });
    },
    commit: () => ongoing().commit(),
    abort: () => ongoing().abort(),
    close: () => producer.disconnect().catch(() => {}),
  };
  return deadAfterErrors(calls, error =>
    translated(error, FENCED_PRODUCER, ['PRODUCER_FENCED', 'PRODUCER_DEAD'], isOf),
  );
}
