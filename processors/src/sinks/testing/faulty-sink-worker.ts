import { fsyncSync, openSync, writeSync } from 'node:fs';
import { createClient } from '@clickhouse/client';
import { z } from 'zod';
import type { GroupMember, LogClient, MemberOptions, OffsetCommit } from '../../log/index.ts';
import { clickHouseEnv, parseEnv } from '../../process/index.ts';
import { type Plan, readMark } from '../block.ts';
import type { BlockWriter } from '../block-writer.ts';
import { runSinkProcess, type SinkSurroundings } from '../sink-process.ts';

/**
 * The sink's process, which at one point of its n-th block kills itself (SIGKILL) or suspends itself (SIGSTOP). It
 * first writes a line to the fault log, on disk. BROKEN selects one of the broken sinks that the judge must detect.
 */
const env = parseEnv(process.env, {
  ...clickHouseEnv,
  FAULT_LOG: z.string().describe('file for a line of JSON per fault and per refusal by the group'),
  FAULT: z
    .enum(['none', 'before-plan', 'after-plan', 'after-insert', 'after-commit', 'stop-after-plan'])
    .default('none'),
  FAULT_TOPIC: z.string().default('').describe('only blocks of topics whose names end so count'),
  FAULT_BLOCK: z.coerce.number().int().default(0).describe('which block, from 0'),
  BROKEN: z.enum(['none', 'no-plan', 'no-token', 'commit-first']).default('none'),
});

const file = openSync(env.FAULT_LOG, 'a');
function say(line: Readonly<Record<string, unknown>>): void {
  writeSync(file, `${JSON.stringify({ pid: process.pid, ...line })}\n`);
  fsyncSync(file);
}

let left = env.FAULT_BLOCK;
function reach(point: typeof env.FAULT, at: OffsetCommit): void {
  if (env.FAULT !== point || !at.topic.endsWith(env.FAULT_TOPIC) || left-- !== 0) return;
  say({ point, topic: at.topic, partition: at.partition, offset: `${at.offset}`, metadata: at.metadata ?? '' });
  process.kill(process.pid, point === 'stop-after-plan' ? 'SIGSTOP' : 'SIGKILL');
}

const planIn = ({ metadata }: OffsetCommit): Plan | undefined => readMark(metadata ?? '').plan;

/** What a broken sink commits instead of a plan. */
function instead(offset: OffsetCommit, plan: Plan): OffsetCommit | undefined {
  if (env.BROKEN === 'no-plan') return undefined;
  return env.BROKEN === 'commit-first' ? { ...offset, offset: plan.max + 1n, metadata: '' } : offset;
}

async function commit(member: GroupMember, offsets: readonly OffsetCommit[]): Promise<void> {
  const [offset] = offsets;
  if (offset === undefined) return;
  const plan = planIn(offset);
  reach(plan ? 'before-plan' : 'after-insert', offset);
  const given = plan ? instead(offset, plan) : offset;
  try {
    if (given !== undefined) await member.commit([given]);
  } catch (error) {
    say({
      refused: error instanceof Error ? error.message : String(error),
      topic: offset.topic,
      plan: plan !== undefined,
    });
    throw error;
  }
  if (plan) reach('stop-after-plan', offset);
  reach(plan ? 'after-plan' : 'after-commit', offset);
}

async function join(log: LogClient, options: MemberOptions): Promise<GroupMember> {
  const member = await log.join({
    ...options,
    onAssigned(assignment) {
      say({ generation: assignment.generation, partitions: assignment.partitions.length });
      options.onAssigned(assignment);
    },
  });
  return {
    committed: member.committed.bind(member),
    nextHeartbeat: member.nextHeartbeat.bind(member),
    leave: member.leave.bind(member),
    commit: offsets => commit(member, offsets),
  };
}

const DOUBLED = { insert_deduplicate: 0, deduplicate_insert: 'disable' } as const;

/**
 * Inserts like the sink, but lets the table store the same block twice: without a token ClickHouse compares the bytes.
 */
function withoutToken(own: BlockWriter): BlockWriter {
  const { CLICKHOUSE_URL: url, CLICKHOUSE_USER: username, CLICKHOUSE_PASSWORD: password } = env;
  const client = createClient({ url, username, password, database: env.CLICKHOUSE_DATABASE, log: { level: 127 } });
  return {
    find: own.find.bind(own),
    async insert({ table, body }) {
      const values = body
        .toString()
        .split('\n')
        .map(line => JSON.parse(line));
      await client.insert({ table, values, format: 'JSONEachRow', clickhouse_settings: DOUBLED });
    },
  };
}

function faulty({ cell, writer }: SinkSurroundings): SinkSurroundings {
  const log: LogClient = {
    admin: cell.log.admin,
    producer: options => cell.log.producer(options),
    transactionalProducer: (id, options) => cell.log.transactionalProducer(id, options),
    reader: options => cell.log.reader(options),
    close: () => cell.log.close(),
    join: options => join(cell.log, options),
  };
  return { cell: { ...cell, log }, writer: env.BROKEN === 'no-token' ? withoutToken(writer) : writer };
}

await runSinkProcess(faulty);
