import kafkajs, { type Admin, type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import { LogError, type PartitionsChangedError } from '../errors.ts';
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
import { PartitionCounts } from './partition-counts.ts';
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
  /**
   * Called when a topic, whose partition count this client has given, has another one now. The client looks every
   * second. Nothing is written to that topic any more, so the process should end. Absent: only producers look.
   */
  readonly onPartitionsChanged?: (error: PartitionsChangedError) => void;
  /** Opens connections, for tunnels and for tests that cut them; default: TCP, or TLS with `ssl`. */
  readonly socketFactory?: KafkaConfig['socketFactory'];
}

const REQUEST_TIMEOUT_MS = 8000;
const ATTEMPT_MS = 1000;
/** How often the client looks whether topics still have their partition counts. */
const LOOK_EVERY_MS = 1000;

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
  const counts = new PartitionCounts(options.onPartitionsChanged);
  const client = new KafkajsLogClient(kafka, cluster, counts, admin);
  if (options.onPartitionsChanged !== undefined) client.watchCounts();
  return client;
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
  readonly #counts: PartitionCounts;
  readonly #kafkajsAdmin: Admin;
  #watch: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Readers, producers and members to close with the client; those closed by their user are removed. */
  readonly #open = new Map<object, () => Promise<void>>();

  constructor(kafka: Kafka, cluster: Cluster, counts: PartitionCounts, admin: Admin) {
    this.#kafka = kafka;
    this.#cluster = cluster;
    this.#counts = counts;
    this.#kafkajsAdmin = admin;
    this.admin = new KafkajsAdmin(admin, cluster, counts);
  }

  /** Asks for the counts of known topics again and again, until closed. */
  watchCounts(): void {
    this.#watch = setTimeout(async () => {
      const asked = this.#counts.topics;
      if (asked.length > 0) await this.admin.partitionCounts(asked).catch(() => {}); // the log is down: ask later
      if (!this.#isClosed) this.watchCounts();
    }, LOOK_EVERY_MS).unref();
  }

  async producer(options: ProducerOptions = {}): Promise<LogProducer> {
    const producer: KafkajsProducer = new KafkajsProducer(openCluster(this.#kafka), this.#counts, options, () =>
      this.#open.delete(producer),
    );
    this.#open.set(producer, () => producer.close());
    return producer.open();
  }

  async transactionalProducer(transactionalId: string, options: ProducerOptions = {}): Promise<TransactionalProducer> {
    return new KafkajsTransactionalProducer(openCluster(this.#kafka), this.#counts, transactionalId, options);
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
    this.#isClosed = true;
    clearTimeout(this.#watch);
    await Promise.allSettled([...this.#open.values()].map(close => close()));
    await this.#kafkajsAdmin.disconnect();
    await this.#cluster.disconnect();
  }
}
