import type { Violation } from '@sightline/schemas';
import { z } from 'zod';
import { UnavailableError } from '../errors.ts';
import type { Remembered, ViolationFeed } from '../live/violation-feed.ts';
import { type ClickHouseReader, ClickHouseUnavailableError, type QueryParams } from './clickhouse.ts';
import { matches, type ViolationFilter } from './violation-filter.ts';
import { ViolationRow } from './violation-row.ts';
import {
  byIdSql,
  countSql,
  feedParams,
  filterParams,
  openCountsSql,
  pageSql,
  positionParams,
} from './violation-sql.ts';
import { countOf, type Grain, readStatistics, type ViolationStatistics } from './violation-statistics.ts';

/** Place of a violation in the newest-first order; both parts never change for an id. */
export interface ViolationPosition {
  readonly startedAtMs: number;
  readonly violationId: string;
}

/** Violations between two positions. */
export interface ViolationPageRequest {
  readonly filter: ViolationFilter;
  readonly olderThan?: ViolationPosition | undefined;
  readonly newerThan?: ViolationPosition | undefined;
  /** Which end of the range the page is taken from. */
  readonly from: 'newest' | 'oldest';
  readonly limit: number;
}

/** Newest first. `degraded`: ClickHouse was not reached, so these are the last minutes alone. */
export interface ViolationPage {
  readonly violations: readonly Violation[];
  readonly hasMore: boolean;
  readonly degraded: boolean;
}

const Count = z.object({ opened: z.coerce.number(), closed: z.coerce.number() });
const OpenCount = z.object({ camera_id: z.string(), open_count: z.coerce.number() });

const newestFirst = (a: ViolationPosition, b: ViolationPosition): number =>
  b.startedAtMs - a.startedAtMs || (a.violationId < b.violationId ? 1 : a.violationId > b.violationId ? -1 : 0);

/**
 * Violations as they stand: ClickHouse up to where the feed begins, the feed from there on. A violation with records on
 * both sides is the feed's. So a fresh one is never missing and the newest revision shows, however late the sink is.
 */
export class Violations {
  readonly #clickhouse: ClickHouseReader;
  readonly #feed: ViolationFeed;

  constructor(clickhouse: ClickHouseReader, feed: ViolationFeed) {
    this.#clickhouse = clickhouse;
    this.#feed = feed;
  }

  async page(request: ViolationPageRequest): Promise<ViolationPage> {
    const { filter, olderThan, newerThan, from, limit } = request;
    const feed = this.#feed.remembered();
    const fresh = feed.violations.filter(
      violation =>
        matches(filter, violation) &&
        (olderThan === undefined || newestFirst(violation, olderThan) > 0) &&
        (newerThan === undefined || newestFirst(violation, newerThan) < 0),
    );
    const params = { ...filterParams(filter, feed), ...positionParams(olderThan, newerThan), limit: limit + 1 };
    const stored = await this.#orElse(undefined, () =>
      this.#clickhouse.rows(pageSql(from === 'newest' ? 'DESC' : 'ASC'), params, ViolationRow),
    );
    const all = [...fresh, ...(stored ?? [])].sort(newestFirst);
    const violations = from === 'newest' ? all.slice(0, limit) : all.slice(Math.max(0, all.length - limit));
    return { violations, hasMore: all.length > limit, degraded: stored === undefined };
  }

  async count(filter: ViolationFilter): Promise<number> {
    const feed = this.#feed.remembered();
    const fresh = feed.violations.filter(violation => matches(filter, violation)).length;
    const [stored] = await this.#orElse([], () => this.#clickhouse.rows(countSql, filterParams(filter, feed), Count));
    return fresh + (stored === undefined ? 0 : countOf(filter, stored).count);
  }

  /** Undefined: there is none. Throws UnavailableError when that cannot be told now. */
  async get(violationId: string): Promise<Violation | undefined> {
    const fresh = this.#feed.get(violationId);
    if (fresh !== undefined) return fresh;
    try {
      const [stored] = await this.#clickhouse.rows(byIdSql, { violation_id: violationId }, ViolationRow);
      return stored;
    } catch (error) {
      if (!(error instanceof ClickHouseUnavailableError)) throw error;
      throw new UnavailableError('the analytics database is not reached: only the last minutes can be shown');
    }
  }

  /** Open violations of each camera, in the order asked. */
  async openCounts(cameraIds: readonly string[]): Promise<readonly number[]> {
    const feed: Remembered = this.#feed.remembered();
    const params: QueryParams = { camera_ids: cameraIds, ...feedParams(feed) };
    const rows = await this.#orElse([], () => this.#clickhouse.rows(openCountsSql, params, OpenCount));
    const stored = new Map(rows.map(row => [row.camera_id, row.open_count]));
    return cameraIds.map(id => Math.max(0, (stored.get(id) ?? 0) + (feed.opened.get(id) ?? 0)));
  }

  statistics(filter: ViolationFilter, grain: Grain, timeZone: string): Promise<ViolationStatistics> {
    return readStatistics(this.#clickhouse, this.#feed.remembered(), filter, grain, timeZone);
  }

  async #orElse<T>(fallback: T, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof ClickHouseUnavailableError) return fallback;
      throw error;
    }
  }
}
