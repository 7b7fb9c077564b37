import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnv } from './environment.mjs';
import { StartError } from './errors.ts';
import { type DataFolder, root } from './folder.ts';
import { withLock } from './lock.ts';

const FOLDER = join(root, 'dashboard');
const STAMP = join(FOLDER, '.next', 'content-hash');
export const NEXT = join(root, 'node_modules/next/dist/bin/next');

/** Hash of everything that a build reads: the dashboard's files and `gateway/schema.graphql`. */
function contentHash(): string {
  const files = globSync('**/*', { cwd: FOLDER, exclude: path => /^(\.next|node_modules|next-env\.d\.ts)/.test(path) });
  const paths = [
    ...files.map(file => join(FOLDER, file)),
    join(root, 'gateway/schema.graphql'),
    join(root, 'package-lock.json'),
  ];
  const hash = createHash('sha256');
  for (const path of paths.filter(path => existsSync(path) && statSync(path).isFile()).sort())
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path));
  return hash.digest('hex');
}

/** Builds the dashboard unless the existing build has the same content hash. Returns true when it built. */
export function buildDashboard(folder: DataFolder): Promise<boolean> {
  return withLock(join(root, '.sightline/dashboard.lock'), () => build(folder));
}

async function build(folder: DataFolder): Promise<boolean> {
  const hash = contentHash();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return false;
  rmSync(STAMP, { force: true });
  const log = folder.log('dashboard-build');
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [NEXT, 'build'], {
      cwd: FOLDER,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...childEnv(), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    });
    const file = createWriteStream(log);
    child.stdout.pipe(file);
    child.stderr.pipe(file);
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    const end = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
    throw new StartError('BUILD_FAILED', `the dashboard was not built:\n${end}`, `read ${log}`);
  }
  writeFileSync(STAMP, hash); // last, so that an interrupted build is repeated
  return true;
}
