import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Debian's user and group for programs that own nothing. */
const NOBODY = 65_534;
/** File descriptors of a decoder before those of the folders: standard ones, messages, Node's channel. */
const FIRST_FOLDER_FD = 5;
const MEMORY_BYTES = 4 * 1024 ** 3;
const OPEN_FILES = 1_024;

/** Variables a decoder sees: programs, language, authorities to trust, and the mark by which leftovers are found. */
const VARIABLES = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
const MARK = 'SIGHTLINE_SUPERVISED';

/** What a decoder of untrusted video is started with, and what it can do. */
export interface Confinement {
  /** Program and words before the script: sets limits, then runs Node. */
  readonly argv: readonly [command: string, ...words: string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Open folders, given to the child as descriptors from FIRST_FOLDER_FD on. */
  readonly folders: readonly string[];
  /** For people: what it may and may not. */
  readonly rights: string;
}

/**
 * Takes from a decoder what it does not need: every secret and setting; as root its user (it reads recordings through
 * folders opened before); where Linux has `setpriv` and `prlimit`, new rights by set-uid programs, files to write and
 * memory without bound. `folders` are those it reads recordings from. `uid` is that of this process.
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
      ...(drops && { DECODER_UID: String(NOBODY) }),
    },
    folders: drops ? folders : [],
    rights: `${userOf(uid, drops, closed)}; ${limited ? 'no new rights, no files to write, 4 GB' : 'no limits: prlimit and setpriv (util-linux) are missing'}`,
  };
}

function userOf(uid: number | undefined, drops: boolean, closed: string | undefined): string {
  if (drops) return 'user nobody';
  if (uid !== 0) return 'the user of ingest';
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

/** The path by which a child that inherited `folders` opens a file of theirs, whoever may pass the folders above it. */
export function inheritedPath(path: string, folders: readonly string[]): string {
  const at = folders.indexOf(dirname(path));
  return at < 0 ? path : `/proc/self/fd/${FIRST_FOLDER_FD + at}/${relative(folders[at] ?? '', path)}`;
}
