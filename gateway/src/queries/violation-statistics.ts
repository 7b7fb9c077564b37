import type { Violation } from '@sightline/schemas';
import { z } from 'zod';
import type { Remembered } from '../live/violation-feed.ts';
import { type ClickHouseReader, ClickHouseUnavailableError } from './clickhouse.ts';
import { startOfStep } from './start-of-step.ts';
import { matches, openOrClosed, type ViolationFilter } from './violation-filter.ts';
import { filterParams, statisticsSql } from './violation-sql.ts';

export type Grain = 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';

export interface ViolationCount {
  readonly key: string;
  readonly count: number;
  readonly open: number;
}

export interface TimeCount {
  /** Start of the step in the asked time zone, ms since 1970. */
  readonly timeMs: number;
  readonly count: number;
}

export interface ViolationStatistics {
  readonly total: number;
  readonly open: number;
  readonly byStore: readonly ViolationCount[];
  readonly byCamera: readonly ViolationCount[];
  readonly byType: readonly ViolationCount[];
  readonly overTime: readonly TimeCount[];
  /** ClickHouse was not reached: these are the last minutes alone. */
  readonly degraded: boolean;
}

const GroupRow = z.object({
  dimension: z.enum(['store', 'camera', 'type', 'time', 'all']),
  key: z.string(),
  time_ms: z.coerce.number(),
  opened: z.coerce.number(),
  closed: z.coerce.number(),
});
type Dimension = z.infer<typeof GroupRow>['dimension'];

/** How many of those that opened and closed a filter lets through. */
export function countOf(
  filter: ViolationFilter,
  { opened, closed }: { readonly opened: number; readonly closed: number },
): { readonly count: number; readonly open: number } {
  const open = opened - closed;
  if (filter.state === 'CLOSED') return { count: closed, open: 0 };
  return { count: filter.state === 'OPEN' ? open : opened, open };
}

/** Sums by dimension and key. */
class Groups {
  readonly #sums = new Map<Dimension, Map<string, { count: number; open: number }>>();

  add(dimension: Dimension, key: string, count: number, open: number): void {
    const sums = this.#sums.get(dimension) ?? new Map<string, { count: number; open: number }>();
    const sum = sums.get(key) ?? { count: 0, open: 0 };
    sums.set(key, { count: sum.count + count, open: sum.open + open });
    this.#sums.set(dimension, sums);
  }

  of(dimension: Dimension): readonly ViolationCount[] {
    return [...(this.#sums.get(dimension) ?? [])].map(([key, sum]) => ({ key, ...sum }));
  }

  /** Most first. */
  ranked(dimension: Dimension): readonly ViolationCount[] {
    return this.of(dimension).toSorted((a, b) => b.count - a.count || a.key.localeCompare(b.key));
  }
}

function addViolation(groups: Groups, violation: Violation, grain: Grain, timeZone: string): void {
  const open = openOrClosed(violation) === 'OPEN' ? 1 : 0;
  groups.add('all', '', 1, open);
  groups.add('store', violation.storeId, 1, open);
  groups.add('camera', violation.cameraId, 1, open);
  groups.add('type', violation.violationType, 1, open);
  groups.add('time', String(startOfStep(violation.startedAtMs, grain, timeZone)), 1, open);
}

/** Numbers of violations up to this moment: ClickHouse's and the feed's. */
export async function readStatistics(
  clickhouse: ClickHouseReader,
  feed: Remembered,
  filter: ViolationFilter,
  grain: Grain,
  timeZone: string,
): Promise<ViolationStatistics> {
  const groups = new Groups();
  let degraded = false;
  try {
    const params = { ...filterParams(filter, feed), time_zone: timeZone };
    for (const row of await clickhouse.rows(statisticsSql(grain), params, GroupRow)) {
      const { count, open } = countOf(filter, row);
      if (count > 0) groups.add(row.dimension, row.dimension === 'time' ? String(row.time_ms) : row.key, count, open);
    }
  } catch (error) {
    if (!(error instanceof ClickHouseUnavailableError)) throw error;
    degraded = true;
  }
  for (const violation of feed.violations)
    if (matches(filter, violation)) addViolation(groups, violation, grain, timeZone);
  const [all] = groups.of('all');
  return {
    total: all?.count ?? 0,
    open: all?.open ?? 0,
    byStore: groups.ranked('store'),
    byCamera: groups.ranked('camera'),
    byType: groups.ranked('type'),
    overTime: groups
      .of('time')
      .map(({ key, count }) => ({ timeMs: Number(key), count }))
      .toSorted((a, b) => a.timeMs - b.timeMs),
    degraded,
  };
}
