import type { Violation } from '@sightline/schemas';
import { z } from 'zod';
import { matches, type ViolationFilter } from '../arguments/violation-filter.ts';
import { ClientError, UnavailableError } from '../errors.ts';
import { writeCursor } from '../live/cursor.ts';
import { byStart, type ViolationPosition } from '../live/ordered-entries.ts';
import type { ViolationFeed } from '../live/violation-feed.ts';
import type { ViolationStore } from '../live/violation-store.ts';
import { AnswerCache } from './answer-cache.ts';
import { type ClickHouseReader, ClickHouseUnavailableError, type QueryParams } from './clickhouse.ts';
import { Freshness } from './freshness.ts';
import type { Grain } from './start-of-step.ts';
import { type StoredViolation, ViolationRow } from './violation-row.ts';
import {
  borderParams,
  byIdSql,
  countSql,
  createdAtSql,
  filterParams,
  latestStartSql,
  pageSql,
  positionParams,
  statisticsSql,
  totalsParams,
  totalsSql,
} from './violation-sql.ts';
import { countIn, countOf, GroupRow, statisticsOf, type ViolationStatistics } from './violation-statistics.ts';

/** Asks for a page of violations between two positions. */
export interface ViolationPageRequest {
  readonly filter: ViolationFilter;
  readonly olderThan?: ViolationPosition | undefined;
  readonly newerThan?: ViolationPosition | undefined;
  /** The end of the range at which the page begins. */
  readonly from: 'newest' | 'oldest';
  readonly limit: number;
}

/** A page of violations, newest first. */
export interface ViolationPage {
  readonly violations: readonly Violation[];
  /** The page has every event before this cursor, and perhaps later ones. */
  readonly cursor: string;
  /** Positions of the page's first and last violation, also of unreadable ones. */
  readonly first: ViolationPosition | undefined;
  readonly last: ViolationPosition | undefined;
  readonly hasMore: boolean;
  /** Number of violations that the page leaves out because they cannot be read. */
  readonly unreadable: number;
  /** True: ClickHouse did not answer, so older violations are missing. */
  readonly degraded: boolean;
}

const Count = z.object({ opened: z.coerce.number(), closed: z.coerce.number() });
const Total = z
  .object({
    ...{ store_id: z.string(), camera_id: z.string(), violation_type: z.string() },
    risk_level: z.enum(['low', 'medium', 'high', 'unknown']).catch('unknown'),
    ...Count.shape,
  })
  .transform(row => ({
    ...{ storeId: row.store_id, cameraId: row.camera_id, violationType: row.violation_type, riskLevel: row.risk_level },
    ...{ opened: row.opened, closed: row.closed, startedAtMs: 0, state: 'opened' as const },
  }));
const CreatedAt = z.object({ violation_id: z.string(), created_at_ms: z.coerce.number() });
const LatestStart = z.object({ known: z.coerce.boolean(), started_at_ms: z.coerce.number() });

/** ClickHouse's answers about records below the border stay true, except while the sink is late; so they expire. */
const STORED_ANSWERS = { keepMs: 60_000, maxAnswers: 1_000 };
/** Counts and statistics are at most a second old. */
const NUMBERS = { keepMs: 1_000, maxAnswers: 1_000 };

/**
 * Reads violations from memory and ClickHouse. Memory answers for records from its border on, ClickHouse for older ones. A
 * violation with records on both sides belongs to memory. So the newest revision shows even while the sink is late.
 */
export class Violations {
  readonly #clickhouse: ClickHouseReader;
  readonly #feed: ViolationFeed;
  readonly #stored = new AnswerCache<readonly unknown[]>(STORED_ANSWERS);
  readonly #counts = new AnswerCache<number>(NUMBERS);
  readonly #statistics = new AnswerCache<ViolationStatistics>(NUMBERS);

  constructor(clickhouse: ClickHouseReader, feed: ViolationFeed) {
    this.#clickhouse = clickhouse;
    this.#feed = feed;
  }

  async page(request: ViolationPageRequest): Promise<ViolationPage> {
    const { filter, olderThan, newerThan, from, limit } = request;
    const { store } = this.#feed;
    const cursor = writeCursor({ topicId: store.topicId, offsets: store.position });
    const fresh = store.page({ filter, olderThan, newerThan, from, limit: limit + 1 });
    // made before the first await, so that memory and ClickHouse are asked with the same border
    const params = { ...filterParams(filter, store), ...positionParams(olderThan, newerThan), limit: limit + 1 };
    const complete =
      from === 'newest' && fresh.length > limit && (await this.#allStoredStartBefore(fresh.at(-1), store));
    const stored = complete
      ? []
      : await this.#orElse(undefined, () =>
          this.#storedRows(pageSql(from === 'newest' ? 'DESC' : 'ASC'), params, ViolationRow),
        );
    return { ...pageOf([...fresh.map(asStored), ...(stored ?? [])], request, stored === undefined), cursor };
  }

