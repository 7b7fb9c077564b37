import type { Admin, ITopicConfig } from 'kafkajs';
import { LogError } from '../errors.ts';
import type { CommittedOffset, LogAdmin, NewTopic, TopicPartition } from '../log-client.ts';
import { type Broker, type Cluster, errorMessage, errorType, leaderOf, retrying } from './cluster.ts';
import { configureProtocol } from './configure-protocol.ts';
import type { PartitionCounts } from './partition-counts.ts';
import { topicProtocol } from './topic-protocol.ts';

const RETRY_FOR_MS = 30_000;
const TOPIC_RESOURCE = 2;
type At = Parameters<LogAdmin['listOffsets']>[1];

export class KafkajsAdmin implements LogAdmin {
  readonly #admin: Admin;
  readonly #cluster: Cluster;
  readonly #counts: PartitionCounts;

  /** The caller connects and closes both. */
  constructor(admin: Admin, cluster: Cluster, counts: PartitionCounts) {
    this.#admin = admin;
    this.#cluster = cluster;
    this.#counts = counts;
  }

  async createTopics(topics: readonly NewTopic[]): Promise<readonly string[]> {
    const created: string[] = [];
    for (const topic of topics) if (await this.#create(topic)) created.push(topic.topic);
    return created;
  }

  async configureTopics(topics: readonly Pick<NewTopic, 'topic' | 'config'>[]) {
    if (topics.length === 0) return new Map<string, Readonly<Record<string, string>>>();
    const present = await this.#settingsOf(topics);
    const differing = topics.flatMap(({ topic, config = {} }) => {
      const settings = Object.entries(config).filter(([name, value]) => present.get(topic)?.get(name) !== value);
      return settings.length === 0 ? [] : [[topic, Object.fromEntries(settings)] as const];
    });
    const changes = new Map(differing);
    if (changes.size === 0) return changes;
    await this.#retrying(async () => {
      const controller = await this.#cluster.findControllerBroker();
      await controller.connectionPool.send(configureProtocol(changes));
    });
    return changes;
  }

  async #settingsOf(topics: readonly Pick<NewTopic, 'topic' | 'config'>[]) {
    const resources = topics.map(({ topic, config = {} }) => {
      return { type: TOPIC_RESOURCE, name: topic, configNames: Object.keys(config) };
    });
    const found = await this.#retrying(() => this.#admin.describeConfigs({ resources, includeSynonyms: false }));
    return new Map(
      found.resources.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
      ]),
    );
  }

  async partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counts = await this.#retrying(async () =>
      partitionCounts(await this.#cluster.findControllerBroker(), topics),
    );
    for (const [topic, count] of counts) this.#counts.learn(topic, count);
    return counts;
  }

  async topicId(partition: TopicPartition): Promise<string> {
    await this.#retrying(() => this.#cluster.addMultipleTargetTopics([partition.topic]));
    return this.#retrying(async () => {
      const { topic } = partition;
      const id = (await topicIds(this.#cluster, leaderOf(this.#cluster, partition), [topic])).get(topic);
      if (id !== undefined) return id;
      throw new LogError('TOPIC_UNKNOWN', `the broker gives no id of ${topic}`, { retriable: true });
    });
  }

  async listOffsets(partitions: readonly TopicPartition[], at: At) {
    if (partitions.length === 0) return [];
    const found = await this.#offsetsAt(partitions, at);
    if (typeof at === 'string') return found;
    const beyond = found.filter(({ offset }) => offset < 0n);
    if (beyond.length === 0) return found;
    const ends = new Map((await this.#offsetsAt(beyond, 'latest')).map(end => [nameOf(end), end]));
    return found.map(offset => ends.get(nameOf(offset)) ?? offset);
  }

  committed(
    groupId: string,
    partitions: readonly TopicPartition[],
  ): Promise<readonly (TopicPartition & CommittedOffset)[]> {
    if (partitions.length === 0) return Promise.resolve([]);
    return this.#retrying(async () => {
      const coordinator = await this.#cluster.findGroupCoordinator({ groupId });
      return readCommitted(coordinator, groupId, partitions);
    });
  }

  async deleteRecords(before: readonly (TopicPartition & { readonly offset: bigint })[]): Promise<void> {
    for (const [topic, partitions] of byTopic(before)) {
      const wanted = partitions.map(({ partition, offset }) => ({ partition, offset: offset.toString() }));
      await this.#retrying(async () => {
        await this.#admin.fetchTopicOffsets(topic); // kafkajs knows the leaders only of requested topics
        await this.#admin.deleteTopicRecords({ topic, partitions: wanted });
      });
    }
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    if (topics.length > 0) await this.#retrying(() => this.#admin.deleteTopics({ topics: [...topics] }));
  }

  async #create({ topic, partitions, replicationFactor, config }: NewTopic): Promise<boolean> {
    const configEntries = Object.entries(config ?? {}).map(([name, value]) => ({ name, value }));
    const request = { topic, numPartitions: partitions, replicationFactor: replicationFactor ?? -1, configEntries };
    const isCreated = await this.#retrying(() => this.#ask(topic, request));
    if (isCreated) await this.#retrying(() => this.#hasLeaders(topic, partitions));
    return isCreated;
  }

  /** False when the topic exists. A refusal by the brokers throws LOG_REFUSED. */
  async #ask(topic: string, request: ITopicConfig): Promise<boolean> {
    try {
      return await this.#admin.createTopics({ topics: [request], waitForLeaders: false });
    } catch (error) {
      const causes = (error as { errors?: unknown[] }).errors ?? [error];
      if (causes.some(cause => errorType(cause) === 'TOPIC_ALREADY_EXISTS')) return false;
      if (causes.some(cause => (cause as { retriable?: boolean }).retriable)) throw error;
      const message = `cannot create topic ${topic}: ${causes.map(errorMessage).join(', ')}`;
      throw new LogError('LOG_REFUSED', message, { cause: error });
    }
  }

  async #hasLeaders(topic: string, partitions: number): Promise<void> {
    await this.#cluster.addMultipleTargetTopics([topic]);
    await this.#cluster.refreshMetadata();
    for (let partition = 0; partition < partitions; partition++) leaderOf(this.#cluster, { topic, partition });
  }

  async #offsetsAt(partitions: readonly TopicPartition[], at: At): Promise<(TopicPartition & { offset: bigint })[]> {
    const timestamp = at === 'earliest' ? '-2' : typeof at === 'string' ? '-1' : String(Math.ceil(at.timestampMs));
    const isolationLevel = at === 'latest-committed' ? 1 : 0;
    await this.#retrying(() => this.#cluster.addMultipleTargetTopics([...new Set(partitions.map(p => p.topic))]));
    return this.#retrying(async () => {
      const answers: (TopicPartition & { offset: bigint })[] = [];
      for (const [nodeId, asked] of byLeader(this.#cluster, partitions)) {
        const broker = await this.#cluster.findBroker({ nodeId });
        const topics = [...byTopic(asked)].map(([topic, list]) => ({
          topic,
          partitions: list.map(({ partition }) => ({ partition, timestamp })),
        }));
        const { responses } = await broker.listOffsets({ replicaId: -1, isolationLevel, topics });
        for (const { topic, partitions: list } of responses) {
          for (const { partition, offset } of list) answers.push({ topic, partition, offset: BigInt(offset) });
        }
      }
      return answers;
    });
  }

  #retrying<T>(request: () => Promise<T>): Promise<T> {
    return retrying(this.#cluster, RETRY_FOR_MS, request);
  }
}

