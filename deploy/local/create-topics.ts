import type { LogAdmin } from '@sightline/processors/log';
import { type AnyTopic, topics } from '@sightline/schemas';

/** Partitions of a topic that does not say its own, on the embedded broker. */
const PARTITIONS = 4;

export const allTopics: readonly AnyTopic[] = Object.values(topics);

/** Kafka's settings of a topic: what its declaration says, timestamps by the time of writing. */
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

/** Creates the topics that are missing and leaves those that exist; gives the names it created. */
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
