import { cellEnv, parseEnv } from '@sightline/processors/process';
import { z } from 'zod';

const milliseconds = z.coerce.number().int().positive();
const count = z.coerce.number().int().positive();

/** Settings of a process that runs graphs, each with its name in Kafka Streams. */
export const topologySettings = {
  ...cellEnv,
  COMMIT_INTERVAL_MS: milliseconds.default(40).describe('longest time between two commits (commit.interval.ms)'),
  SESSION_TIMEOUT_MS: milliseconds
    .default(6000)
    .describe('a process silent for this long loses its lanes (session.timeout.ms)'),
  HEARTBEAT_INTERVAL_MS: milliseconds.default(500).describe('time between two heartbeats (heartbeat.interval.ms)'),
  REBALANCE_TIMEOUT_MS: milliseconds
    .default(3000)
    .describe('how long a rebalance waits for a member that does not answer (max.poll.interval.ms)'),
  GROUP_INSTANCE_ID: z
    .string()
    .optional()
    .describe(
      'name of this process, the same after a restart, so that it gets its lanes back at once (group.instance.id)',
    ),
  BUFFERED_RECORDS_PER_PARTITION: count
    .default(1500)
    .describe('a partition with more records waiting is paused (buffered.records.per.partition)'),
  INPUT_BUFFER_BYTES_PER_PARTITION: count
    .default(8_388_608)
    .describe('a partition with more bytes waiting is paused (input.buffer.max.bytes, here per partition)'),
  PROCESSING_GUARANTEE: z
    .enum(['exactly-once', 'at-least-once'])
    .default('exactly-once')
    .describe('at-least-once has no transactions, and repeats records after a crash (processing.guarantee)'),
  STATE_STORE_CACHE_MAX_BYTES: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(10_485_760)
    .describe(
      'updates of tables a task holds back until a commit; 0: none (statestore.cache.max.bytes, here per task)',
    ),
  MAX_TASK_IDLE_MS: z.coerce
    .number()
    .int()
    .min(-1)
    .default(0)
    .describe('how long a task waits for an empty partition while others have records (max.task.idle.ms)'),
  NUM_STANDBY_REPLICAS: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(0)
    .describe("processes that keep a copy of each task's state (num.standby.replicas)"),
  STORE_ENGINE: z
    .enum(['memory', 'lmdb'])
    .default('memory')
    .describe('where state is stored; lmdb needs STATE_DIR (dsl.store.suppliers.class)'),
  STATE_DIR: z.string().optional().describe('folder for state on disk (state.dir)'),
  ACCEPT_TOPOLOGY_CHANGES: z
    .enum(['true', 'false'])
    .default('false')
    .transform(value => value === 'true')
    .describe('true: start although state of an older topology is lost; stop every older process first'),
  ACCEPTED_LOSSES: z
    .string()
    .default('')
    .transform(text =>
      text
        .split(',')
        .map(name => name.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.string().regex(/^[\w.-]+\[\d+\]@\d+$/, 'must be topic[partition]@offset')))
    .describe('accepted losses by retention, named as in health: topic[partition]@offset, comma-separated'),
  REPLICATION_FACTOR: count
    .optional()
    .describe("replicas of changelog topics; unset: the broker's (replication.factor)"),
} as const;

export const env = parseEnv(process.env, topologySettings);
