import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ENGINE_ID } from './clickhouse/unprivileged.ts';
import { childEnv } from './environment.mjs';
import { root } from './folder.ts';
import { installLine } from './machine.mjs';

/** Whether this machine can put a process behind a wall. */
export type Wall =
  | { readonly stands: true }
  /** `fix`: what the user runs to get the wall. */
  | { readonly stands: false; readonly reason: string; readonly fix: string };

/** One sentence about the wall, for people. */
export const describeWall = (wall: Wall): string =>
  wall.stands
    ? 'bubblewrap shows the ClickHouse process only its code and its data'
    : `the ClickHouse process has no second wall: ${wall.reason}; fix: ${wall.fix}`;

let found: Wall | undefined;

/** Tries the wall with a small program. Remembers the finding. Takes about 0.1 s. */
export function findWall(): Wall {
  found ??= tryWall();
  return found;
}

function tryWall(): Wall {
  if (process.platform !== 'linux') return missing('bubblewrap needs Linux', 'run on Linux, or in a container');
  const becomeEngine = process.getuid?.() === 0 ? `process.setgid(${ENGINE_ID});process.setuid(${ENGINE_ID})` : '';
  const [command, ...args] = behindWall([process.execPath, '-e', becomeEngine], tmpdir());
  const { error, status, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 20_000,
    env: childEnv(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0) return { stands: true };
  if (status === 127) return missing('bwrap is not in PATH', installLine(['bubblewrap']));
  const said = (error?.message ?? stderr).trim().split('\n')[0] ?? '';
  return missing(
    `bwrap does not run here (${said})`,
    'let this user create namespaces: sysctl -w user.max_user_namespaces=10000; a container needs --cap-add SYS_ADMIN',
  );
}

const missing = (reason: string, fix: string): Wall => ({ stands: false, reason, fix });

/** Capabilities with which the process, started as root, takes over its data and then drops its rights. */
const CAPABILITIES = ['SETUID', 'SETGID', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER'];

/**
 * The command that runs `argv` behind the wall: it sees the system's libraries, its code and packages, read-only, and
 * may write only `home` and an own /tmp. It has its own processes, its own /proc, and the machine's network. It dies
 * with its parent. SIGTERM to the process group reaches only `argv`: bwrap itself ignores it, since it would end
 * `argv` at once.
 */
export function behindWall(argv: readonly [string, ...string[]], home: string): readonly [string, ...string[]] {
  const asRoot = process.getuid?.() === 0;
  const visible = [process.execPath, ...CODE, ...packages()];
  return [
    '/bin/sh',
    ...['-c', 'trap "" TERM INT; exec bwrap "$@"', 'sh'],
    // Root needs no user namespace, and could not change its user in one.
    ...(asRoot
      ? ['--unshare-ipc', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try', '--cap-drop', 'ALL']
      : ['--unshare-all', '--share-net']),
    ...(asRoot ? CAPABILITIES.flatMap(name => ['--cap-add', `CAP_${name}`]) : []),
    '--die-with-parent',
    ...systemFolders(),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...[...visible, home].flatMap(openParents),
    ...visible.flatMap(path => ['--ro-bind', path, path]),
    ...['--bind', home, home, '--remount-ro', '/', '--chdir', home, '--'],
    ...argv,
  ];
}

/** The system's libraries; and the limits of memory and processors, which the engine reads. */
function systemFolders(): readonly string[] {
  const folders = ['/lib', '/lib32', '/lib64'].flatMap(path => {
    const about = lstatSync(path, { throwIfNoEntry: false });
    if (about === undefined) return [];
    return about.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
  });
  const limits = ['/etc/ld.so.cache', '/sys/fs/cgroup', '/sys/devices/system/cpu'];
  const tried = limits.flatMap(path => [...openParents(path), '--ro-bind-try', path, path]);
  return ['--ro-bind', '/usr', '/usr', ...folders, ...tried];
}

/** Creates the empty folders above a path. bwrap would close them to the engine's user when the path itself is closed. */
function openParents(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === '/' ? [] : [...openParents(parent), '--dir', parent];
}

const CODE = [join(root, 'deploy/package.json'), join(root, 'deploy/local/clickhouse')];

/** Folders of the packages that the engine's process loads. */
function packages(): readonly string[] {
  const require = createRequire(import.meta.url);
  const folderOf = (name: string): string => dirname(require.resolve(`${name}/package.json`));
  const chdb = folderOf('chdb');
  return [folderOf('zod'), chdb, join(dirname(chdb), '@chdb')];
}

/** The pid of the program behind a wall, from the pid of its bwrap; the same pid when there is no wall or it has ended. */
export function innermostPid(pid: number): number {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child === undefined || child === '' ? pid : innermostPid(Number(child));
  } catch {
    return pid;
  }
}
