import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyTopic } from '@sightline/schemas';
import { connectLog } from '../../log/index.ts';
import { cellEnv, parseEnv } from '../settings/env.ts';
import { type Cell, connectCell } from './cell.ts';
import { createTopics } from './create-topics.ts';

/**
 * Settings of a separate cell on the test's broker (TEST_KAFKA_BROKERS, TEST_REGISTRY_URL), with a new prefix each
 * call.
 */
export function testCellEnv(): ReturnType<typeof parseEnv<typeof cellEnv>> {
  return parseEnv(
    {
      KAFKA_BROKERS: process.env.TEST_KAFKA_BROKERS,
      SCHEMA_REGISTRY_URL: process.env.TEST_REGISTRY_URL,
      NAME_PREFIX: `test-${randomBytes(4).toString('hex')}-`,
      LOG_LEVEL: 'warn',
    },
    cellEnv,
  );
}

/** Creates the topics of that cell and connects to it. For tests. */
export async function testCell(topics: readonly AnyTopic[], env = testCellEnv(), partitions = 4): Promise<Cell> {
  const log = await connectLog({ brokers: env.KAFKA_BROKERS.split(','), clientId: 'test' });
  await createTopics(log, env.NAME_PREFIX, topics, { partitions, replicationFactor: 1 });
  await log.close();
  return connectCell(env, { service: 'test', topics });
}

/** Deletes topics of that cell and creates them again, as an operator might. Resolves when the broker serves them. */
export async function recreateTopics(cell: Cell, topics: readonly AnyTopic[], partitions = 4): Promise<void> {
  const { admin } = cell.log;
  const names = topics.map(cell.name);
  await admin.deleteTopics(names);
  while ((await admin.partitionCounts(names)).size > 0) await sleep(20);
  await createTopics(cell.log, cell.prefix, topics, { partitions, replicationFactor: 1 });
}
