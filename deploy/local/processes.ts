import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { NEXT } from './dashboard.ts';
import { type DataFolder, root } from './folder.ts';
import { answersHttp, type Program } from './program.ts';

export interface ProcessesOptions {
  readonly folder: DataFolder;
  /** Port of the one front door. */
  readonly gatewayPort: number;
  readonly dashboardPort: number;
  /** One per process of ours, in the order of OURS. */
  readonly healthPorts: readonly number[];
  readonly videos: string;
  /** Addresses and levels that every process reads. */
  readonly env: Readonly<Record<string, string>>;
}

/** Our processes: name, script and arguments. Sinks come first: what others write has a reader. */
const OURS: readonly (readonly [name: string, script: string, ...args: string[]])[] = [
  ['sinks', 'processors/src/sinks/main.ts'],
  ['evidence', 'processors/src/evidence/main.ts'],
  ['violations', 'topologies/src/main.ts', 'violations'],
  ['vision', 'processors/src/vision/main.ts'],
  ['ingest', 'processors/src/ingest/main.ts'],
  ['gateway', 'gateway/src/main.ts'],
];

export const PROCESS_COUNT = OURS.length;

const READY_WITHIN_MS = 60_000;

/** Every process of an installation, the dashboard last. */
export function processes(options: ProcessesOptions): readonly Program[] {
  const { folder, gatewayPort, dashboardPort, healthPorts } = options;
  const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
  const healthUrl = (at: number): string => `http://127.0.0.1:${healthPorts[at] ?? 0}/health`;
  const targets = OURS.map(([name], at) => [name, healthUrl(at)] as const).filter(([name]) => name !== 'gateway');
  const env = {
    ...options.env,
    SIGHTLINE_DATA: folder.path,
    SIGHTLINE_SECRETS: folder.secrets,
    VIDEOS_DIR: options.videos,
    SCENES_DIR: folder.file('scenes'),
    GATEWAY_PORT: String(gatewayPort),
    DASHBOARD_URL: `http://127.0.0.1:${dashboardPort}`,
    HEALTH_TARGETS: JSON.stringify(Object.fromEntries(targets)),
  };
  // The same at every restart and no other installation's: a process that died has its partitions back at once.
  const installation = createHash('sha256').update(`${hostname()} ${folder.path}`).digest('hex').slice(0, 8);
  const ours = OURS.map(
    ([name, script, ...args], at): Program => ({
      name,
      kind: 'process',
      argv: [process.execPath, join(root, script), ...args],
      cwd: root,
      env: { ...env, HEALTH_PORT: String(healthPorts[at] ?? 0), GROUP_INSTANCE_ID: `${name}-${installation}` },
      healthUrl: healthUrl(at),
      answers: () => answersHttp(healthUrl(at)),
      readyWithinMs: READY_WITHIN_MS,
    }),
  );
  return [...ours, dashboard(dashboardPort, gatewayUrl)];
}

function dashboard(port: number, gatewayUrl: string): Program {
  const healthUrl = `http://127.0.0.1:${port}/app/sign-in`;
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
