import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const TICKS_PER_SECOND = 100; // USER_HZ, equal on every Linux that Node supports
const PAGE_BYTES = 4096;

/** CPU seconds that a process has used, and its memory. Linux only. */
export function usageOf(pid: number): { readonly cpuSeconds: number; readonly residentBytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: Number(fields[21]) * PAGE_BYTES };
}

/** Share of one core used in the next milliseconds, in percent. */
export async function cpuPercent(pid: number, overMs: number): Promise<number> {
  const startMs = performance.now();
  const before = usageOf(pid).cpuSeconds;
  await sleep(overMs);
  return ((usageOf(pid).cpuSeconds - before) * 100_000) / (performance.now() - startMs);
}

export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Megabytes per minute by least squares over all samples; 0 for fewer than two. */
export function slopeMbPerMinute(samples: readonly Sample[]): number {
  const x = samples.map(({ atMs }) => atMs / 60_000);
  const y = samples.map(({ bytes }) => bytes / 1_048_576);
  const [meanX, meanY] = [mean(x), mean(y)];
  const spread = x.reduce((sum, each) => sum + (each - meanX) ** 2, 0);
  if (spread === 0) return 0;
  return x.reduce((sum, each, index) => sum + (each - meanX) * ((y[index] ?? 0) - meanY), 0) / spread;
}

/** The lowest of every `count` samples: for a heap, its size after a collection. */
export function leastOf(samples: readonly Sample[], count: number): readonly Sample[] {
  return samples.flatMap((_, index) => {
    if (index % count !== 0) return [];
    const [least] = samples.slice(index, index + count).sort((a, b) => a.bytes - b.bytes);
    return least === undefined ? [] : [least];
  });
}

const mean = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0) / Math.max(1, list.length);
