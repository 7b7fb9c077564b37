import {
  Admin,
  type Base,
  type BaseOptions,
  Consumer,
  FetchIsolationLevels,
  type Message,
  type MessageToProduce,
  ProduceAcks,
  Producer,
} from '@platformatic/kafka';
import { NotOfferedError } from '../src/log/conformance/check.ts';
import type {
  LogAdmin,
  LogClient,
  LogProducer,
  OffsetCommit,
  OutgoingRecord,
  ProducerOptions,
  TopicPartition,
  TransactionalProducer,
} from '../src/log/log-client.ts';
import { deadAfterErrors, FENCED_PRODUCER, type PeerOptions, TIMEOUT_MS, translated } from './peer.ts';
import { joinPlatformatic, PlatformaticPeerReader } from './platformatic-consumer.ts';
import { committedOf, isOf } from './platformatic-offsets.ts';

type ProduceOptions = Parameters<Producer['beginTransaction']>[0] & object;
type Transaction = Awaited<ReturnType<Producer['beginTransaction']>>;

/** @platformatic/kafka through its documented API only. */
export async function connectPlatformaticPeer(
  { brokers }: PeerOptions,
  asProducer: Pick<ProduceOptions, 'producerId' | 'producerEpoch'> = {},
): Promise<LogClient> {
  const common = { clientId: 'peer', bootstrapBrokers: [...brokers], timeout: TIMEOUT_MS, retries: 5, retryDelay: 100 };
  const admin = new Admin(common);
  const open = new Set<Pick<Base, 'close'>>([admin]);
  const closed: (() => Promise<void>)[] = [];
  return {
    admin: toLogAdmin(admin),
    async producer(options) {
      const producer = new Producer({ ...common, idempotent: true });
      open.add(producer);
      return toLogProducer(producer, options);
    },
    async transactionalProducer(transactionalId, options) {
      return makeTransactional({ ...common, ...asProducer }, transactionalId, options, client => open.add(client));
    },
    async reader(options) {
      const reader = new PlatformaticPeerReader(common, options);
      closed.push(() => reader.close());
      return reader;
    },
    async join(options) {
      const member = await joinPlatformatic(common, admin, options);
      closed.push(() => member.leave());
      return member;
    },
    async close() {
      await Promise.allSettled(closed.map(close => close()));
      await Promise.allSettled([...open].map(one => one.close()));
    },
  };
}

function toLogAdmin(admin: Admin): LogAdmin {
  return {
    async createTopics(topics) {
      const created: string[] = [];
      for (const { topic, partitions, config = {} } of topics) {
        const configs = Object.entries(config).map(([name, value]) => ({ name, value }));
        const isNew = await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs }).then(
          () => true,
          error => {
            if (isOf(error, 'TOPIC_ALREADY_EXISTS')) return false;
            throw error;
          },
        );
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
      const { topics: found } = await admin.metadata({ topics: wanted, forceUpdate: true });
      return new Map(wanted.map(topic => [topic, found.get(topic)?.partitionsCount ?? 0]));
    },
    async topicId({ topic }) {
      const { topics: found } = await admin.metadata({ topics: [topic], forceUpdate: true });
      return found.get(topic)?.id ?? '';
    },
    async listOffsets(partitions, at) {
      const found = await offsetsAt(admin, partitions, at);
      if (typeof at === 'string' || found.every(({ offset }) => offset >= 0n)) return found;
      const ends = await offsetsAt(admin, partitions, 'latest');
      return found.map((one, index) => (one.offset < 0n ? (ends[index] ?? one) : one));
    },
    committed: (groupId, partitions) => committedOf(admin, groupId, partitions),
    async deleteRecords(before) {
      await admin.deleteRecords({
        topics: before.map(({ topic: name, partition, offset }) => ({ name, partitions: [{ partition, offset }] })),
      });
    },
    deleteTopics: topics => admin.deleteTopics({ topics: [...topics] }),
  };
}

