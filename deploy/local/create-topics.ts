import type { LogAdmin } from '@sightline/processors/log';
import { type AnyTopic, topics } from '@sightline/schemas';

/** Partitions of a topic that declares no number. */
const PARTITIONS = 4;

export const allTopics: readonly AnyTopic[] = Object.values(topics);

/** Kafka's settings of a topic, from its declaration. Record timestamps are times of writing (LogAppendTime). */
function configOf(topic: AnyTopic): Readonly<Record<string, string>> {
  const { timeMs, bytes = -1 } = topic.retention;
  return {
    'cleanup.policy': topic.cleanup,
    'retention.ms': String(timeMs),
    'retention.bytes': String(bytes),
    'message.timestamp.type': 'LogAppendTime',
    ...topic.config,
  };
}

/** Creates the missing topics and leaves existing ones alone. Returns the names it created. */
export function createTopics(admin: LogAdmin, prefix: string, embedded: boolean): Promise<readonly string[]> {
  return admin.createTopics(
    allTopics.map(topic => ({
      topic: `${prefix}${topic.name}`,
      partitions: topic.partitions ?? PARTITIONS,
      ...(embedded && { replicationFactor: 1 }),
      config: configOf(topic),
    })),
  );
}
