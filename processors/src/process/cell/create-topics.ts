import type { AnyTopic } from '@sightline/schemas';
import type { LogClient } from '../../log/index.ts';

export interface TopicDefaults {
  /** Number of partitions of a topic that states none. */
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** Creates the missing topics, under the prefix. Resolves with the names that it created. */
export function createTopics(
  log: LogClient,
  prefix: string,
  topics: readonly AnyTopic[],
  defaults: TopicDefaults,
): Promise<readonly string[]> {
  return log.admin.createTopics(
    topics.map(topic => ({
      topic: `${prefix}${topic.name}`,
      partitions: topic.partitions ?? defaults.partitions,
      replicationFactor: defaults.replicationFactor,
      config: configOf(topic),
    })),
  );
}

function configOf({ cleanup, retention, config }: AnyTopic): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': cleanup,
    'retention.ms': String(retention.timeMs),
    'retention.bytes': String(retention.bytes ?? -1),
    'message.timestamp.type': 'LogAppendTime',
    ...config,
  };
}
