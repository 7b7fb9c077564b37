import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { cellEnv, clickHouseEnv, dataEnv, redisEnv } from '@sightline/processors/process';
import { NEXT } from './dashboard.ts';
import { type DataFolder, root } from './folder.ts';
import { answersHttp, type Program } from './program.ts';
import { type Secrets, secretsFor } from './secrets.ts';

export interface ProcessesOptions {
  readonly folder: DataFolder;
  /** Port of pages and API. */
  readonly gatewayPort: number;
  readonly dashboardPort: number;
  /** The processes to start, from `chosenProcesses`. */
  readonly chosen: readonly Ours[];
  /** One port for each of them, in the same order. */
  readonly healthPorts: readonly number[];
  readonly videos: string;
  /** Addresses of the parts, as settings. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
}

export interface Ours {
  /** Unique; further processes of one kind have a number behind it. */
  readonly name: string;
  /** Name of the setting that says how many of it run; absent: one. */
  readonly countedBy?: string;
  readonly argv: readonly [script: string, ...args: string[]];
  /** Names of the settings that it reads. It gets no other variable of ours. */
  readonly settings: readonly string[];
}

const CELL = [...Object.keys(cellEnv), 'GROUP_INSTANCE_ID'];
const DATA = Object.keys(dataEnv);
const REDIS = Object.keys(redisEnv);
const CLICKHOUSE = Object.keys(clickHouseEnv);

/** Our processes. The sinks come first, so that they read from the start. A test compares `settings` with each `env.ts`. */
export const OURS: readonly Ours[] = [
  {
    name: 'sinks',
    argv: ['processors/src/sinks/main.ts'],
    settings: [...CELL, ...CLICKHOUSE, 'SINK_MAX_ROWS', 'SINK_MAX_BYTES', 'SINK_SESSION_TIMEOUT_MS'],
  },
  { name: 'evidence', argv: ['processors/src/evidence/main.ts'], settings: [...CELL, ...DATA] },
  {
    name: 'violations',
    argv: ['topologies/src/main.ts', 'violations'],
    settings: [
      ...CELL,
      'COMMIT_INTERVAL_MS',
      'SESSION_TIMEOUT_MS',
      'HEARTBEAT_INTERVAL_MS',
      'REBALANCE_TIMEOUT_MS',
      'BUFFERED_RECORDS_PER_PARTITION',
      'INPUT_BUFFER_BYTES_PER_PARTITION',
      'PROCESSING_GUARANTEE',
      'STATE_STORE_CACHE_MAX_BYTES',
      'MAX_TASK_IDLE_MS',
      'NUM_STANDBY_REPLICAS',
      'STORE_ENGINE',
      'STATE_DIR',
      'ACCEPT_TOPOLOGY_CHANGES',
      'ACCEPTED_LOSSES',
      'REPLICATION_FACTOR',
    ],
  },
  {
    name: 'vision',
    countedBy: 'INFERENCE_PROCESSES',
    argv: ['processors/src/vision/main.ts'],
    settings: [
      ...CELL,
      ...REDIS,
      'SIGHTLINE_DATA',
      'MODEL_CARD',
      'INFERENCE_WORKERS',
      'EXECUTION_PROVIDERS',
      'BATCH_MAX',
      'BATCH_WAIT_MS',
    ],
  },
  {
    name: 'ingest',
    argv: ['processors/src/ingest/main.ts'],
    settings: [
      ...CELL,
      ...DATA,
      ...REDIS,
      'SITE',
      'VIDEOS_DIR',
      'VIDEOS_MAX_FPS',
      'SCENES_DIR',
      'CAMERAS_PER_DECODER',
      'MOTION_GATE',
      'FILE_SPEED',
    ],
  },
  {
    name: 'gateway',
    argv: ['gateway/src/main.ts'],
    settings: [
      ...CELL.filter(name => name !== 'GROUP_INSTANCE_ID'),
      ...DATA,
      ...REDIS,
      ...CLICKHOUSE,
      'GATEWAY_HOST',
      'GATEWAY_PORT',
      'GATEWAY_MEMORY_DAYS',
      'GATEWAY_MEMORY_MB',
      'DASHBOARD_URL',
      'METRICS_PORT',
      'HEALTH_TARGETS',
      'ONVIF_LOOPBACK',
      'TRUSTED_PROXIES',
      'CONNECTIONS_PER_ADDRESS',
    ],
  },
];

/** Our processes, each as often as the settings say: vision, vision-2, ... */
export const chosenProcesses = (settings: NodeJS.ProcessEnv): readonly Ours[] =>
  OURS.flatMap(one => {
    const count = Number((one.countedBy && settings[one.countedBy]) || 1);
    return Array.from({ length: count }, (_, at) => (at === 0 ? one : { ...one, name: `${one.name}-${at + 1}` }));
  });

const READY_WITHIN_MS = 60_000;

/** The programs of all our processes; the dashboard is last. */
export function processes(options: ProcessesOptions): readonly Program[] {
  const { folder, gatewayPort, dashboardPort, healthPorts, chosen } = options;
  const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
  const healthUrl = (at: number): string => `http://127.0.0.1:${healthPorts[at] ?? 0}/health`;
  const targets = chosen.map(({ name }, at) => [name, healthUrl(at)] as const).filter(([name]) => name !== 'gateway');
  const env = {
    ...options.env,
    SIGHTLINE_DATA: folder.path,
    VIDEOS_DIR: options.videos,
    SCENES_DIR: folder.file('scenes'),
    GATEWAY_PORT: String(gatewayPort),
    DASHBOARD_URL: `http://127.0.0.1:${dashboardPort}`,
    HEALTH_TARGETS: JSON.stringify({ ...Object.fromEntries(targets), dashboard: dashboardHealthUrl(dashboardPort) }),
  };
  // The same after each restart and unique to this installation, so a restarted process gets its partitions back at once.
  const installation = createHash('sha256').update(`${hostname()} ${folder.path}`).digest('hex').slice(0, 8);
  const ours = chosen.map(({ name, argv: [script, ...args], settings }, at): Program => {
    const keys = secretsFor(name, options.secrets, folder);
    const own = { ...env, HEALTH_PORT: String(healthPorts[at] ?? 0), GROUP_INSTANCE_ID: `${name}-${installation}` };
    return {
      name,
      kind: 'process',
      argv: [process.execPath, join(root, script), ...args],
      cwd: root,
      settings,
      env: {
        ...Object.fromEntries(Object.entries(own).filter(([setting]) => settings.includes(setting))),
        ...(keys !== undefined && { SIGHTLINE_SECRETS: keys }),
      },
      healthUrl: healthUrl(at),
      answers: () => answersHttp(healthUrl(at)),
      readyWithinMs: READY_WITHIN_MS,
    };
  });
  return [...ours, dashboard(dashboardPort, gatewayUrl)];
}

const dashboardHealthUrl = (port: number): string => `http://127.0.0.1:${port}/app/api/health`;

function dashboard(port: number, gatewayUrl: string): Program {
  const healthUrl = dashboardHealthUrl(port);
  return {
    name: 'dashboard',
    kind: 'process',
    argv: [process.execPath, NEXT, 'start', '-H', '127.0.0.1', '-p', String(port)],
    cwd: join(root, 'dashboard'),
    env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', GATEWAY_URL: gatewayUrl },
    healthUrl,
    answers: () => answersHttp(healthUrl),
    readyWithinMs: READY_WITHIN_MS,
  };
}
