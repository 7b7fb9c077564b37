import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import { LogError } from '../errors.ts';
import type {
  GroupMember,
  LogAdmin,
  LogClient,
  LogProducer,
  LogReader,
  MemberOptions,
  ProducerOptions,
  ReaderOptions,
  TransactionalProducer,
} from '../log-client.ts';
import { KafkajsAdmin } from './admin.ts';
import { type Cluster, errorMessage, openCluster, retrying } from './cluster.ts';
import { KafkajsGroupMember } from './group-member.ts';
import { KafkajsProducer } from './producer.ts';
import { KafkajsReader } from './reader.ts';
import { KafkajsTransactionalProducer } from './transactional-producer.ts';

export interface ConnectOptions {
  /** host:port of any brokers of the cluster (bootstrap.servers). */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: SASLOptions;
  /** How long to wait for a broker before LOG_UNREACHABLE; absent: forever. */
  readonly waitMs?: number;
  /** Called after each attempt that found no broker, about once a second. */
  readonly onWaiting?: (reason: string) => void;
  /** Opens connections, for tunnels and for tests that cut them; default: TCP, or TLS with `ssl`. */
  readonly socketFactory?: KafkaConfig['socketFactory'];
}

const REQUEST_TIMEOUT_MS = 8000;
const ATTEMPT_MS = 1000;

/** Opens a cluster; waits until one of its brokers answers. */
export async function connectLog(options: ConnectOptions): Promise<LogClient> {
  const { brokers, clientId, ssl, sasl, socketFactory } = options;
  const kafka = new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 3000,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 20, maxRetryTime: 300, retries: 8 },
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
  const cluster = openCluster(kafka);
  await waitForBroker(cluster, options);
  const admin = kafka.admin();
  await retrying(cluster, 30_000, () => admin.connect());
  return new KafkajsLogClient(kafka, cluster, new KafkajsAdmin(admin, cluster), () => admin.disconnect());
}

async function waitForBroker(cluster: Cluster, { waitMs, onWaiting, brokers }: ConnectOptions): Promise<void> {
  const giveUpAtMs = performance.now() + (waitMs ?? Number.POSITIVE_INFINITY);
  for (;;) {
    try {
      return await cluster.connect();
    } catch (error) {
      const reason = `no broker answers at ${brokers.join(', ')}: ${errorMessage(error)}`;
      if (performance.now() >= giveUpAtMs)
        throw new LogError('LOG_UNREACHABLE', reason, { cause: error, retriable: true });
      onWaiting?.(reason);
      await new Promise(resolve => setTimeout(resolve, ATTEMPT_MS));
    }
  }
}

class KafkajsLogClient implements LogClient {
  readonly admin: LogAdmin;
  readonly #kafka: Kafka;
  readonly #cluster: Cluster;
  readonly #disconnectAdmin: () => Promise<void>;
  /** Readers, producers and members to close with the client; those closed by their user are removed. */
  readonly #open = new Map<object, () => Promise<void>>();

  constructor(kafka: Kafka, cluster: Cluster, admin: LogAdmin, disconnectAdmin: () => Promise<void>) {
    this.#kafka = kafka;
    this.#cluster = cluster;
    this.admin = admin;
    this.#disconnectAdmin = disconnectAdmin;
  }

  async producer(options: ProducerOptions = {}): Promise<LogProducer> {
    const producer: KafkajsProducer = new KafkajsProducer(openCluster(this.#kafka), options, () =>
      this.#open.delete(producer),
    );
    this.#open.set(producer, () => producer.close());
    return producer.open();
  }

  async transactionalProducer(transactionalId: string, options: ProducerOptions = {}): Promise<TransactionalProducer> {
    return new KafkajsTransactionalProducer(openCluster(this.#kafka), transactionalId, options);
  }

  async reader(options: ReaderOptions = {}): Promise<LogReader> {
    const cluster = openCluster(this.#kafka);
    await retrying(cluster, 30_000, () => cluster.connect());
    const reader: KafkajsReader = new KafkajsReader(cluster, options, () => this.#open.delete(reader));
    this.#open.set(reader, () => reader.close());
    return reader;
  }

  async join(options: MemberOptions): Promise<GroupMember> {
    const member: KafkajsGroupMember = new KafkajsGroupMember(openCluster(this.#kafka), this.#cluster, options, () =>
      this.#open.delete(member),
    );
    this.#open.set(member, () => member.leave());
    return member.join();
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#open.values()].map(close => close()));
    await this.#disconnectAdmin();
    await this.#cluster.disconnect();
  }
}
