import { readdirSync, readFileSync } from 'node:fs';
import { usageOf } from '../engine/process-usage.ts';

/** The parent of each process. Linux only. */
function parents(): ReadonlyMap<number, number> {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return new Map(
    pids.flatMap(pid => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return [[pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as const];
      } catch {
        return []; // it has ended
      }
    }),
  );
}

/** CPU seconds that a process and all processes below it have used, of those that run now. */
export function treeCpuSeconds(root: number): number {
  const tree = parents();
  const isBelow = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 0; at = tree.get(at)) if (at === root) return true;
    return false;
  };
  return [...tree.keys()].filter(isBelow).reduce((sum, pid) => sum + cpuOf(pid), 0);
}

function cpuOf(pid: number): number {
  try {
    return usageOf(pid).cpuSeconds;
  } catch {
    return 0; // it has ended
  }
}
