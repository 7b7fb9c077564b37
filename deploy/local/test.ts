/** `npm test`: starts real parts and runs every suite on them; the last line is `N passed, N failed`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startStack } from '../trials/installations/stack.ts';
import { DataFolder } from './folder.ts';
import { endLeftovers } from './leftovers.ts';
import { type Addresses, startParts } from './parts.ts';
import { runSuite, type SuiteResult } from './run-suite.ts';
import { ensureSecrets } from './secrets.ts';
import { readSettings } from './settings.ts';
import { SUITES, type Suite } from './suites.ts';
import { Supervisor } from './supervisor.ts';

const { values } = parseArgs({ options: { suite: { type: 'string' } } });

const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-test-')));
const supervisor = new Supervisor({
  folder,
  onLine: () => {},
  onRestart: (name, reason) => console.log(`${name} ended (${reason}) and starts again`),
});

function chosen(): readonly Suite[] {
  const names = values.suite?.split(',').map(name => name.trim());
  return SUITES.filter(({ name }) => names?.includes(name) ?? true);
}

/** Starts the parts that the suites share. Each test uses its own topics, tables and keys. */
async function startShared(suites: readonly Suite[]): Promise<Readonly<Record<string, string>>> {
  const needs = [...new Set(suites.flatMap(suite => suite.needs))];
  if (needs.length === 0) return {};
  console.log(`starting ${needs.join(', ')} for the tests`);
  const settings = { ...readSettings({}), SIGHTLINE_CACHE: readSettings().SIGHTLINE_CACHE };
  const addresses = await startParts({
    folder,
    secrets: ensureSecrets(folder.secrets),
    settings,
    supervisor,
    needs,
    open: true,
  });
  return testEnv(addresses);
}

function testEnv({
  kafkaBrokers,
  schemaRegistryUrl,
  redisUrl,
  clickHouse,
}: Addresses): Readonly<Record<string, string>> {
  const { clickHouse: passwords } = ensureSecrets(folder.secrets);
  return {
    TEST_KAFKA_BROKERS: kafkaBrokers,
    TEST_REGISTRY_URL: schemaRegistryUrl,
    TEST_REDIS_URL: redisUrl,
    TEST_CLICKHOUSE_URL: clickHouse.url,
    TEST_CLICKHOUSE_USER: clickHouse.user,
    TEST_CLICKHOUSE_PASSWORD: clickHouse.password,
    TEST_CLICKHOUSE_ANALYST_PASSWORD: passwords.analyst,
  };
}

/** Starts the whole product in a new folder for `work`; TEST_READY_FILE is the path of its `ready.json`. */
async function withStack<T>(work: (env: Readonly<Record<string, string>>) => Promise<T>): Promise<T> {
  const own = DataFolder.make(folder.file('stack'));
  console.log('starting the whole product for the tests');
  const stack = await startStack({ folder: own.path });
  try {
    return await work({ TEST_READY_FILE: own.ready });
  } finally {
    await stack.stop();
  }
}

async function run(suite: Suite, shared: Readonly<Record<string, string>>): Promise<SuiteResult> {
  console.log(`\n── ${suite.name} ${'─'.repeat(60 - suite.name.length)}`);
  const startMs = performance.now();
  try {
    if (!suite.stack) return await runSuite(suite, shared, folder.path);
    return await withStack(env => runSuite(suite, { ...shared, ...env }, folder.path));
  } catch (error) {
    const trouble = error instanceof Error ? error.message : String(error);
    return { name: suite.name, passed: 0, failed: 1, seconds: (performance.now() - startMs) / 1000, trouble };
  }
}

function printTable(results: readonly SuiteResult[]): void {
  console.log(`\n${'suite'.padEnd(12)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'seconds'.padStart(10)}`);
  for (const { name, passed, failed, seconds, trouble } of results)
    console.log(
      `${name.padEnd(12)}${String(passed).padStart(8)}${String(failed).padStart(8)}${seconds.toFixed(1).padStart(10)}${trouble ? `   ${trouble}` : ''}`,
    );
}

async function end(): Promise<void> {
  await supervisor.stop();
  await endLeftovers(folder.path, 2_000);
  rmSync(folder.path, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const suites = chosen();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => void end().then(() => process.exit(130)));
  const results: SuiteResult[] = [];
  try {
    const shared = await startShared(suites);
    for (const suite of suites) results.push(await run(suite, shared));
  } catch (error) {
    console.error(error);
    results.push({
      name: 'parts',
      passed: 0,
      failed: 1,
      seconds: 0,
      trouble: error instanceof Error ? error.message.split('\n')[0] : 'failed',
    });
  }
  await end();
  const sum = (key: 'passed' | 'failed'): number => results.reduce((total, result) => total + result[key], 0);
  printTable(results);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exit(sum('failed') === 0 ? 0 : 1);
}

await main();
