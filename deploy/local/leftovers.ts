import { readdirSync, readFileSync } from 'node:fs';

/** An environment variable that marks every process we start, and its children, so that a later start finds leftovers. */
export const MARK = 'SIGHTLINE_SUPERVISED';

/** Clock ticks since boot at which a process started. Pid and ticks together identify a process. Linux only. */
export function startTicks(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return undefined;
  }
}

/** True while the process with this pid and start time lives. */
export function lives(pid: number, ticks: number | undefined): boolean {
  if (ticks !== undefined) return startTicks(pid) === ticks && !isZombie(pid);
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Pids of processes that were started for this data folder, without zombies. */
export function leftovers(dataPath: string): readonly number[] {
  const mark = `${MARK}=${dataPath}\0`;
  return processes().filter(pid => pid !== process.pid && environ(pid).includes(mark) && !isZombie(pid));
}

/** Ends the leftover processes of a data folder: SIGTERM first, SIGKILL after `patienceMs`. Returns how many there were. */
export async function endLeftovers(dataPath: string, patienceMs: number): Promise<number> {
  const found = leftovers(dataPath);
  signal(found, 'SIGTERM');
  const endMs = performance.now() + patienceMs;
  while (leftovers(dataPath).length > 0 && performance.now() < endMs) await pause(100);
  signal(leftovers(dataPath), 'SIGKILL');
  while (leftovers(dataPath).length > 0 && performance.now() < endMs + 5_000) await pause(50);
  return found.length;
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // it ended by itself
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

function processes(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function environ(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}
