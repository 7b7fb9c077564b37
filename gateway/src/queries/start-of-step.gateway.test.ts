import { createLogger } from '@sightline/processors/process';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { timesOfChanges, wallClock } from '../testing/clock-changes.ts';
import { testDatabase } from '../testing/test-database.ts';
import { openClickHouse } from './clickhouse.ts';
import { sameStep, startOfStep } from './start-of-step.ts';
import { STEP } from './violation-sql.ts';

const iso = (timeMs: number): string => new Date(timeMs).toISOString();
const Row = z.object({ time_ms: z.coerce.number(), starts: z.array(z.coerce.number()), clock: z.string() });

/** Clocks there change by half an hour. On such a day ClickHouse's hours begin at other minutes; they are given as ours. */
const HALF_HOUR = 'Australia/Lord_Howe';

// ClickHouse counts by steps of time and so do we for memory. A step with two starts would be counted in two parts.
test('around every clock change from 2020 to 2030, ClickHouse and the gateway begin each step at the same time', async () => {
  const database = await testDatabase();
  const clickhouse = openClickHouse({ ...database.address, logger: createLogger('test', 'error') });
  const grains = ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const;
  const starts = grains.map(grain => `toUnixTimestamp(${STEP[grain]}) * 1000`).join(', ');
  const sql = `SELECT time_ms, [${starts}] AS starts, formatDateTime(started_at, '%F %R', {time_zone:String}) AS clock
    FROM (SELECT arrayJoin({times:Array(Int64)}) AS time_ms, fromUnixTimestamp64Milli(time_ms) AS started_at)`;
  const [wrong, otherRules]: [string[], string[]] = [[], []];
  for (const [time_zone, times] of timesOfChanges()) {
    const rows = await clickhouse.rows(sql, { time_zone, times: [...times] }, Row);
    expect(rows).toHaveLength(times.length);
    const show = wallClock(time_zone);
    if (rows.some(({ time_ms, clock }) => clock !== show(time_ms))) {
      otherRules.push(time_zone); // the time zone data of the two are not of one year
      continue;
    }
    for (const { time_ms, starts: theirs } of rows)
      for (const [i, grain] of grains.entries()) {
        const startMs = startOfStep(time_ms, grain, time_zone);
        const theirsMs = theirs[i] ?? 0;
        if (time_zone === HALF_HOUR && grain === 'HOUR') {
          expect(startOfStep(sameStep(theirsMs, grain, time_zone), grain, time_zone)).toBe(
            sameStep(theirsMs, grain, time_zone),
          );
          continue;
        }
        if (startMs !== theirsMs)
          wrong.push(`${time_zone} ${grain} ${iso(time_ms)}: ${iso(startMs)}, ${iso(theirsMs)}`);
      }
  }
  expect(wrong).toEqual([]);
  expect(otherRules.length).toBeLessThan(5);
  await clickhouse.close();
  await database.close();
});
