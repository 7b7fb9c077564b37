import type { Remembered } from '../live/violation-feed.ts';
import type { QueryParams } from './clickhouse.ts';
import type { ViolationFilter } from './violation-filter.ts';
import { PROBE_STORE } from './violation-filter.ts';
import type { Grain } from './violation-statistics.ts';
import type { ViolationPosition } from './violations.ts';

/** The feed answers for records from `feed_start` on, and for violations of which it has some: ClickHouse for the rest. */
const BEFORE_FEED = `_offset < {feed_start:Array(UInt64)}[_partition + 1]`;
const NOT_IN_FEED = `violation_id NOT IN {feed_ids:Array(String)}`;

/** Columns that never change for a violation: they can be asked of any revision. */
const OF_FILTER = `({all_stores:Bool} OR store_id IN {store_ids:Array(String)})
    AND if({store_id:String} = '', store_id != '${PROBE_STORE}', store_id = {store_id:String})
    AND ({camera_id:String} = '' OR camera_id = {camera_id:String})
    AND ({violation_type:String} = '' OR violation_type = {violation_type:String})
    AND ({risk_level:String} = '' OR risk_level = {risk_level:String})
    AND started_at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND started_at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND ${BEFORE_FEED}
    AND ${NOT_IN_FEED}`;

/**
 * One row for each violation: its first revision, or of the closed ones alone its last. So nothing is grouped by id.
 * Every violation has one revision 1, and at most one that closes it.
 */
const ONE_EACH = `if({state:String} = 'CLOSED', state = 'closed', revision = 1)`;
const NOT_CLOSED = `({state:String} != 'OPEN' OR violation_id NOT IN (
      SELECT violation_id FROM violations WHERE state = 'closed' AND {state:String} = 'OPEN' AND ${OF_FILTER}
    ))`;

const BETWEEN_POSITIONS = `(started_at, violation_id) < (fromUnixTimestamp64Milli({older_ms:Int64}), {older_id:String})
    AND (started_at, violation_id) > (fromUnixTimestamp64Milli({newer_ms:Int64}), {newer_id:String})`;

/** One page: first the ids by the narrow columns, then the wide one of the newest revisions of these alone. */
export const pageSql = (order: 'ASC' | 'DESC'): string => `
WITH page AS (
  SELECT violation_id
  FROM violations
  WHERE ${ONE_EACH}
    AND ${OF_FILTER}
    AND ${BETWEEN_POSITIONS}
    AND ${NOT_CLOSED}
  ORDER BY started_at ${order}, violation_id ${order}
  LIMIT {limit:UInt32}
)
SELECT violation
FROM violations
WHERE violation_id IN (SELECT violation_id FROM page)
  AND ${BEFORE_FEED}
ORDER BY started_at ${order}, violation_id ${order}, revision DESC
LIMIT 1 BY violation_id`;

/** Violations that opened and that closed: by state, the difference are the open ones. */
export const countSql = `
SELECT countIf(revision = 1) AS opened, countIf(state = 'closed') AS closed
FROM violations
WHERE ${OF_FILTER}`;

const STEP: Readonly<Record<Grain, string>> = {
  MINUTE: 'toStartOfMinute(started_at, {time_zone:String})',
  HOUR: 'toStartOfHour(started_at, {time_zone:String})',
  DAY: 'toStartOfDay(started_at, {time_zone:String})',
  WEEK: 'toDateTime(toStartOfWeek(started_at, 1, {time_zone:String}), {time_zone:String})',
  MONTH: 'toDateTime(toStartOfMonth(started_at, {time_zone:String}), {time_zone:String})',
};

/** Counts by each dimension in one pass; at most 20,000 rows. */
export const statisticsSql = (grain: Grain): string => `
SELECT
  multiIf(grouping(store_id) = 0, 'store', grouping(camera_id) = 0, 'camera', grouping(violation_type) = 0, 'type', grouping(step) = 0, 'time', 'all') AS dimension,
  multiIf(dimension = 'store', store_id, dimension = 'camera', camera_id, dimension = 'type', violation_type, '') AS key,
  toUnixTimestamp(step) * 1000 AS time_ms,
  countIf(revision = 1) AS opened,
  countIf(state = 'closed') AS closed
FROM (
  SELECT store_id, camera_id, violation_type, revision, state, ${STEP[grain]} AS step
  FROM violations
  WHERE (revision = 1 OR state = 'closed')
    AND ${OF_FILTER}
)
GROUP BY GROUPING SETS ((store_id), (camera_id), (violation_type), (step), ())
ORDER BY dimension, opened DESC, step DESC
LIMIT 20000`;

/** Newest revision of one violation. */
export const byIdSql = `
SELECT violation
FROM violations
WHERE violation_id = {violation_id:String}
ORDER BY revision DESC
LIMIT 1`;

/** Open violations of cameras: opened and not closed, without looking at each. */
export const openCountsSql = `
SELECT camera_id, countIf(revision = 1) - countIf(state = 'closed') AS open_count
FROM violations
WHERE camera_id IN {camera_ids:Array(String)}
  AND ${BEFORE_FEED}
GROUP BY camera_id
LIMIT 10000`;

/** Records of one partition of the topic in order, for a subscriber whose place the log no longer holds. */
export const archiveSql = `
SELECT violation, toString(_offset) AS offset
FROM violations
WHERE _partition = {partition:UInt32} AND _offset >= {from_offset:UInt64} AND _offset < {to_offset:UInt64}
ORDER BY _offset
LIMIT {limit:UInt32}`;

/** The first offset ClickHouse has of a partition. */
export const archiveStartSql = `
SELECT count() > 0 AS known, toString(min(_offset)) AS offset
FROM violations
WHERE _partition = {partition:UInt32}`;

const BEFORE_ALL_MS = 0;
const AFTER_ALL_MS = 4_102_444_800_000; // 2100

export const feedParams = ({ start }: Remembered): QueryParams => ({ feed_start: start.map(Number) });

export function filterParams(filter: ViolationFilter, feed: Remembered): QueryParams {
  return {
    all_stores: filter.grantedStoreIds === null,
    store_ids: filter.grantedStoreIds ?? [],
    store_id: filter.storeId ?? '',
    camera_id: filter.cameraId ?? '',
    violation_type: filter.violationType ?? '',
    risk_level: filter.riskLevel ?? '',
    from_ms: filter.fromMs ?? BEFORE_ALL_MS,
    to_ms: filter.toMs ?? AFTER_ALL_MS,
    state: filter.state ?? '',
    feed_ids: feed.olderIds,
    ...feedParams(feed),
  };
}

export function positionParams(
  olderThan: ViolationPosition | undefined,
  newerThan: ViolationPosition | undefined,
): QueryParams {
  return {
    older_ms: olderThan?.startedAtMs ?? AFTER_ALL_MS,
    older_id: olderThan?.violationId ?? '',
    newer_ms: newerThan?.startedAtMs ?? BEFORE_ALL_MS,
    newer_id: newerThan?.violationId ?? '',
  };
}
