import type { Breakage } from './breakages.ts';
import { broken } from './breakages.ts';
import type { Scenario } from './scenario.ts';
import { type RunResult, simulate } from './simulation.ts';
import { CALM, type ChosenStrike, STRIKES } from './weather.ts';

/** The result of many seeds. */
export interface Campaign {
  readonly seeds: number;
  readonly events: number;
  /** Number of strikes by kind, over all seeds. */
  readonly faults: Readonly<Record<string, number>>;
  /** Runs with a wrong log, and runs that never came to rest. */
  readonly failed: readonly RunResult[];
}

/** Runs seeds `from` to `from + count - 1` of one scenario. */
export async function campaign(scenario: Scenario, from: number, count: number): Promise<Campaign> {
  const faults: Record<string, number> = {};
  const failed: RunResult[] = [];
  let events = 0;
  for (let seed = from; seed < from + count; seed++) {
    const result = await simulate(scenario, seed);
    events += result.events;
    for (const [fault, times] of Object.entries(result.faults)) faults[fault] = (faults[fault] ?? 0) + times;
    if (result.stuck || result.wrong.length > 0) failed.push(result);
  }
  return { seeds: count, events, faults, failed };
}

/** Shared settings of the runs of a sweep: small, with a disk. */
const SWEPT = { ...CALM, machines: 2, partitions: 2, records: 12, hasDisk: true, cacheMaxBytes: 0 } as const;

/** Strikes at every await of a calm run, one run each. Returns the failed runs and the number of awaits. */
export async function sweep(
  scenario: Scenario,
  seed: number,
  strike: ChosenStrike,
): Promise<{ readonly points: number; readonly struck: number; readonly failed: readonly RunResult[] }> {
  const { points } = await simulate(scenario, seed, { weather: SWEPT });
  const failed: RunResult[] = [];
  let struck = 0;
  for (let point = 1; point <= points; point++) {
    const result = await simulate(scenario, seed, { weather: { ...SWEPT, strikeAt: { point, strike } } });
    if (Object.keys(result.faults).some(fault => STRIKES.some(name => name === fault))) struck += 1;
    if (result.stuck || result.wrong.length > 0) failed.push(result);
  }
  return { points, struck, failed };
}

/** The first seed that detects the breakage; undefined when none of `limit` seeds does. */
export async function firstCatch(scenario: Scenario, how: Breakage, limit: number): Promise<number | undefined> {
  for (let seed = 1; seed <= limit; seed++) {
    const { stuck, wrong } = await simulate(scenario, seed, { breakage: log => broken(log, how) });
    if (stuck || wrong.length > 0) return seed;
  }
  return undefined;
}
