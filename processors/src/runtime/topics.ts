import type { AnyTopic } from '@sightline/schemas/topic';
import type { LogAdmin, NewTopic } from '../log/log-client.ts';
import { TopologyError } from './errors.ts';
import { countPartitions, type PartitionCounts, taskCount } from './partition-counts.ts';
import type { TopicDirectory } from './record-collector.ts';
import { changelogTopic } from './task-commit.ts';
import type { Topology } from './topology.ts';
import { howToReset } from './topology-record.ts';

/** Names of an application's own topics, and their settings. */
export interface ApplicationNames {
  readonly applicationId: string;
  /** Prefix of the topics that are not the application's own. */
  readonly namePrefix: string;
}

/** The topics of a topology in the cluster. */
export class TopicCounts implements TopicDirectory {
  readonly #names: ApplicationNames;
  readonly #counts: PartitionCounts;
  readonly #repartitions: ReadonlySet<string>;

  constructor(names: ApplicationNames, counts: PartitionCounts, repartitions: ReadonlySet<string> = new Set()) {
    this.#names = names;
    this.#counts = counts;
    this.#repartitions = repartitions;
  }

  nameOf({ name }: AnyTopic): string {
    const { applicationId, namePrefix } = this.#names;
    return this.#repartitions.has(name) ? `${applicationId}-${name}` : `${namePrefix}${name}`;
  }

  partitionsOf(topic: AnyTopic): number {
    const count = this.#counts.get(topic.name);
    if (count === undefined) throw new TopologyError('TOPIC_MISSING', `${topic.name} is not part of the topology`);
    return count;
  }
}

/**
 * Finds every topic of the topology. Rejects when one is missing, or when topics read together differ in their number
 * of partitions.
 */
export async function topicCounts(
  admin: LogAdmin,
  topology: Topology,
  names: ApplicationNames,
  deadLetters: AnyTopic | undefined,
): Promise<TopicCounts> {
  const own = new Set(topology.repartitionTopics.map(({ topic }) => topic.name));
  const nodes = [...topology.subtopologies().flatMap(({ sources, sinks }) => [...sources, ...sinks]), ...topology.globalStores]; // biome-ignore format: one list
  const topics = [...nodes.map(({ topic }) => topic), ...(deadLetters ? [deadLetters] : [])];
  const external = [...new Set(topics.map(({ name }) => name).filter(name => !own.has(name)))];
  const found = await admin.partitionCounts(external.map(name => `${names.namePrefix}${name}`));
  const missing = external.filter(name => !found.has(`${names.namePrefix}${name}`));
  if (missing.length > 0) {
    const which = missing.map(name => `${names.namePrefix}${name}`).join(', ');
    throw new TopologyError('TOPIC_MISSING', `topics missing: ${which}; create them first`, { retriable: true });
  }
  const counts = new Map(external.map(name => [name, found.get(`${names.namePrefix}${name}`) ?? 0]));
  return new TopicCounts(names, countPartitions(topology, counts), own);
}

/** The changelogs of an application, as topics with the types of their stores. */
export function changelogTopics(topology: Topology, applicationId: string): readonly AnyTopic[] {
  const stores = topology.subtopologies().flatMap(subtopology => subtopology.stores.filter(({ logged }) => logged));
  return stores.map(({ name, key, value }) => {
    return { name: changelogTopic(applicationId, name), key, value, cleanup: 'compact', retention: { timeMs: -1 } };
  });
}

const MAX_MS = '9223372036854775807';
/** Never deleted by time, because event times may be any; records are deleted by offset once they are committed. */
const REPARTITION_CONFIG = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'message.timestamp.type': 'CreateTime',
  'message.timestamp.before.max.ms': MAX_MS,
  'message.timestamp.after.max.ms': MAX_MS,
  'segment.bytes': '52428800',
};
/** Compacted, never deleted by time: an expired window is deleted by a tombstone. */
const CHANGELOG_CONFIG = {
  'cleanup.policy': 'compact',
  'message.timestamp.type': 'LogAppendTime',
  'segment.bytes': '67108864',
};

/** Creates missing changelogs and repartition topics. Rejects when one has another number of partitions. */
export async function createInternalTopics(
  admin: LogAdmin,
  topology: Topology,
  counts: TopicCounts,
  applicationId: string,
  replicationFactor: number | undefined,
): Promise<void> {
  const repartitions = topology.repartitionTopics.map(({ topic }) => ({
    topic: counts.nameOf(topic),
    partitions: counts.partitionsOf(topic),
    config: REPARTITION_CONFIG,
  }));
  const changelogs = topology.subtopologies().flatMap(subtopology => {
    const partitions = taskCount(subtopology, topic => counts.partitionsOf(topic));
    const logged = subtopology.stores.filter(store => store.logged);
    return logged.map(({ name }) => ({ topic: changelogTopic(applicationId, name), partitions, config: CHANGELOG_CONFIG })); // biome-ignore format: one list
  });
  const wanted: NewTopic[] = [...repartitions, ...changelogs];
  if (wanted.length === 0) return;
  await admin.createTopics(wanted.map(topic => ({ ...topic, ...(replicationFactor === undefined ? {} : { replicationFactor }) }))); // biome-ignore format: one call
  const found = await admin.partitionCounts(wanted.map(({ topic }) => topic));
  const odd = wanted.find(({ topic, partitions }) => found.get(topic) !== partitions);
  if (odd) {
    const message = `${odd.topic} has ${found.get(odd.topic)} partitions, but its tasks need ${odd.partitions}`;
    const remedy = `create it again with ${odd.partitions} partitions (what it held is gone), or reset the application`;
    throw new TopologyError('CHANGELOG_PARTITIONS_DIFFER', `${message}: ${remedy}; ${howToReset(applicationId)}`);
  }
}
