import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Number of a user and a group that no account has: files of theirs are the engine's alone. */
const ENGINE_ID = 64_810;

/**
 * Started as root: gives `home` and all in it to the engine's user and becomes that user for good. Called after all
 * code is loaded, which that user need not be able to read. The folder above may be closed to others: it is opened for
 * the engine's group alone. Gives what was done or why it was not, in words.
 */
export function becomeUnprivileged(home: string): string {
  const uid = process.getuid?.();
  if (uid === undefined) return 'runs with the rights of whoever started it';
  if (uid !== 0)
    return `runs as user ${uid}, whose other files it could read: started as root it becomes a user without any`;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const above = dirname(home);
  const closed = closedFolder(dirname(above));
  if (closed !== undefined)
    return `runs as root, for ${closed} is closed to other users: move the data folder, or open that one (chmod o+x)`;
  if ((statSync(above).mode & 0o001) === 0) {
    chownSync(above, statSync(above).uid, ENGINE_ID);
    chmodSync(above, (statSync(above).mode & 0o700) | 0o010);
  }
  give(home);
  process.setgroups?.([]);
  process.setgid?.(ENGINE_ID);
  process.setuid?.(ENGINE_ID);
  return `runs as user ${ENGINE_ID}, who owns ${home} and nothing else`;
}

/** The first of this folder and those above it that other users may not pass through. */
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