async function offsetsAt(
  admin: Admin,
  partitions: readonly TopicPartition[],
  at: Parameters<LogAdmin['listOffsets']>[1],
) {
  const timestamp = typeof at === 'object' ? BigInt(at.timestampMs) : at === 'earliest' ? -2n : -1n;
  const { READ_COMMITTED, READ_UNCOMMITTED } = FetchIsolationLevels;
  const answer = await admin.listOffsets({
    topics: partitions.map(({ topic: name, partition: partitionIndex }) => ({
      name,
      partitions: [{ partitionIndex, timestamp }],
    })),
    isolationLevel: at === 'latest-committed' ? READ_COMMITTED : READ_UNCOMMITTED,
  });
  return partitions.map(({ topic, partition }) => {
    const found = answer.filter(({ name }) => name === topic).flatMap(t => t.partitions);
    return { topic, partition, offset: found.find(p => p.partitionIndex === partition)?.offset ?? -1n };
  });
}

/** `value` is optional there; its record writer turns an absent one into null. */
function toMessage({ topic, partition, key, value, headers = [], timestampMs }: OutgoingRecord): MessageToProduce {
  return {
    topic,
    partition,
    ...(key === null ? {} : { key }),
    ...(value === null ? {} : { value }),
    headers: new Map(headers.map(([name, content]) => [Buffer.from(name), content])),
    ...(timestampMs === undefined ? {} : { timestamp: BigInt(timestampMs) }),
  };
}

function toLogProducer(producer: Producer, { compression = 'none' }: ProducerOptions = {}): LogProducer {
  return {
    async send(records) {
      const { offsets = [] } = await producer.send({
        messages: records.map(toMessage),
        acks: ProduceAcks.ALL,
        compression,
      });
      const next = new Map(offsets.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
      return records.map(({ topic, partition }) => {
        const offset = next.get(`${topic}/${partition}`) ?? -1n;
        next.set(`${topic}/${partition}`, offset + 1n);
        return { topic, partition, offset };
      });
    },
    close: () => producer.close(),
  };
}

function baseOf({
  producerId,
  producerEpoch,
  ...base
}: BaseOptions & Pick<ProduceOptions, 'producerId' | 'producerEpoch'>) {
  return base;
}

/** `timeout` is also its transaction.timeout.ms. Beginning the first transaction fences. */
function makeTransactional(
  common: BaseOptions & Pick<ProduceOptions, 'producerId' | 'producerEpoch'>,
  transactionalId: string,
  { transactionTimeoutMs = TIMEOUT_MS }: ProducerOptions = {},
  onOpen: (client: Pick<Base, 'close'>) => void,
): TransactionalProducer {
  const producer = new Producer({ ...common, timeout: transactionTimeoutMs, idempotent: true, transactionalId });
  onOpen(producer);
  const groups = new Map<string, Consumer>();
  let fresh: Transaction | undefined;
  let transaction: Transaction | undefined;
  const ongoing = (): Transaction => {
    if (transaction === undefined) throw new Error('no transaction was begun');
    return transaction;
  };
  const consumerOf = (groupId: string): Consumer => {
    const consumer = groups.get(groupId) ?? new Consumer({ ...baseOf(common), groupId });
    if (!groups.has(groupId)) onOpen(consumer);
    groups.set(groupId, consumer);
    return consumer;
  };
  const calls = {
    async fence() {
      fresh = await producer.beginTransaction();
    },
    async begin() {
      transaction = fresh ?? (await producer.beginTransaction());
      fresh = undefined;
    },
    async send(records: readonly OutgoingRecord[]) {
      await ongoing().send({ messages: records.map(toMessage), acks: ProduceAcks.ALL });
      return [];
    },
    async sendOffsets(groupId: string, offsets: readonly OffsetCommit[]) {
      if (offsets.some(({ metadata }) => metadata !== undefined)) throw new NotOfferedError('commits no metadata');
      const consumer = consumerOf(groupId);
      await ongoing().addConsumer(consumer);
      const coordinatorId = await consumer.findGroupCoordinator();
      for (const { topic, partition, offset } of offsets) {
        const metadata = { consumer: { coordinatorId, groupId, generationId: -1, memberId: '' } };
        await ongoing().addOffset({ topic, partition, offset: offset - 1n, metadata } as unknown as Message);
      }
    },
    commit: () => ongoing().commit(),
    abort: () => ongoing().abort(),
    close: () => producer.close(true).catch(() => {}),
  };
  return deadAfterErrors(calls, error =>
    translated(error, FENCED_PRODUCER, ['PRODUCER_FENCED', 'PRODUCER_DEAD'], isOf),
  );
}
