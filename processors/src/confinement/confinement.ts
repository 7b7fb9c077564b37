import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Id of a user and a group without an account, so that only confined processes run with it and it owns no file. */
const CONFINED_ID = 64_811;
/** First descriptor of the folders, after the standard ones, the messages and Node's channel. */
const FIRST_FOLDER_FD = 5;
const MEMORY_BYTES = 4 * 1024 ** 3;
const OPEN_FILES = 1_024;

/**
 * Variables that a confined process gets: programs, language, trusted authorities, and the mark that identifies leftover
 * processes.
 */
const VARIABLES = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
const MARK = 'SIGHTLINE_SUPERVISED';

/** How a process that opens untrusted files starts, and what it may do. */
export interface Confinement {
  /** The program and arguments before the script: it sets limits, then runs Node. */
  readonly argv: readonly [command: string, ...words: string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Open folders; the child gets them as descriptors from FIRST_FOLDER_FD on. */
  readonly folders: readonly string[];
  /** Its rights, for people. */
  readonly rights: string;
}

/**
 * Removes from a child process everything that it does not need. Always: every secret and setting. As root: its user (it
 * reads recordings through folders opened before). Where Linux has `setpriv` and `prlimit`: new rights by set-uid
 * programs, writing files, unlimited memory. `folders` hold the files that it may read. `uid` is this process's user.
 */
export function confinement(
  folders: readonly string[],
  source: NodeJS.ProcessEnv = process.env,
  uid: number | undefined = process.getuid?.(),
): Confinement {
  const closed = folders.find(folder => !readableByAll(folder));
  const drops = uid === 0 && closed === undefined;
  const limits = ['prlimit', 'setpriv'].map(find);
  const [prlimit, setpriv] = limits;
  const limited = prlimit !== undefined && setpriv !== undefined;
  const node = [process.execPath, ...process.execArgv] as const;
  const bounds = [`--data=${MEMORY_BYTES}`, `--nofile=${OPEN_FILES}`, '--fsize=0', '--core=0'];
  return {
    argv: limited ? [prlimit, ...bounds, setpriv, '--no-new-privs', ...node] : [...node],
    env: {
      ...Object.fromEntries([...VARIABLES, MARK].flatMap(name => (source[name] ? [[name, source[name]]] : []))),
      ...(drops && { CONFINED_UID: String(CONFINED_ID) }),
    },
    folders: drops ? folders : [],
    rights: `${userOf(uid, drops, closed)}; ${limited ? 'no new rights, no files to write, 4 GB' : 'no limits: prlimit and setpriv (util-linux) are missing'}`,
  };
}

function userOf(uid: number | undefined, drops: boolean, closed: string | undefined): string {
  if (drops) return `user ${CONFINED_ID}`;
  if (uid !== 0) return 'the user of its parent';
  return `root, since not everyone may read ${closed}: chmod o+rx ${closed}`;
}

function readableByAll(folder: string): boolean {
  try {
    return (statSync(folder).mode & 0o005) === 0o005;
  } catch {
    return false;
  }
}

const find = (program: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(':')
    .map(folder => join(folder, program))
    .find(path => existsSync(path));

/** Opens the folders for a child to inherit, calls `start` with their descriptors, and closes them here. */
export function withFolders<T>(folders: readonly string[], start: (descriptors: readonly number[]) => T): T {
  const descriptors = folders.map(folder => openSync(folder, 'r'));
  try {
    return start(descriptors);
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}

/**
 * The path of a file inside an inherited folder; the child can open it even when it may not enter the folders above.
 */
export function inheritedPath(path: string, folders: readonly string[]): string {
  const at = folders.indexOf(dirname(path));
  return at < 0 ? path : `/proc/self/fd/${FIRST_FOLDER_FD + at}/${relative(folders[at] ?? '', path)}`;
}