  async count(filter: ViolationFilter): Promise<number> {
    return this.#counts.get(JSON.stringify(filter), async () => {
      const { store } = this.#feed;
      const fresh = countIn(store, filter).count; // read before the await, since the border may move meanwhile
      const stored = await this.#orElse([], () => this.#storedCounts(filter, store));
      return stored.reduce((sum, row) => sum + countOf(filter, row).count, fresh);
    });
  }

  /** Rows whose sum is ClickHouse's count for the filter. All filters without times share one query. */
  async #storedCounts(filter: ViolationFilter, store: ViolationStore): Promise<readonly z.infer<typeof Count>[]> {
    if (filter.fromMs !== undefined || filter.toMs !== undefined)
      return this.#storedRows(countSql, filterParams(filter, store), Count);
    const totals = await this.#storedRows(totalsSql, totalsParams(store), Total);
    return totals.filter(total => matches({ ...filter, state: undefined }, total));
  }

  /** Undefined: the violation does not exist. Throws UnavailableError when ClickHouse is needed and does not answer. */
  async get(violationId: string): Promise<Violation | undefined> {
    const { store } = this.#feed;
    const fresh = store.get(violationId);
    if (fresh !== undefined) return fresh;
    try {
      const params = { violation_id: violationId, ...borderParams(store) };
      const [stored] = await this.#storedRows(byIdSql, params, ViolationRow);
      if (stored === undefined || stored.violation !== undefined) return stored?.violation;
      throw new ClientError(`violation ${violationId} is no longer readable`, 'NOT_FOUND', 404);
    } catch (error) {
      if (!(error instanceof ClickHouseUnavailableError)) throw error;
      throw new UnavailableError(`the analytics database is ${error.reason}: only the newest violations can be shown`);
    }
  }

  /** Time of each violation's first record, in the order of the ids; null: unknown now. */
  async createdAt(violationIds: readonly string[]): Promise<readonly (number | null)[]> {
    const { store } = this.#feed;
    const older = violationIds.filter(id => store.createdAtMs(id) === undefined);
    const params = { violation_ids: older };
    const rows =
      older.length === 0 ? [] : await this.#orElse([], () => this.#storedRows(createdAtSql, params, CreatedAt));
    const stored = new Map(rows.map(row => [row.violation_id, row.created_at_ms]));
    return violationIds.map(id => store.createdAtMs(id) ?? (stored.get(id) || null));
  }

  /** Number of open violations of each camera, in the order of the ids. */
  async openCounts(cameraIds: readonly string[]): Promise<readonly number[]> {
    const { store } = this.#feed;
    const fresh = cameraIds.map(id => store.counts.openOf(id)); // read before the await, since the border may move meanwhile
    const totals = await this.#orElse([], () => this.#storedRows(totalsSql, totalsParams(store), Total));
    const stored = new Map<string, number>();
    for (const { cameraId, opened, closed } of totals)
      stored.set(cameraId, (stored.get(cameraId) ?? 0) + Math.max(0, opened - closed));
    return cameraIds.map((id, i) => (stored.get(id) ?? 0) + (fresh[i] ?? 0));
  }

  /** Statistics that are at most a second old. */
  async statistics(filter: ViolationFilter, grain: Grain, timeZone: string): Promise<ViolationStatistics> {
    return this.#statistics.get(JSON.stringify([filter, grain, timeZone]), async () => {
      const { store } = this.#feed;
      const params = { ...filterParams(filter, store), time_zone: timeZone };
      const stored = this.#orElse(undefined, () => this.#storedRows(statisticsSql(grain), params, GroupRow));
      return statisticsOf({ store, stored, filter, grain, timeZone });
    });
  }

  /** True when every violation below the border started before this one, so a page down to it needs no ClickHouse. */
  async #allStoredStartBefore(oldest: Violation | undefined, store: ViolationStore): Promise<boolean> {
    const ask = (): Promise<readonly z.infer<typeof LatestStart>[]> =>
      this.#storedRows(latestStartSql, borderParams(store), LatestStart);
    const [latest] = await this.#orElse([], ask);
    if (oldest === undefined || latest === undefined) return false;
    return !latest.known || latest.started_at_ms < oldest.startedAtMs;
  }

  /** Queries rows below the border. The answer is cached, since it stays the same until the border moves. */
  #storedRows<T>(sql: string, params: QueryParams, row: z.ZodType<T>): Promise<readonly T[]> {
    return this.#stored.get(`${sql} ${JSON.stringify(params)}`, () =>
      this.#clickhouse.rows(sql, params, row),
    ) as Promise<readonly T[]>;
  }

  async #orElse<T>(fallback: T, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ClickHouseUnavailableError)) throw error;
      Freshness.current?.endsNow();
      return fallback;
    }
  }
}

const asStored = (violation: Violation): StoredViolation => ({
  startedAtMs: violation.startedAtMs,
  violationId: violation.violationId,
  violation,
});

function pageOf(
  found: StoredViolation[],
  { from, limit }: ViolationPageRequest,
  degraded: boolean,
): Omit<ViolationPage, 'cursor'> {
  const all = found.sort((a, b) => byStart(b, a));
  const rows = from === 'newest' ? all.slice(0, limit) : all.slice(Math.max(0, all.length - limit));
  const violations = rows.flatMap(({ violation }) => violation ?? []);
  return {
    violations,
    first: rows.at(0),
    last: rows.at(-1),
    hasMore: all.length > limit,
    unreadable: rows.length - violations.length,
    degraded,
  };
}
