/** Other users of the machine can reach every port of the embedded parts, but get nothing without the passwords. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectLog } from '@sightline/processors/log';
import { bindRegistry } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataFolder } from './folder.ts';
import { type Addresses, startParts } from './parts.ts';
import { ensureSecrets } from './secrets.ts';
import { readSettings } from './settings.ts';
import { Supervisor } from './supervisor.ts';

const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-strangers-')));
const supervisor = new Supervisor({ folder, onLine: () => {} });
const secrets = ensureSecrets(folder.secrets);
let addresses: Addresses;

beforeAll(async () => {
  const { SIGHTLINE_CACHE } = readSettings();
  const settings = readSettings({ ...(SIGHTLINE_CACHE && { SIGHTLINE_CACHE }) });
  addresses = await startParts({ folder, secrets, settings, supervisor, needs: ['kafka', 'registry', 'redis'] });
});

afterAll(async () => {
  await supervisor.stop();
  rmSync(folder.path, { recursive: true, force: true });
});

type Login = { readonly username: string; readonly password: string };

/** Creates a topic and reads its partition count, signed in as `login`. */
async function useBroker(brokers: string, login: Login | undefined): Promise<number | undefined> {
  const sasl = login && ({ mechanism: 'plain', ...login } as const);
  const log = await connectLog({ brokers: [brokers], clientId: 'stranger', waitMs: 3_000, ...(sasl && { sasl }) });
  try {
    await log.admin.createTopics([{ topic: 'control', partitions: 1, replicationFactor: 1 }]);
    return (await log.admin.partitionCounts(['control'])).get('control');
  } finally {
    await log.close();
  }
}

test('Kafka and its controller accept only the right password', async () => {
  const { kafkaBrokers, kafkaLogin } = addresses;
  if (kafkaLogin === null) throw new Error('the embedded broker has no login');
  const config = readFileSync(join(folder.path, 'kafka/server.properties'), 'utf8');
  const controller = /CONTROLLER:\/\/([\d.:]+)/.exec(config)?.[1] ?? '';
  expect(await useBroker(kafkaBrokers, kafkaLogin)).toBe(1);
  const strangers = [undefined, { ...kafkaLogin, password: 'guess' }];
  const tries = [kafkaBrokers, controller].flatMap(address => strangers.map(login => useBroker(address, login)));
  for (const attempt of await Promise.allSettled(tries)) expect(attempt.status).toBe('rejected');
});

test('the registry binds schemas with its password; without one, every path of it is 401', async () => {
  const { schemaRegistryUrl: url, schemaRegistryAuth: auth } = addresses;
  await bindRegistry({ url, auth: auth ?? undefined, prefix: '' }, [topics.control]);
  const { origin } = new URL(url);
  for (const path of ['/apis/ccompat/v7/subjects', '/apis/registry/v3/groups', '/apis/registry/v3/admin/export', '/'])
    expect((await fetch(`${origin}${path}`, { redirect: 'manual' })).status, path).toBe(401);
  await expect(bindRegistry({ url, auth: 'sightline:guess', prefix: '' }, [topics.control])).rejects.toThrow();
});

test('Redis accepts only its password', async () => {
  const { host } = new URL(addresses.redisUrl);
  for (const url of [`redis://${host}`, `redis://:guess@${host}`]) {
    const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    redis.on('error', () => {});
    await expect(
      redis.connect().then(() => redis.get('a')),
      url,
    ).rejects.toThrow();
    redis.disconnect();
  }
});

test('no process list shows a password', () => {
  const passwords = [secrets.kafkaPassword, secrets.registryPassword, secrets.redisPassword];
  for (const { name, pid = 0 } of supervisor.status()) {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    expect(words.length, name).toBeGreaterThan(0);
    expect(
      passwords.filter(password => words.includes(password)),
      name,
    ).toEqual([]);
  }
});
