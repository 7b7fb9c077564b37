import { connectLog } from '@sightline/processors/log';
import { type CellEnv, createTopics, logOptions } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';

/** The topics that a sink reads, and the one for its dead letters. */
export const SINK_TOPICS = [
  ...[topics.tracks, topics.violations, topics.evidence, topics.shadowDetections],
  topics.deadLetters,
] as const;

/** Creates them under the prefix of a cell, as in the product. */
export async function createSinkTopics(env: CellEnv): Promise<void> {
  const log = await connectLog(logOptions(env, 'trial'));
  await createTopics(log, env.NAME_PREFIX, SINK_TOPICS, { replicationFactor: 1 });
  await log.close();
}
