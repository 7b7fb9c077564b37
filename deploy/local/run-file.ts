import { readFileSync, rmSync } from 'node:fs';
import { StartError } from './errors.ts';
import type { DataFolder } from './folder.ts';
import { endLeftovers, lives, startTicks } from './leftovers.ts';
import { withLock } from './lock.ts';
import { readReady } from './ready.ts';
import { writePrivate } from './secrets.ts';

interface Run {
  readonly pid: number;
  readonly ticks?: number;
}

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

/** The live supervisor that owns a data folder; undefined: none. */
export function runningSupervisor(folder: DataFolder): Run | undefined {
  const run = readJson(folder.run) as Run | undefined;
  return run !== undefined && lives(run.pid, run.ticks) ? run : undefined;
}

/**
 * Makes this process the owner of the data folder and ends processes that a killed supervisor left. Returns their number.
 * Throws ALREADY_RUNNING with the URL when another supervisor owns the folder.
 */
export async function takeFolder(folder: DataFolder): Promise<number> {
  await withLock(folder.file('run.lock'), async () => claim(folder)); // of two starts at the same time one comes first
  return endLeftovers(folder.path, 5_000);
}

function claim(folder: DataFolder): void {
  const running = runningSupervisor(folder);
  if (running !== undefined && running.pid !== process.pid) {
    const url = readReady(folder)?.url;
    const where = url === undefined ? 'it is still starting' : `open ${url}`;
    throw new StartError(
      'ALREADY_RUNNING',
      `Sightline already runs here (process ${running.pid}); ${where}`,
      'npm run stop, or another folder: npm start -- --data DIR --port N',
    );
  }
  rmSync(folder.ready, { force: true });
  const ticks = startTicks(process.pid);
  writePrivate(folder.run, JSON.stringify({ pid: process.pid, ...(ticks !== undefined && { ticks }) }));
}

/** Ends the ownership of the folder. Call it when all programs have ended. */
export function giveFolderBack(folder: DataFolder): void {
  rmSync(folder.ready, { force: true });
  rmSync(folder.run, { force: true });
}
