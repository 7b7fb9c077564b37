/** `npm start`: parts, topics, tables, demo, processes, probe; then URL and login, until Ctrl-C. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openControl, openVault } from '@sightline/processors/control';
import { connectLog } from '@sightline/processors/log';
import { type Cell, cellEnv, connectCell, logOptions, parseEnv } from '@sightline/processors/process';
import { allTopics, createTopics } from './create-topics.ts';
import { buildDashboard } from './dashboard.ts';
import { readDemo } from './demo.ts';
import { DataFolder, root } from './folder.ts';
import { showLine } from './lines.ts';
import { clickHouseClient, migrate } from './migrate.ts';
import { type Addresses, addressEnv, startParts } from './parts.ts';
import { claimPort, freePorts } from './ports.ts';
import { probe } from './probe.ts';
import { PROCESS_COUNT, processes } from './processes.ts';
import { Progress, report } from './progress.mjs';
import { giveFolderBack, takeFolder } from './run-file.ts';
import { renderScenes } from './scenes.ts';
import { ensureSecrets, type Secrets, writePrivate } from './secrets.ts';
import { seedDemo, seedLogin } from './seed.ts';
import { readSettings, type Settings } from './settings.ts';
import { Supervisor } from './supervisor.ts';

const HELP = `npm start [-- OPTIONS]

  --data DIR     folder for data, logs and secrets (default .sightline)
  --port N       port of URL and API (default 8080; 0: a free one)
  --demo         demo stores also on a cluster that is not embedded
  --no-demo      no demo stores
  --no-probe     do not wait for a violation to travel through every hop
  --quiet        do not show the processes' logs (they are in DIR/logs)`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', default: '8080' },
    demo: { type: 'boolean' },
    probe: { type: 'boolean', default: true },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

interface Context {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  readonly gatewayPort: number;
}

async function main(): Promise<void> {
  const settings = readSettings();
  const folder = new DataFolder(values.data ?? settings.SIGHTLINE_DATA ?? `${root}/.sightline`);
  await takeFolder(folder);
  const supervisor = new Supervisor({
    folder,
    onLine: (name, line) => values.quiet || console.log(showLine(name, line)),
    onRestart: (name, reason, waitMs) =>
      console.log(showLine(name, `ended (${reason}); starts again in ${waitMs / 1000} s`)),
  });
  stopOnSignal(supervisor, folder);
  try {
    const gatewayPort = await claimPort(Number(values.port), 'the gateway', 'npm start -- --port N');
    const [done = 0, total = 8] = (settings.SIGHTLINE_STEPS ?? '').split('/').filter(Boolean).map(Number);
    const progress = new Progress(total, done);
    const secrets = ensureSecrets(folder.secrets);
    await bringUp({ folder, settings, secrets, supervisor, progress, gatewayPort });
  } catch (error) {
    if (ending) return; // Ctrl-C while starting
    await supervisor.stop();
    giveFolderBack(folder);
    process.exit(report(error));
  }
}

async function bringUp(context: Context): Promise<void> {
  const { folder, settings, secrets, supervisor, progress, gatewayPort } = context;
  const addresses = await progress.step('Kafka, registry, Redis, ClickHouse', async say => {
    const ready: string[] = [];
    const needs = ['kafka', 'registry', 'redis', 'clickhouse'] as const;
    return startParts({
      folder,
      secrets,
      settings,
      supervisor,
      needs,
      onReady: name => say([...ready, ready.push(name) && name].join(', ')),
    });
  });
  const env = parseEnv({ ...process.env, ...addressEnv(addresses) }, cellEnv);
  const cell = await progress.step('Topics and schemas', async say => {
    const log = await connectLog(logOptions(env, 'start'));
    const created = await createTopics(log.admin, env.NAME_PREFIX, addresses.embedded.includes('kafka'));
    await log.close();
    say(`${created.length} topics created, ${allTopics.length} in all`);
    return connectCell(env, { service: 'start', topics: allTopics });
  });
  await progress.step('Tables', async say => say(`${(await migrate(addresses.clickHouse)).length} migrations applied`));
  const withDemo = values.demo ?? addresses.embedded.includes('kafka');
  const demo = readDemo();
  await progress.step('Demo recordings', async say => {
    const rendered = await renderScenes(demo, folder, settings, (done, of) => say(`${done} of ${of} rendered`));
    say(rendered === 0 ? 'from the cache' : `${rendered} rendered`);
  });
  await progress.step('Dashboard', async say => say((await buildDashboard(folder)) ? 'built' : 'built before'));
  await progress.step('Login and demo', () => seed(cell, context, withDemo));
  const [dashboardPort = 0, ...healthPorts] = await freePorts(PROCESS_COUNT + 1);
  await progress.step('Processes', async say => {
    const videos = settings.VIDEOS_DIR ?? join(values.data === undefined ? root : folder.path, 'videos');
    const all = processes({ folder, gatewayPort, dashboardPort, healthPorts, videos, env: addressEnv(addresses) });
    const ready: string[] = [];
    await Promise.all(
      all.map(async program => {
        await supervisor.launch(program);
        ready.push(program.name);
        say(`${ready.length} of ${all.length}: ${ready.join(', ')}`);
      }),
    );
  });
  if (values.probe)
    await progress.step('A violation through every hop', async say => {
      await runProbe(cell, context, addresses, say);
    });
  await cell.close();
  announce(context, addresses, healthPorts, dashboardPort);
}

async function seed(cell: Cell, { folder, secrets }: Context, withDemo: boolean): Promise<void> {
  const fail = (error: unknown): void => console.error(error);
  const control = await openControl(cell, fail);
  const vault = await openVault(cell, Buffer.from(secrets.vaultKey, 'base64'), fail);
  await seedLogin(control, vault, secrets.firstLogin);
  if (withDemo) await seedDemo(control, readDemo(), folder.file('scenes'));
  await vault.close();
  await control.close();
}

async function runProbe(
  cell: Cell,
  { secrets, gatewayPort }: Context,
  addresses: Addresses,
  say: (text: string) => void,
): Promise<void> {
  const { login, password } = secrets.firstLogin;
  const clickhouse = clickHouseClient(addresses.clickHouse);
  const control = await openControl(cell, error => console.error(error));
  const query = 'SELECT count() AS rows FROM violations WHERE violation_id = {id: String}';
  try {
    await probe({
      cell,
      control,
      cameraId: readDemo().probe.cameraId,
      gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
      authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
      timeoutMs: 120_000,
      onHop: (hop, elapsedMs) => say(`${hop} after ${(elapsedMs / 1000).toFixed(1)} s`),
      async countRows(id) {
        const rows = await clickhouse.query({ query, query_params: { id }, format: 'JSONEachRow' });
        return Number((await rows.json<{ rows: string }>())[0]?.rows ?? 0);
      },
    });
  } finally {
    await control.close();
    await clickhouse.close();
  }
}

function announce(
  { folder, secrets, supervisor, gatewayPort }: Context,
  addresses: Addresses,
  healthPorts: readonly number[],
  dashboardPort: number,
): void {
  const url = `http://127.0.0.1:${gatewayPort}`;
  const health = Object.fromEntries(
    supervisor
      .status()
      .filter(one => !addresses.embedded.includes(one.name as never))
      .map(({ name }, at) => [name, healthPorts[at] ?? dashboardPort]),
  );
  const ready = {
    runId: randomUUID(),
    url,
    login: secrets.firstLogin,
    data: folder.path,
    addresses,
    analyst: addresses.embedded.includes('clickhouse')
      ? { user: 'analyst', password: secrets.clickHouse.analyst }
      : null,
    secrets: folder.secrets,
    logs: folder.file('logs'),
    processes: supervisor
      .status()
      .map(one => ({ ...one, healthUrl: health[one.name] && `http://127.0.0.1:${health[one.name]}/health` })),
  };
  writePrivate(folder.ready, `${JSON.stringify(ready, null, 2)}\n`);
  console.log(
    `\n  open   ${url}\n  login  ${secrets.firstLogin.login}\n  password ${secrets.firstLogin.password} (until it is changed)\n\nready`,
  );
}

let ending = false;

/** Ctrl-C, `npm run stop` and a closed terminal end everything in order. */
function stopOnSignal(supervisor: Supervisor, folder: DataFolder): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, async () => {
      if (ending) return;
      ending = true;
      console.log('\nstopping');
      await supervisor.stop();
      giveFolderBack(folder);
      console.log('stopped');
      process.exit(0);
    });
}

if (values.help) console.log(HELP);
else await main();
