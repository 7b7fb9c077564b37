import { cellEnv, parseEnv } from '@sightline/processors/process';
import { z } from 'zod';

const milliseconds = z.coerce.number().int().positive();
const count = z.coerce.number().int().positive();

/** Settings of a process that runs graphs; each says what Kafka Streams calls it. */
export const env = parseEnv(process.env, {
  ...cellEnv,
  COMMIT_INTERVAL_MS: milliseconds.default(100).describe('longest time between two commits (commit.interval.ms)'),
  SESSION_TIMEOUT_MS: milliseconds
    .default(6000)
    .describe('a process unheard for so long loses its lanes (session.timeout.ms)'),
  HEARTBEAT_INTERVAL_MS: milliseconds.default(500).describe('time between two heartbeats (heartbeat.interval.ms)'),
  REBALANCE_TIMEOUT_MS: milliseconds
    .default(3000)
    .describe('how long a rebalance waits for a member that does not answer (max.poll.interval.ms)'),
  GROUP_INSTANCE_ID: z
    .string()
    .optional()
    .describe('name of this process that outlives restarts: it gets its lanes back at once (group.instance.id)'),
  BUFFERED_RECORDS_PER_PARTITION: count
    .default(10_000)
    .describe('a partition with more records waiting is paused (buffered.records.per.partition)'),
  INPUT_BUFFER_BYTES_PER_PARTITION: count
    .default(8_388_608)
    .describe('a partition with more bytes waiting is paused (input.buffer.max.bytes, here per partition)'),
  REPLICATION_FACTOR: count
    .optional()
    .describe("replicas of changelog topics; unset: the broker's (replication.factor)"),
});
