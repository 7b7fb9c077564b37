import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Id of a user and a group without an account, so that only the engine owns files with it. */
export const ENGINE_ID = 64_810;

/**
 * When started as root: gives `home` with its content to the engine's user and becomes that user for good. Call it after
 * all code is loaded, since that user may be unable to read the code. Opens the folder above for the engine's group if it
 * is closed to others. Returns a sentence for the log: what it did, or why it did nothing.
 */
export function becomeUnprivileged(home: string): string {
  const uid = process.getuid?.();
  if (uid === undefined) return 'runs with the rights of the user who started it';
  if (uid !== 0) return `runs as user ${uid}, who started it`;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const above = dirname(home);
  const closed = closedFolder(dirname(above));
  if (closed !== undefined)
    return `runs as root, because ${closed} is closed to other users: move the data folder, or open that one (chmod o+x)`;
  if ((statSync(above).mode & 0o001) === 0) {
    chownSync(above, statSync(above).uid, ENGINE_ID);
    chmodSync(above, (statSync(above).mode & 0o700) | 0o010);
  }
  give(home);
  process.setgroups?.([]);
  process.setgid?.(ENGINE_ID);
  process.setuid?.(ENGINE_ID);
  return `runs as user ${ENGINE_ID}, who owns only ${home}`;
}

/** The first folder, from this one upwards, that is closed to other users; undefined: none. */
function closedFolder(path: string): string | undefined {
  if ((statSync(path).mode & 0o001) === 0) return path;
  return dirname(path) === path ? undefined : closedFolder(dirname(path));
}

function give(path: string): void {
  const about = lstatSync(path);
  if (about.isSymbolicLink()) return;
  if (about.isDirectory()) for (const name of readdirSync(path)) give(join(path, name));
  if (about.uid !== ENGINE_ID) chownSync(path, ENGINE_ID, ENGINE_ID);
}
