import type { AnyTopic } from '@sightline/schemas/topic';
import type { LogAdmin } from '../log/log-client.ts';
import { TopologyError } from './errors.ts';
import type { TopicDirectory } from './record-collector.ts';
import { changelogTopic } from './stream-task.ts';
import type { Subtopology, Topology } from './topology.ts';

/** The topics of a topology as they are in the cluster. */
export class TopicCounts implements TopicDirectory {
  readonly #prefix: string;
  readonly #counts: ReadonlyMap<string, number>;

  constructor(prefix: string, counts: ReadonlyMap<string, number>) {
    this.#prefix = prefix;
    this.#counts = counts;
  }

  nameOf(topic: AnyTopic): string {
    return `${this.#prefix}${topic.name}`;
  }

  partitionsOf(topic: AnyTopic): number {
    const count = this.#counts.get(this.nameOf(topic));
    if (count === undefined) throw new TopologyError('TOPIC_MISSING', `${topic.name} is not part of the topology`);
    return count;
  }
}

/** Finds every topic of the topology; rejects when one is missing, or sources of one subtopology are cut differently. */
export async function topicCounts(
  admin: LogAdmin,
  topology: Topology,
  prefix: string,
  deadLetters: AnyTopic | undefined,
): Promise<TopicCounts> {
  const subtopologies = topology.subtopologies();
  const nodes = subtopologies.flatMap(({ sources, sinks }) => [...sources, ...sinks, ...topology.globalStores]);
  const topics = [...nodes.map(({ topic }) => topic), ...(deadLetters ? [deadLetters] : [])];
  const names = [...new Set(topics.map(({ name }) => `${prefix}${name}`))];
  const found = await admin.partitionCounts(names);
  const missing = names.filter(name => !found.has(name));
  if (missing.length > 0) {
    throw new TopologyError('TOPIC_MISSING', `topics missing: ${missing.join(', ')}; create them first`, {
      retriable: true,
    });
  }
  const counts = new TopicCounts(prefix, found);
  for (const { sources } of subtopologies)
    checkCoPartitioned(
      sources.map(({ topic }) => topic),
      counts,
    );
  return counts;
}

function checkCoPartitioned(topics: readonly AnyTopic[], counts: TopicCounts): void {
  if (new Set(topics.map(topic => counts.partitionsOf(topic))).size <= 1) return;
  const cut = topics.map(topic => `${topic.name} ${counts.partitionsOf(topic)}`).join(', ');
  throw new TopologyError('CO_PARTITIONING_BROKEN', `topics read together must have equally many partitions: ${cut}`);
}

/** Compacted, never deleted by time; as many partitions as the subtopology has tasks. */
export async function createChangelogs(
  admin: LogAdmin,
  subtopologies: readonly Subtopology[],
  counts: TopicCounts,
  applicationId: string,
  replicationFactor: number | undefined,
): Promise<void> {
  const wanted = subtopologies.flatMap(({ stores, sources }) => {
    const partitions = Math.max(...sources.map(({ topic }) => counts.partitionsOf(topic)));
    return stores
      .filter(({ logged }) => logged)
      .map(({ name }) => ({ topic: changelogTopic(applicationId, name), partitions }));
  });
  if (wanted.length === 0) return;
  const config = {
    'cleanup.policy': 'compact',
    'message.timestamp.type': 'LogAppendTime',
    'segment.bytes': '67108864',
  };
  await admin.createTopics(
    wanted.map(topic => ({ ...topic, config, ...(replicationFactor === undefined ? {} : { replicationFactor }) })),
  );
  const found = await admin.partitionCounts(wanted.map(({ topic }) => topic));
  const odd = wanted.find(({ topic, partitions }) => found.get(topic) !== partitions);
  if (odd) {
    const message = `${odd.topic} has ${found.get(odd.topic)} partitions, its tasks are ${odd.partitions}`;
    throw new TopologyError('CHANGELOG_PARTITIONS_DIFFER', `${message}: changing a partition count is a migration`);
  }
}