/** The ids of the topics that this broker knows. */
export async function topicIds(
  cluster: Cluster,
  nodeId: number,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const broker = await cluster.findBroker({ nodeId });
  const found = await broker.connectionPool.send(topicProtocol(topics));
  return new Map([...found].map(([topic, { id }]) => [topic, id]));
}

/** The partition counts of the topics that this broker knows. */
export async function partitionCounts(broker: Broker, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = await broker.connectionPool.send(topicProtocol(topics));
  return new Map([...found].map(([topic, { partitions }]) => [topic, partitions]));
}

/** The offsets that the group committed; the broker's -1 becomes `undefined`. */
export async function readCommitted(coordinator: Broker, groupId: string, partitions: readonly TopicPartition[]) {
  const topics = [...byTopic(partitions)].map(([topic, list]) => ({
    topic,
    partitions: list.map(({ partition }) => ({ partition })),
  }));
  const { responses } = await coordinator.offsetFetch({ groupId, topics });
  return responses.flatMap(({ topic, partitions: list }) =>
    list.map(({ partition, offset, metadata }) => ({
      topic,
      partition,
      offset: BigInt(offset) < 0n ? undefined : BigInt(offset),
      metadata: metadata ?? '',
    })),
  );
}

export function byTopic<T extends { readonly topic: string }>(items: readonly T[]): Map<string, T[]> {
  return Map.groupBy(items, item => item.topic);
}

function byLeader(cluster: Cluster, partitions: readonly TopicPartition[]): Map<number, TopicPartition[]> {
  return Map.groupBy(partitions, partition => leaderOf(cluster, partition));
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
