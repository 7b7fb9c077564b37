import type { Breakage } from './breakages.ts';
import { broken } from './breakages.ts';
import type { Scenario } from './scenario.ts';
import { type RunResult, simulate } from './simulation.ts';

/** What many seeds came to. */
export interface Campaign {
  readonly seeds: number;
  readonly events: number;
  /** How often what struck, over all seeds. */
  readonly faults: Readonly<Record<string, number>>;
  /** Runs whose log says something wrong, or that never came to rest. */
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

/** The first seed that finds the breakage out; undefined when none of `limit` does. */
export async function firstCatch(scenario: Scenario, how: Breakage, limit: number): Promise<number | undefined> {
  for (let seed = 1; seed <= limit; seed++) {
    const { stuck, wrong } = await simulate(scenario, seed, { breakage: log => broken(log, how) });
    if (stuck || wrong.length > 0) return seed;
  }
  return undefined;
}
