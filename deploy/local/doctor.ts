/** `npm run doctor`: prints every check with its finding and its fix; `--json` for programs. Exits with 1 when one fails. */
import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { connectLog } from '@sightline/processors/log';
import { cellEnv, logOptions, parseEnv } from '@sightline/processors/process';
import { z } from 'zod';
import { DataFolder } from './folder.ts';
import { leftovers } from './leftovers.ts';
import { DEFAULT_PORT, useOfPort } from './ports.ts';
import { readReady } from './ready.ts';
import { clickHouseRights, kafkaRights, redisAnswers, registryRights } from './rights.ts';
import { runningSupervisor } from './run-file.ts';
import { readSettings, type Settings } from './settings.ts';
import { describeWall, findWall } from './wall.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What the user should do; empty when `ok`. */
  readonly fix: string;
}

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const MachineChecks = z.array(z.object({ name: z.string(), ok: z.boolean(), found: z.string(), fix: z.string() }));

/** Runs a check. An error that it throws becomes the finding of a failed check. */
async function check(name: string, fix: string, look: () => Promise<string> | string): Promise<Check> {
  try {
    return { name, ok: true, found: await look(), fix: '' };
  } catch (error) {
    const found = error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : String(error);
    return { name, ok: false, found, fix: (error instanceof Error && 'fix' in error && String(error.fix)) || fix };
  }
}

function folderChecks(folder: DataFolder): Promise<Check>[] {
  const port = portOf(folder);
  return [
    check('secrets', `chmod 600 ${folder.secrets}`, () => {
      if (!existsSync(folder.secrets)) return 'none yet';
      if ((statSync(folder.secrets).mode & 0o077) !== 0) throw new Error(`${folder.secrets} is readable by others`);
      return 'only their owner can read them';
    }),
    check('running', 'npm run stop, then npm start', () => {
      const run = runningSupervisor(folder);
      if (run !== undefined) return `process ${run.pid}, ${readReady(folder)?.url ?? 'still starting'}`;
      const left = leftovers(folder.path);
      if (left.length > 0) throw new Error(`no supervisor, but it left processes ${left.join(', ')}`);
      return 'nothing runs';
    }),
    ...(port === undefined
      ? []
      : [check(`port ${port.number}`, 'npm start -- --port N', () => useOfPort(port.number, port.gatewayPid))]),
  ];
}

/** The port of the folder's running gateway, or the default port when nothing runs; undefined: not known before the start is done. */
function portOf(folder: DataFolder): { readonly number: number; readonly gatewayPid?: number | undefined } | undefined {
  if (runningSupervisor(folder) === undefined) return { number: DEFAULT_PORT };
  const ready = readReady(folder);
  const gateway = ready?.processes.find(({ name }) => name === 'gateway');
  return ready && { number: Number(new URL(ready.url).port), gatewayPid: gateway?.pid ?? 0 };
}

/** Asks each running process for its health. */
async function healthChecks(folder: DataFolder): Promise<Check[]> {
  const programs = readReady(folder)?.processes ?? [];
  return Promise.all(
    programs
      .filter(({ kind }) => kind === 'process')
      .map(({ name, healthUrl = '' }) =>
        check(name, `read ${folder.log(name)}`, async () => {
          const answer = await fetch(healthUrl, { signal: AbortSignal.timeout(3_000) });
          const text = await answer.text();
          if (!answer.ok) throw new Error(text.slice(0, 300));
          return text.startsWith('{') ? String(JSON.parse(text).status) : 'answers';
        }),
      ),
  );
}

/** Checks that each configured part can be reached and that we have the rights we need there. */
function partChecks(settings: Settings): Promise<Check>[] {
  const checks: Promise<Check>[] = [];
  const {
    KAFKA_BROKERS: brokers,
    SCHEMA_REGISTRY_URL: registry,
    CLICKHOUSE_URL: clickHouse,
    REDIS_URL: redis,
    NAME_PREFIX: prefix,
  } = settings;
  if (brokers)
    checks.push(
      check(
        `Kafka ${brokers}`,
        'KAFKA_BROKERS, KAFKA_SSL_*, KAFKA_SASL_*; topics, groups and transactional ids under NAME_PREFIX need rights',
        async () => {
          const log = await connectLog({ ...logOptions(parseEnv(process.env, cellEnv), 'doctor'), waitMs: 5_000 });
          try {
            return await kafkaRights(log, prefix);
          } finally {
            await log.close();
          }
        },
      ),
    );
  if (registry)
    checks.push(
      check('schema registry', 'SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_AUTH', () =>
        registryRights(registry, process.env.SCHEMA_REGISTRY_AUTH),
      ),
    );
  if (clickHouse)
    checks.push(
      check('ClickHouse', 'CLICKHOUSE_URL, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD, CLICKHOUSE_DATABASE', () =>
        clickHouseRights({
          url: clickHouse,
          user: settings.CLICKHOUSE_USER,
          password: settings.CLICKHOUSE_PASSWORD,
          database: settings.CLICKHOUSE_DATABASE,
        }),
      ),
    );
  if (redis) checks.push(check('Redis', 'REDIS_URL', () => redisAnswers(redis)));
  return checks;
}

function print(checks: readonly Check[]): void {
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  for (const { name, ok, found, fix } of checks) {
    console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(width)}${found}`);
    if (!ok) console.log(`${' '.repeat(6 + width)}fix: ${fix}`);
  }
}

async function main(): Promise<void> {
  const settings = readSettings();
  const folder = DataFolder.chosen(values.data, settings.SIGHTLINE_DATA);
  const checks = [
    ...MachineChecks.parse(JSON.parse(settings.SIGHTLINE_MACHINE ?? '[]')),
    ...(settings.CLICKHOUSE_URL ? [] : [await check('second wall', '', () => describeWall(findWall()))]),
    ...(await Promise.all([...folderChecks(folder), ...partChecks(settings)])),
    ...(await healthChecks(folder)),
  ];
  if (values.json) console.log(JSON.stringify({ checks }, null, 2));
  else print(checks);
  process.exit(checks.every(({ ok }) => ok) ? 0 : 1);
}

await main();
