import { createClient } from '@clickhouse/client';
import type { LogClient } from '@sightline/processors/log';
import { Redis } from 'ioredis';
import type { Addresses } from './parts.ts';

/** We lack rights on a part. The message lists every action that failed. */
export class MissingRightsError extends Error {
  readonly code = 'RIGHTS_MISSING';
  readonly retriable = false;
}

type Attempt = readonly [what: string, run: () => Promise<unknown>];

/** Runs all attempts in order. Throws MissingRightsError with those that failed. */
async function tryAll(attempts: readonly Attempt[]): Promise<string> {
  const failed: string[] = [];
  for (const [what, run] of attempts) {
    try {
      await run();
    } catch (error) {
      failed.push(`${what} (${error instanceof Error ? error.message : error})`);
    }
  }
  if (failed.length > 0) throw new MissingRightsError(`cannot ${failed.join(', cannot ')}`);
  return `may ${attempts.map(([what]) => what).join(', ')}`;
}

/** Tries each kind of access to Kafka that our processes need, on a topic with the prefix; deletes the topic afterwards. */
export function kafkaRights(log: LogClient, prefix: string): Promise<string> {
  const topic = `${prefix}doctor-${Date.now()}`;
  const place = { topic, partition: 0 };
  return tryAll([
    ['create topics', () => log.admin.createTopics([{ topic, partitions: 1 }])],
    [
      'write',
      async () => {
        const producer = await log.producer();
        await producer.send([{ ...place, key: null, value: Buffer.from('doctor') }]).finally(() => producer.close());
      },
    ],
    [
      'use transactions',
      async () => {
        const producer = await log.transactionalProducer(`${prefix}doctor`);
        await producer.fence().finally(() => producer.close());
      },
    ],
    ['read offsets of groups', () => log.admin.committed(`${prefix}doctor`, [place])],
    ['delete topics', () => log.admin.deleteTopics([topic])],
  ]);
}

export function registryRights(url: string, auth: string | undefined): Promise<string> {
  const headers: Record<string, string> = auth
    ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }
    : {};
  return tryAll([
    [
      'list subjects',
      async () => {
        const answer = await fetch(`${url.replace(/\/$/, '')}/subjects`, {
          headers,
          signal: AbortSignal.timeout(5_000),
        });
        if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
      },
    ],
  ]);
}

/** Creates, fills and drops a small table. */
export async function clickHouseRights({ url, user, password, database }: Addresses['clickHouse']): Promise<string> {
  const client = createClient({ url, username: user, password, log: { level: 127 }, request_timeout: 5_000 });
  const table = `${database}.doctor_${Date.now()}`;
  try {
    return await tryAll([
      ['create the database', () => client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` })],
      [
        'create tables',
        () => client.command({ query: `CREATE TABLE ${table} (a UInt8) ENGINE = MergeTree ORDER BY a` }),
      ],
      ['insert', () => client.insert({ table, values: [{ a: 1 }], format: 'JSONEachRow' })],
      ['read', () => client.query({ query: `SELECT a FROM ${table}` })],
      ['drop tables', () => client.command({ query: `DROP TABLE IF EXISTS ${table}` })],
    ]);
  } finally {
    await client.close();
  }
}

export async function redisAnswers(url: string): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 3_000,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined); // the attempt reports the error
  try {
    return await tryAll([
      ['connect', () => redis.connect()],
      ['write', () => redis.set('sightline-doctor', '1', 'EX', 1)],
      ['publish', () => redis.publish('sightline-doctor', '1')],
    ]);
  } finally {
    redis.disconnect();
  }
}
