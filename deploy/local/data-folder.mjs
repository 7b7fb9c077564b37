// Checks and makes the folders that we write to. Plain JavaScript for Node 20 without packages.
import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StepError } from './progress.mjs';

/** Types of file systems of the kernel, which hold no files of ours: /proc and /sys. */
const KERNEL = [0x9fa0, 0x62656572];

/** What an installation keeps in its data folder. */
const OURS = 'blobs clickhouse control kafka logs redis registry run.json scenes secrets secrets.json videos'.split(
  ' ',
);

/** What the embedded ClickHouse cannot take in a path: it reads these signs as patterns of names. */
const PATTERNS = /[\\{}*?]/;

/**
 * Throws StepError with exit code 2 when a program that we start could not take the path of the folder.
 * @param {string} path absolute
 * @param {string} setting how the user chooses another folder
 * @param {'clone' | 'cache' | 'data'} use
 * @param {NodeJS.ProcessEnv} [source]
 */
export function refusePath(path, setting, use, source = process.env) {
  const cannot = [
    [/\p{Cc}/u.test(path), 'no program takes control characters'],
    [use !== 'data' && path.includes(':'), 'Java and npm take a colon for the end of the path'],
    [use === 'clone' && /[#?]/.test(path), 'the build of the dashboard takes # and ? for the end of the path'],
    [use === 'data' && !source.CLICKHOUSE_URL && PATTERNS.test(path), 'ClickHouse takes none of \\ { } * ?'],
  ].find(([is]) => is);
  if (cannot === undefined) return;
  const error = new StepError(
    `cannot use the folder ${JSON.stringify(path)}: ${cannot[1]}`,
    `choose another folder: ${setting}`,
  );
  throw Object.assign(error, { exitCode: 2 });
}

/** The folder itself, or the nearest one above it that exists. */
export function nearestFolder(path) {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/**
 * Throws StepError, with its fix, unless we can write to the folder or can make it. Makes nothing.
 * @param {string} path absolute
 * @param {string} setting how the user chooses another folder
 */
export function checkFolder(path, setting) {
  const refuse = (trouble, fix) => {
    throw new StepError(`cannot use ${path}: ${trouble}`, fix);
  };
  const elsewhere = `choose another folder: ${setting}`;
  const nearest = nearestFolder(path);
  const user = process.getuid?.() === undefined ? 'this user' : `user ${process.getuid()}`;
  try {
    if (!statSync(nearest).isDirectory()) refuse(`${nearest} is a file, not a folder`, elsewhere);
    if (KERNEL.includes(statfsSync(nearest).type)) refuse(`${nearest} holds only files of the kernel`, elsewhere);
    accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK);
    if (nearest !== path) return;
    const foreign = OURS.map(name => join(path, name)).find(each => !mayWrite(each));
    if (foreign !== undefined)
      refuse(`${user} may not write to ${foreign}`, `give that user this folder, or ${elsewhere}`);
  } catch (error) {
    if (error instanceof StepError) throw error;
    const trouble = error.code === 'EROFS' ? `${nearest} is read-only` : `${user} may not write to ${nearest}`;
    refuse(`${trouble} (${error.code})`, `give that user the right to write there, or ${elsewhere}`);
  }
}

function mayWrite(path) {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    return error.code === 'ENOENT'; // removed in between, or a link to nothing
  }
}

/**
 * Makes a folder, and those above it, for us alone. Node's recursive mkdir would never return below /proc.
 * @param {string} path absolute
 */
export function makeFolder(path) {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (error.code !== 'EEXIST' || !existsSync(path)) throw error; // another process may have made it
  }
}
