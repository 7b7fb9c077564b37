import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { childEnv } from './environment.mjs';
import { StartError } from './errors.ts';
import { type DataFolder, root } from './folder.ts';
import { withLock } from './lock.ts';
import type { Settings } from './settings.ts';

/** Hash of the sources of the build that is in `.next`. */
const STAMP = join(root, 'dashboard/.next/turbo-hash');
export const NEXT = join(root, 'node_modules/next/dist/bin/next');
const TURBO = join(root, 'node_modules/turbo/bin/turbo');

/** What `turbo run --dry=json` says of the one task. */
const Plan = z.object({
  tasks: z.tuple([z.object({ hash: z.string(), cache: z.object({ status: z.enum(['HIT', 'MISS']) }) })]),
});

/** Builds the dashboard, or takes the build of the same sources from turbo's cache. Returns true when it built. */
export function buildDashboard(folder: DataFolder, settings: Settings): Promise<boolean> {
  return withLock(join(root, '.sightline/dashboard.lock'), () => build(folder, settings));
}

async function build(folder: DataFolder, settings: Settings): Promise<boolean> {
  const log = folder.log('dashboard-build');
  const cache = join(settings.SIGHTLINE_CACHE ?? join(root, '.sightline/cache'), 'turbo');
  const [task] = Plan.parse(JSON.parse(await turbo(['--dry=json'], cache, log))).tasks;
  // A running product may serve this build, so its files are not written again.
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === task.hash) return false;
  rmSync(STAMP, { force: true });
  await turbo(['--output-logs=new-only', '--log-prefix=none'], cache, log);
  writeFileSync(STAMP, task.hash); // last, so that an interrupted build is repeated
  return task.cache.status === 'MISS';
}

/** Runs turbo's task `build` of the dashboard. Returns what turbo prints, which `log` has too. Uses no network. */
async function turbo(options: readonly string[], cache: string, log: string): Promise<string> {
  const task = ['run', 'build', '--filter=@sightline/dashboard', '--cache=local:rw', `--cache-dir=${cache}`];
  const quiet = { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', NEXT_TELEMETRY_DISABLED: '1' };
  const child = spawn(process.execPath, [TURBO, ...task, ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...childEnv(), ...quiet, NODE_ENV: 'production' },
  });
  const file = createWriteStream(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [printed, code] = await Promise.all([text(child.stdout), ended]);
  await new Promise<void>(resolve => file.end(resolve));
  if (code === 0) return printed;
  const end = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  throw new StartError('BUILD_FAILED', `the dashboard was not built:\n${end}`, `read ${log}`);
}
