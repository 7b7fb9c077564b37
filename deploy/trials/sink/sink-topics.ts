import { connectLog } from '@sightline/processors/log';
import { type CellEnv, logOptions } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';

/** The topics that a sink reads, and the one for its dead letters. */
export const SINK_TOPICS = [topics.tracks, topics.violations, topics.evidence, topics.deadLetters] as const;

const PARTITIONS = 4;

/** Creates them under the prefix of a cell. Their timestamps are the times of writing, as in the product. */
export async function createSinkTopics(env: CellEnv): Promise<void> {
  const log = await connectLog(logOptions(env, 'trial'));
  await log.admin.createTopics(
    SINK_TOPICS.map(topic => ({
      topic: `${env.NAME_PREFIX}${topic.name}`,
      partitions: PARTITIONS,
      replicationFactor: 1,
      config: { 'message.timestamp.type': 'LogAppendTime', ...topic.config },
    })),
  );
  await log.close();
}
