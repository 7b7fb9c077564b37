import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { openOrClosed, type ViolationFilter } from '../arguments/violation-filter.ts';
import { writeCursor } from '../live/cursor.ts';
import { SLOT_MS, slotOf } from '../live/violation-counts.ts';
import type { ViolationStore } from '../live/violation-store.ts';
import { type Grain, sameStep, startOfStep } from './start-of-step.ts';
import { MAX_STEPS } from './violation-sql.ts';

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
  /** Exactly the events before this cursor are counted. */
  readonly cursor: string;
  /** Number of oldest steps that `overTime` leaves out to stay within MAX_STEPS. */
  readonly stepsLeftOut: number;
  /** True: ClickHouse did not answer, so older violations are missing. */
  readonly degraded: boolean;
}

export const GroupRow = z.object({
  dimension: z.enum(['store', 'camera', 'type', 'time', 'all']),
  key: z.string(),
  time_ms: z.coerce.number(),
  opened: z.coerce.number(),
  closed: z.coerce.number(),
  groups: z.coerce.number(),
});
type Dimension = z.infer<typeof GroupRow>['dimension'];

/**
 * Numbers for the filter's state, from the numbers of opened and closed violations. A foreign close without an opening
 * makes no number negative.
 */
export function countOf(
  filter: ViolationFilter,
  { opened, closed }: { readonly opened: number; readonly closed: number },
): { readonly count: number; readonly open: number } {
  const open = Math.max(0, opened - closed);
  if (filter.state === 'CLOSED') return { count: closed, open: 0 };
  return { count: filter.state === 'OPEN' ? open : opened, open };
}

/** Sums of counts by dimension and key. */
class Groups {
  readonly #sums = new Map<Dimension, Map<string, { count: number; open: number }>>();

  add(dimension: Dimension, key: string, count: number, open: number): void {
    const sums = this.#sums.get(dimension) ?? new Map<string, { count: number; open: number }>();
    const sum = sums.get(key) ?? { count: 0, open: 0 };
    sum.count += count;
    sum.open += open;
    sums.set(key, sum);
    this.#sums.set(dimension, sums);
  }

