import { type AnyTopic, topics } from '@sightline/schemas';
import type { LogClient } from '../../log/index.ts';

/** Every topic of the product. */
export const allTopics: readonly AnyTopic[] = Object.values(topics);

export interface TopicDefaults {
  /** Number of partitions of a topic that states none; default 4. */
  readonly partitions?: number;
  /** Default: the broker's. */
  readonly replicationFactor?: number;
}

export interface CreatedTopics {
  /** Complete names of the topics that were missing. */
  readonly created: readonly string[];
  /** Settings of existing topics that differed and were set, by the topic's complete name. */
  readonly changed: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/**
 * Creates the missing topics, under the prefix. Gives existing ones their declared settings; settings that no topic
 * declares, and the number of partitions, stay.
 */
export async function createTopics(
  { admin }: Pick<LogClient, 'admin'>,
  prefix: string,
  declared: readonly AnyTopic[],
  { partitions = 4, replicationFactor }: TopicDefaults = {},
): Promise<CreatedTopics> {
  const wanted = declared.map(topic => ({
    topic: `${prefix}${topic.name}`,
    partitions: topic.partitions ?? partitions,
    ...(replicationFactor !== undefined && { replicationFactor }),
    config: configOf(topic),
  }));
  const created = await admin.createTopics(wanted);
  const changed = await admin.configureTopics(wanted.filter(({ topic }) => !created.includes(topic)));
  return { created, changed };
}

/** Kafka's settings of a topic, from its declaration. Record timestamps are times of writing (LogAppendTime). */
function configOf({ cleanup, retention, config }: AnyTopic): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': cleanup,
    'retention.ms': String(retention.timeMs),
    'retention.bytes': String(retention.bytes ?? -1),
    'message.timestamp.type': 'LogAppendTime',
    ...config,
  };
}
