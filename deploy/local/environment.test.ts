import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gatewaySettings } from '../../gateway/src/env.ts';
import { evidenceEnv } from '../../processors/src/evidence/env.ts';
import { ingestEnv } from '../../processors/src/ingest/env.ts';
import { sinkSettings } from '../../processors/src/sinks/env.ts';
import { visionEnv } from '../../processors/src/vision/env.ts';
import { topologySettings } from '../../topologies/src/env.ts';
import { childEnv, packageManagerEnv } from './environment.mjs';
import { DataFolder } from './folder.ts';
import { chosenProcesses, OURS, processes } from './processes.ts';
import { ensureSecrets } from './secrets.ts';
import { Supervisor } from './supervisor.ts';

const READ: Readonly<Record<string, object>> = {
  sinks: sinkSettings,
  evidence: evidenceEnv,
  violations: topologySettings,
  vision: visionEnv,
  ingest: ingestEnv,
  gateway: gatewaySettings,
};

test('each process may see exactly the settings it reads', () => {
  for (const { name, settings } of OURS)
    expect([name, [...new Set(settings)].sort()]).toEqual([name, Object.keys(READ[name] ?? {}).sort()]);
});

test('a child sees only the variables of the machine and those that it names', () => {
  const ours = { PATH: '/bin', KAFKA_SASL_PASSWORD: 'k', CLICKHOUSE_PASSWORD: 'c', AWS_SECRET_ACCESS_KEY: 'a' };
  expect(childEnv([], ours)).toEqual({ PATH: '/bin' });
  expect(childEnv(['CLICKHOUSE_PASSWORD'], ours)).toEqual({ PATH: '/bin', CLICKHOUSE_PASSWORD: 'c' });
  expect(packageManagerEnv({ ...ours, npm_config_proxy: 'p', HTTPS_PROXY: 'q' })).toEqual({
    PATH: '/bin',
    npm_config_proxy: 'p',
    HTTPS_PROXY: 'q',
  });
});

test('a supervised program finds no setting of ours in its environment', async () => {
  const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-environment-')));
  const lines: string[] = [];
  const supervisor = new Supervisor({ folder, onLine: (_, line) => lines.push(line) });
  process.env.CLICKHOUSE_PASSWORD = 'not for everyone';
  const script = 'console.log(JSON.stringify(process.env)); setInterval(() => {}, 1e6)';
  await supervisor.launch({
    name: 'nosy',
    kind: 'process',
    argv: [process.execPath, '-e', script],
    answers: async () => lines.length > 0,
    readyWithinMs: 10_000,
  });
  await supervisor.stop();
  delete process.env.CLICKHOUSE_PASSWORD;
  rmSync(folder.path, { recursive: true });
  expect(Object.keys(JSON.parse(lines[0] ?? '{}'))).not.toContain('CLICKHOUSE_PASSWORD');
});

test('there are as many inference processes as the settings say, each with a name of its own', () => {
  const names = (count?: string) => chosenProcesses({ INFERENCE_PROCESSES: count }).map(({ name }) => name);
  expect(names('3').filter(name => name.startsWith('vision'))).toEqual(['vision', 'vision-2', 'vision-3']);
  expect([names(), names(''), names('1')]).toEqual(Array(3).fill(OURS.map(({ name }) => name)));
});

test('a process gets the addresses and keys it needs and no others', () => {
  const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-needs-')));
  const secrets = ensureSecrets(folder.secrets);
  const env = {
    KAFKA_SASL_PASSWORD: 'k',
    REDIS_URL: 'redis://:r@h',
    CLICKHOUSE_PASSWORD: 'c',
    SCHEMA_REGISTRY_AUTH: 's',
  };
  const ports = { gatewayPort: 1, dashboardPort: 2, healthPorts: [3, 4, 5, 6, 7, 8] };
  const all = processes({ chosen: OURS, folder, ...ports, videos: 'v', env, secrets });
  const holders = (setting: string): readonly string[] =>
    all.filter(program => program.env?.[setting] !== undefined).map(({ name }) => name);
  expect(holders('CLICKHOUSE_PASSWORD')).toEqual(['sinks', 'gateway']);
  expect(holders('REDIS_URL')).toEqual(['vision', 'ingest', 'gateway']);
  expect(holders('SIGHTLINE_SECRETS')).toEqual(['evidence', 'ingest', 'gateway']);
  const watched = Object.keys(JSON.parse(all.find(({ name }) => name === 'gateway')?.env?.HEALTH_TARGETS ?? '{}'));
  expect([...watched, 'gateway'].toSorted()).toEqual(all.map(({ name }) => name).toSorted());
  expect(holders('KAFKA_SASL_PASSWORD')).not.toContain('dashboard');
  const evidence = all.find(({ name }) => name === 'evidence')?.env?.SIGHTLINE_SECRETS ?? '';
  expect(JSON.parse(readFileSync(evidence, 'utf8'))).toEqual({ blobKey: secrets.blobKey });
  const ingest = all.find(({ name }) => name === 'ingest')?.env?.SIGHTLINE_SECRETS ?? '';
  expect(JSON.parse(readFileSync(ingest, 'utf8'))).toEqual({ cameraKey: secrets.cameraKey });
  expect(statSync(evidence).mode & 0o777).toBe(0o600);
  rmSync(folder.path, { recursive: true });
});