  of(dimension: Dimension): readonly ViolationCount[] {
    return [...(this.#sums.get(dimension) ?? [])].map(([key, sum]) => ({ key, ...sum }));
  }

  /** The groups of a dimension, highest count first. */
  ranked(dimension: Dimension): readonly ViolationCount[] {
    return this.of(dimension).toSorted((a, b) => b.count - a.count || a.key.localeCompare(b.key));
  }
}

interface PartCount {
  readonly storeId: string;
  readonly cameraId: string;
  readonly violationType: string;
  readonly atMs: number;
  readonly count: number;
  readonly open: number;
}

/** Counts of the filter's violations in memory: one part per quarter of an hour, or per violation when minutes are asked. */
function* partsOf(store: ViolationStore, filter: ViolationFilter, byMinute: boolean): Generator<PartCount, undefined> {
  const [fromMs, toMs] = [filter.fromMs ?? Number.NEGATIVE_INFINITY, filter.toMs ?? Number.POSITIVE_INFINITY];
  const startMs = byMinute ? Number.POSITIVE_INFINITY : slotOf(fromMs + SLOT_MS - 1);
  const endMs = slotOf(toMs);
  if (!byMinute)
    for (const cell of store.counts.cells(filter)) {
      if (cell.slotMs < startMs || cell.slotMs >= endMs) continue;
      const count =
        filter.state === undefined ? cell.count : filter.state === 'OPEN' ? cell.open : cell.count - cell.open;
      const open = filter.state === 'CLOSED' ? 0 : cell.open;
      if (count > 0) yield { ...cell, atMs: cell.slotMs, count, open };
    }
  // violations that start in an incomplete quarter at either end of the range
  const edges =
    startMs >= endMs
      ? [[fromMs, toMs]]
      : [
          [fromMs, startMs],
          [endMs, toMs],
        ];
  for (const [from = 0, to = 0] of edges) {
    if (from >= to) continue;
    const times = { ...(Number.isFinite(from) && { fromMs: from }), ...(Number.isFinite(to) && { toMs: to }) };
    for (const entry of store.entries({ ...filter, fromMs: undefined, toMs: undefined, ...times }))
      yield { ...entry, atMs: entry.startedAtMs, count: 1, open: openOrClosed(entry) === 'OPEN' ? 1 : 0 };
  }
}

/** Number of the filter's violations in memory. */
export function countIn(
  store: ViolationStore,
  filter: ViolationFilter,
): { readonly count: number; readonly open: number } {
  const sum = { count: 0, open: 0 };
  for (const { count, open } of partsOf(store, filter, false)) {
    sum.count += count;
    sum.open += open;
  }
  return sum;
}

/** Starts of steps by a time in them, for each grain and time zone asked lately, so that each is computed once. */
const knownStarts = new LRUCache<string, Map<number, number>>({ max: 20 });
const MAX_STARTS = 20_000;

/** A function that gives `startOf` of a time, in the grain and time zone, from memory where it is known. */
function remembered(startOf: typeof startOfStep, grain: Grain, timeZone: string): (timeMs: number) => number {
  const key = `${startOf.name} ${grain} ${timeZone}`;
  const kept = knownStarts.get(key);
  const starts = kept !== undefined && kept.size < MAX_STARTS ? kept : new Map<number, number>();
  knownStarts.set(key, starts);
  return timeMs => {
    const start = starts.get(timeMs) ?? startOf(timeMs, grain, timeZone);
    starts.set(timeMs, start);
    return start;
  };
}

function addMemory(
  groups: Groups,
  { store, filter, grain, timeZone }: Pick<Asked, 'store' | 'filter' | 'grain' | 'timeZone'>,
): void {
  const byMinute = grain === 'MINUTE';
  const startOf = remembered(startOfStep, grain, timeZone);
  for (const { storeId, cameraId, violationType, atMs, count, open } of partsOf(store, filter, byMinute)) {
    groups.add('all', '', count, open);
    groups.add('store', storeId, count, open);
    groups.add('camera', cameraId, count, open);
    groups.add('type', violationType, count, open);
    const slotMs = byMinute ? Math.floor(atMs / 60_000) * 60_000 : slotOf(atMs);
    groups.add('time', String(startOf(slotMs)), count, open);
  }
}

interface Asked {
  readonly store: ViolationStore;
  /** ClickHouse's rows; undefined: it did not answer. */
  readonly stored: Promise<readonly z.infer<typeof GroupRow>[] | undefined>;
  readonly filter: ViolationFilter;
  readonly grain: Grain;
  readonly timeZone: string;
}

/** Adds memory's and ClickHouse's numbers. Reads memory before it waits for ClickHouse, since memory's border may move. */
export async function statisticsOf(asked: Asked): Promise<ViolationStatistics> {
  const { filter, grain, timeZone } = asked;
  const startOf = remembered(sameStep, grain, timeZone);
  const stepOf = ({ time_ms }: z.infer<typeof GroupRow>): number => startOf(time_ms);
  const groups = new Groups();
  addMemory(groups, asked);
  const cursor = writeCursor({ topicId: asked.store.topicId, offsets: asked.store.position });
  const stored = await asked.stored;
  for (const row of stored ?? []) {
    const { count, open } = countOf(filter, row);
    groups.add(row.dimension, row.dimension === 'time' ? String(stepOf(row)) : row.key, count, open);
  }
  const steps = stored?.filter(({ dimension }) => dimension === 'time') ?? [];
  const stepsNotGiven = (steps[0]?.groups ?? 0) - steps.length;
  const oldestMs = stepsNotGiven > 0 ? Math.min(...steps.map(stepOf)) : Number.NEGATIVE_INFINITY;
  const allSteps = groups
    .of('time')
    .map(({ key, count }) => ({ timeMs: Number(key), count }))
    .toSorted((a, b) => a.timeMs - b.timeMs);
  const overTime = allSteps.filter(({ timeMs }) => timeMs >= oldestMs).slice(-MAX_STEPS);
  const [all] = groups.of('all');
  return {
    total: all?.count ?? 0,
    open: all?.open ?? 0,
    byStore: groups.ranked('store'),
    byCamera: groups.ranked('camera'),
    byType: groups.ranked('type'),
    overTime,
    cursor,
    stepsLeftOut: stepsNotGiven + allSteps.length - overTime.length,
    degraded: stored === undefined,
  };
}
