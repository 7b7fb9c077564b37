import { parseArgs } from 'node:util';
import {
  BREAKAGES,
  broken,
  campaign,
  firstCatch,
  IDLE_BREAKAGES,
  type RunResult,
  SCENARIOS,
  simulate,
  sweep,
} from '@sightline/processors/runtime/simulator';
import { idleWindows } from './idle-windows.ts';
import { ALL_SCENARIOS } from './scenarios.ts';

/** Runs seeds and prints their results, one JSON object per line; for `npm run chaos -- simulator`. */
const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    /** Number of seeds in total; the scenarios share them. */
    count: { type: 'string', default: '0' },
    scenario: { type: 'string' },
    /** Replays one seed and prints its whole trace. */
    trace: { type: 'boolean', default: false },
    /** Searches the first of `count` seeds that detects each broken engine. */
    broken: { type: 'boolean', default: false },
    breakage: { type: 'string' },
    /** Strikes once at every await of a calm run, in turn. */
    sweep: { type: 'boolean', default: false },
  },
});
const from = Number(values.from);
const count = Number(values.count);
const scenarios = ALL_SCENARIOS.filter(({ name }) => name === (values.scenario ?? name));
if (scenarios.length === 0) throw new Error(`no scenario ${values.scenario}: ${ALL_SCENARIOS.map(({ name }) => name)}`);
const PROGRESS = 100;

const say = (line: Readonly<Record<string, unknown>>): void => console.log(JSON.stringify(line));
const verdict = ({ seed, wrong, stuck, virtualMs }: RunResult) => ({ seed, stuck, wrong, virtualMs });

async function replay(): Promise<void> {
  const how = [...BREAKAGES, ...IDLE_BREAKAGES].find(name => name === values.breakage);
  for (const scenario of scenarios) {
    const breakage = how === undefined ? {} : { breakage: (log: Parameters<typeof broken>[0]) => broken(log, how) };
    const result = await simulate(scenario, from, { trace: 'lines', ...breakage });
    const { faults, events, trace } = result;
    for (const line of trace?.lines ?? []) say({ is: 'line', line });
    say({ is: 'replayed', scenario: scenario.name, ...verdict(result), faults, events, hash: trace?.hash });
  }
}

async function runSeeds(): Promise<void> {
  const each = Math.ceil(count / scenarios.length);
  for (let done = 0; done < each; done += PROGRESS) {
    for (const scenario of scenarios) {
      const { failed, ...counts } = await campaign(scenario, from + done, Math.min(PROGRESS, each - done));
      say({ is: 'progress', scenario: scenario.name, ...counts, failed: failed.map(verdict) });
    }
  }
}

async function findBreakages(): Promise<void> {
  const [first = idleWindows] = SCENARIOS;
  for (const how of BREAKAGES) say({ is: 'broken', how, seeds: await firstCatch(first, how, count) });
  for (const how of IDLE_BREAKAGES) say({ is: 'broken', how, seeds: await firstCatch(idleWindows, how, count) });
}

async function sweepAll(): Promise<void> {
  for (const scenario of scenarios) {
    for (const strike of ['crash', 'stall', 'lost'] as const) {
      const { points, struck, failed } = await sweep(scenario, from, strike);
      say({ is: 'swept', scenario: scenario.name, strike, points, struck, failed: failed.map(verdict) });
    }
  }
}

await (values.sweep ? sweepAll() : values.trace ? replay() : values.broken ? findBreakages() : runSeeds());
