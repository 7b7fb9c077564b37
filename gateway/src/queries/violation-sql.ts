import type { ViolationPosition } from '../live/ordered-entries.ts';
import type { ViolationStore } from '../live/violation-store.ts';
import { LATEST_MS } from './bounds.ts';
import type { QueryParams } from './clickhouse.ts';
import type { ViolationFilter } from './violation-filter.ts';
import { PROBE_STORE } from './violation-filter.ts';
import type { Grain } from './violation-statistics.ts';

/** Memory answers for records from `memory_start` on, and for violations of which it has some: ClickHouse for the rest. */
const BEFORE_MEMORY = `_offset < {memory_start:Array(UInt64)}[_partition + 1]`;
const NOT_IN_MEMORY = `violation_id NOT IN {memory_ids:Array(String)}`;

/** Columns that never change for a violation: they can be asked of any revision. */
const OF_FILTER = `({all_stores:Bool} OR store_id IN {store_ids:Array(String)})
    AND if({store_id:String} = '', store_id != '${PROBE_STORE}', store_id = {store_id:String})
    AND ({camera_id:String} = '' OR camera_id = {camera_id:String})
    AND ({violation_type:String} = '' OR violation_type = {violation_type:String})
    AND ({risk_level:String} = '' OR risk_level = {risk_level:String})
    AND started_at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND started_at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND ${BEFORE_MEMORY}
    AND ${NOT_IN_MEMORY}`;

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
SELECT violation, violation_id, toUnixTimestamp64Milli(started_at) AS started_at_ms
FROM violations
WHERE violation_id IN (SELECT violation_id FROM page)
  AND ${BEFORE_MEMORY}
ORDER BY started_at ${order}, violation_id ${order}, revision DESC
LIMIT 1 BY violation_id`;

/** Violations that opened and that closed: by state, the difference are the open ones. */
export const countSql = `
SELECT countIf(revision = 1) AS opened, countIf(state = 'closed') AS closed
FROM violations
WHERE ${OF_FILTER}`;

/** The same of every store, camera, type and risk level: one answer for all filters without times. */
export const totalsSql = `
SELECT store_id, camera_id, violation_type, risk_level, countIf(revision = 1) AS opened, countIf(state = 'closed') AS closed
FROM violations
WHERE ${BEFORE_MEMORY}
  AND ${NOT_IN_MEMORY}
GROUP BY store_id, camera_id, violation_type, risk_level
LIMIT 100000`;

const STEP: Readonly<Record<Grain, string>> = {
  MINUTE: 'toStartOfMinute(started_at, {time_zone:String})',
  HOUR: 'toStartOfHour(started_at, {time_zone:String})',
  DAY: 'toStartOfDay(started_at, {time_zone:String})',
  WEEK: 'toDateTime(toStartOfWeek(started_at, 1, {time_zone:String}), {time_zone:String})',
  MONTH: 'toDateTime(toStartOfMonth(started_at, {time_zone:String}), {time_zone:String})',
};

/** Most steps of time in one answer. */
export const MAX_STEPS = 5_000;

/** Counts by each dimension in one pass; of time the newest steps. `groups` says how many there are of a dimension. */
export const statisticsSql = (grain: Grain): string => `
SELECT dimension, key, toUnixTimestamp(step) * 1000 AS time_ms, opened, closed, groups
FROM (
  SELECT *, count() OVER (PARTITION BY dimension) AS groups,
    row_number() OVER (PARTITION BY dimension ORDER BY step DESC) AS place
  FROM (
    SELECT
      multiIf(grouping(store_id) = 0, 'store', grouping(camera_id) = 0, 'camera', grouping(violation_type) = 0, 'type', grouping(step) = 0, 'time', 'all') AS dimension,
      multiIf(dimension = 'store', store_id, dimension = 'camera', camera_id, dimension = 'type', violation_type, '') AS key,
      step,
      countIf(revision = 1) AS opened,
      countIf(state = 'closed') AS closed
    FROM (
      SELECT store_id, camera_id, violation_type, revision, state, ${STEP[grain]} AS step
      FROM violations
      WHERE (revision = 1 OR state = 'closed')
    AND ${OF_FILTER}
    )
    GROUP BY GROUPING SETS ((store_id), (camera_id), (violation_type), (step), ())
    HAVING multiIf({state:String} = 'OPEN', opened > closed, {state:String} = 'CLOSED', closed > 0, opened > 0)
  )
)
WHERE dimension != 'time' OR place <= ${MAX_STEPS}
LIMIT 100000`;

/** Newest revision of one violation. */
export const byIdSql = `
SELECT violation, violation_id, toUnixTimestamp64Milli(started_at) AS started_at_ms
FROM violations
WHERE violation_id = {violation_id:String}
  AND ${BEFORE_MEMORY}
ORDER BY revision DESC
LIMIT 1`;

/** When the log took the first record of violations. */
export const createdAtSql = `
SELECT violation_id, toUnixTimestamp64Milli(min(_written_at)) AS created_at_ms
FROM violations
WHERE violation_id IN {violation_ids:Array(String)} AND revision = 1
GROUP BY violation_id
LIMIT 1000`;

/** The latest start of a violation that lies before what memory has. */
export const latestStartSql = `
SELECT count() > 0 AS known, toUnixTimestamp64Milli(max(started_at)) AS started_at_ms
FROM violations
WHERE ${BEFORE_MEMORY}`;

/** Open violations by camera: opened and not closed, without looking at each. */
export const openCountsSql = `
SELECT camera_id, countIf(revision = 1) - countIf(state = 'closed') AS open_count
FROM violations
WHERE ${BEFORE_MEMORY}
GROUP BY camera_id
HAVING open_count != 0
LIMIT 100000`;

/** Records of one partition of the topic in order, for a subscriber whose place the log no longer holds. */
export const archiveSql = `
SELECT violation, violation_id, toUnixTimestamp64Milli(started_at) AS started_at_ms,
  toUnixTimestamp64Milli(_written_at) AS written_at_ms, toString(_offset) AS offset
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
const AFTER_ALL_MS = LATEST_MS + 1;

/** Where memory begins. ClickHouse's answer to what lies before it changes only when this does. */
export const borderParams = ({ start }: ViolationStore): QueryParams => ({ memory_start: start.map(Number) });

export function filterParams(filter: ViolationFilter, store: ViolationStore): QueryParams {
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
    ...totalsParams(store),
  };
}

export const totalsParams = (store: ViolationStore): QueryParams => ({
  memory_ids: [...store.olderIds].toSorted(),
  ...borderParams(store),
});

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
