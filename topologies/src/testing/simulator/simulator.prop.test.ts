import { campaign, firstCatch, IDLE_BREAKAGES, simulate } from '@sightline/processors/runtime/simulator';
import { describe, expect, test } from 'vitest';
import { idleWindows } from './idle-windows.ts';
import { DSL_SCENARIOS } from './scenarios.ts';

/**
 * Like the engine's own simulator.prop.test.ts, for applications built with the DSL. SIMULATOR_SEEDS sets another
 * number of seeds.
 */
const SEEDS = Number(process.env.SIMULATOR_SEEDS ?? 200);
const CHUNK = 100;

describe.each(DSL_SCENARIOS)('$name in rough weather', scenario => {
  for (let from = 1; from <= SEEDS; from += CHUNK) {
    const count = Math.min(CHUNK, SEEDS - from + 1);
    test(`is exactly once and comes to rest, seeds ${from} to ${from + count - 1}`, async () => {
      const { failed } = await campaign(scenario, from, count);
      expect(failed.map(({ seed, wrong, stuck }) => ({ seed, wrong, stuck }))).toEqual([]);
    }, 120_000);
  }

  test('replays to the same trace', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const once = await simulate(scenario, seed, { trace: 'hash' });
      const again = await simulate(scenario, seed, { trace: 'hash' });
      expect(again.trace?.hash).toBe(once.trace?.hash);
    }
  });
});

describe('an engine with wrong time is detected', () => {
  test.each(IDLE_BREAKAGES)('%s', async how => {
    expect(await firstCatch(idleWindows, how, 100)).toBeDefined();
  });
});
