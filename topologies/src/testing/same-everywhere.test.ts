import { partitionsOf, type Scenario, simulate } from '@sightline/processors/runtime/simulator';
import { describe, expect, test } from 'vitest';
import { cases, driven, type Everywhere, lineOf, type Written } from './everywhere.ts';

/** Runs it in the simulator with the given number of partitions. Resolves with the final content of the log. */
async function simulated(one: Everywhere, seed: number): Promise<Written> {
  const written: Record<string, string[]> = {};
  const { topology, input, outputs, records, partitions } = one;
  const scenario: Scenario = {
    name: one.name,
    topology: () => topology,
    topics: [input, ...outputs],
    feed: () => records.map(record => ({ ...record, topic: input })),
    judge(log) {
      for (const output of outputs) {
        for (const partition of partitionsOf(log)) {
          const lines = log.read(output.name, partition).map(record => lineOf(record.key, record.value, record.timestampMs)); // biome-ignore format: one call
          written[`${output.name}/${partition}`] = lines;
        }
      }
      return [];
    },
  };
  expect(await simulate(scenario, seed, { weather: { partitions, cacheMaxBytes: 0 } })).toMatchObject({ stuck: false, wrong: [] }); // biome-ignore format: one call
  return written;
}

describe.each(cases(7))('$name', one => {
  test.each(one.outputs)('the driver writes something to $name', ({ name }) => {
    const lines = Object.entries(driven(one)).flatMap(([place, list]) => (place.startsWith(`${name}/`) ? list : []));
    expect(lines.length).toBeGreaterThan(10);
  });

  test.each([1, 2, 3, 4, 5, 6])('the simulator in the weather of seed %i writes what the driver writes', async seed => {
    expect(await simulated(one, seed)).toEqual(driven(one));
  });
});
