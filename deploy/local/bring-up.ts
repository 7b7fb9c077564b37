import { join } from 'node:path';
import { openControl, openVault } from '@sightline/processors/control';
import { connectLog } from '@sightline/processors/log';
import {
  allTopics,
  type Cell,
  cellEnv,
  connectCell,
  createTopics,
  logOptions,
  parseEnv,
} from '@sightline/processors/process';
import { buildDashboard } from './dashboard.ts';
import { readDemo } from './demo.ts';
import { StartError } from './errors.ts';
import { type DataFolder, root } from './folder.ts';
import { clickHouseClient, migrate } from './migrate.ts';
import { type Addresses, addressEnv, startParts } from './parts.ts';
import { freePorts } from './ports.ts';
import { probe } from './probe.ts';
import { chosenProcesses, processes } from './processes.ts';
import type { Progress } from './progress.mjs';
import { renderScenes } from './scenes.ts';
import type { Secrets } from './secrets.ts';
import { seedDemo, seedLogin, seedProbe } from './seed.ts';
import type { Settings } from './settings.ts';
import type { Supervisor } from './supervisor.ts';

const PROBE_WITHIN_MS = 120_000;

export interface Installation {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  readonly gatewayPort: number;
  /** Folder whose video files become cameras. */
  readonly videos: string;
  /** True: create the demo's stores and cameras; undefined: only with an embedded broker. */
  readonly demo: boolean | undefined;
  readonly probe: boolean;
}

/** Number of steps that `bringUp` announces. */
export const STEPS = 7;

/** Starts the whole product step by step. Keeps data that exists already. Returns the addresses of the parts. */
export async function bringUp(installation: Installation): Promise<Addresses> {
  const { progress } = installation;
  const addresses = await progress.step('Kafka, registry, Redis, ClickHouse', say => parts(installation, say));
  const cell = await progress.step('Topics and schemas', say => topics(addresses, say));
  await progress.step('Tables', async say => say(`${(await migrate(addresses.clickHouse)).length} migrations applied`));
  await progress.step('Demo recordings, dashboard', say => make(installation, say));
  await progress.step('Login and demo', () => seed(installation, cell, addresses));
  await progress.step('Processes', say => launchProcesses(installation, addresses, say));
  await progress.step('A violation through every hop', say =>
    installation.probe ? runProbe(installation, cell, addresses, say) : say('left out'),
  );
  await cell.close();
  return addresses;
}

type Say = (text: string) => void;

function parts({ folder, secrets, settings, supervisor }: Installation, say: Say): Promise<Addresses> {
  const ready: string[] = [];
  const onReady = (name: string): void => {
    ready.push(name);
    say(ready.join(', '));
  };
  // Does not print the address, which may hold a password.
  const onWaiting = (name: string): void => say(`waiting for ${name} at the address from the environment`);
  const needs = ['kafka', 'registry', 'redis', 'clickhouse'] as const;
  return startParts({ folder, secrets, settings, supervisor, needs, onReady, onWaiting });
}

async function topics(addresses: Addresses, say: Say): Promise<Cell> {
  const env = parseEnv({ ...process.env, ...addressEnv(addresses) }, cellEnv);
  const log = await connectLog(logOptions(env, 'start'));
  const defaults = addresses.embedded.includes('kafka') ? { replicationFactor: 1 } : {};
  const { created, changed } = await createTopics(log, env.NAME_PREFIX, allTopics, defaults);
  await log.close();
  const settings = [...changed].map(([topic, config]) => `${topic} ${new URLSearchParams(config)}`);
  const changes = settings.length === 0 ? '' : `; settings changed: ${settings.join(', ')}`;
  say(`${created.length} topics created, ${allTopics.length} in all${changes}`);
  return connectCell(env, { service: 'start', topics: allTopics });
}

/** Renders the recordings and builds the dashboard at the same time; each keeps about one core busy. */
async function make({ folder, settings }: Installation, say: Say): Promise<void> {
  const onDone = (done: number, of: number): void => say(`${done} of ${of} recordings rendered`);
  const [rendered, built] = await Promise.all([
    renderScenes(readDemo(), folder, settings, onDone),
    buildDashboard(folder, settings),
  ]);
  say(`${rendered} recordings rendered, dashboard ${built ? 'built' : 'as built before'}`);
}

async function seed({ secrets, folder, demo }: Installation, cell: Cell, addresses: Addresses): Promise<void> {
  const fail = (error: unknown): void => console.error(error);
  const control = await openControl(cell, fail);
  const vault = await openVault(cell, Buffer.from(secrets.vaultKey, 'base64'));
  await seedLogin(control, vault, secrets.firstLogin);
  const scenes = folder.file('scenes');
  if (demo ?? addresses.embedded.includes('kafka')) await seedDemo(control, readDemo(), scenes);
  await seedProbe(control, readDemo(), scenes);
  await vault.close();
  await control.close();
}

async function launchProcesses(installation: Installation, addresses: Addresses, say: Say): Promise<void> {
  const { folder, supervisor, gatewayPort, videos } = installation;
  const chosen = chosenProcesses(process.env);
  const [dashboardPort = 0, ...healthPorts] = await freePorts(chosen.length + 1);
  const all = processes({
    ...{ chosen, folder, gatewayPort, dashboardPort, healthPorts, videos },
    ...{ env: addressEnv(addresses), secrets: installation.secrets },
  });
  const ready: string[] = [];
  await Promise.all(
    all.map(async program => {
      await supervisor.launch(program).catch((error: unknown) => {
        if (installation.probe || supervisor.stopping || !(error instanceof StartError)) throw error;
        console.warn(`\n${error.message}`); // --no-probe: a failed start is only a warning
      });
      ready.push(program.name);
      say(`${ready.length} of ${all.length}: ${ready.join(', ')}`);
    }),
  );
}

async function runProbe(installation: Installation, cell: Cell, addresses: Addresses, say: Say): Promise<void> {
  const { login, password } = installation.secrets.firstLogin;
  const clickhouse = clickHouseClient(addresses.clickHouse);
  const control = await openControl(cell, error => console.error(error));
  const query = 'SELECT count() AS rows FROM violations WHERE violation_id = {id: String}';
  try {
    await probe({
      cell,
      control,
      cameraId: readDemo().probe.cameraId,
      gatewayUrl: `http://127.0.0.1:${installation.gatewayPort}`,
      authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
      timeoutMs: PROBE_WITHIN_MS,
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

/** The folder whose video files become cameras. Default: `videos/` of the repository, or of a data folder elsewhere. */
export const videosFolder = (folder: DataFolder, settings: Settings): string =>
  settings.VIDEOS_DIR ??
  (folder.path === join(root, '.sightline') ? join(root, 'videos') : folder.recordings('videos'));
