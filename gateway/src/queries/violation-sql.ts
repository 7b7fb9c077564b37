import { LATEST_MS } from '@sightline/schemas';
import type { ViolationFilter } from '../arguments/violation-filter.ts';
import { PROBE_STORE } from '../arguments/violation-filter.ts';
import type { ViolationPosition } from '../live/ordered-entries.ts';
import type { ViolationStore } from '../live/violation-store.ts';
import type { QueryParams } from './clickhouse.ts';
import type { Grain } from './start-of-step.ts';

/**
 * Rows that ClickHouse answers for: of earlier topics of the same name, or below the border `memory_start`; and of
 * violations without a record in memory.
 */
const BEFORE_MEMORY = `(_topic_id != {memory_topic:String} OR _offset < {memory_start:Array(UInt64)}[_partition + 1])`;
const NOT_IN_MEMORY = `violation_id NOT IN {memory_ids:Array(String)}`;

/** Conditions on columns that are equal in all revisions of a violation, so any row of it can be tested. */
const OF_FILTER = `({all_stores:Bool} OR store_id IN {store_ids:Array(String)})
    AND ({store_id:String} != '' OR store_id != '${PROBE_STORE}')
    AND ({store_id:String} = '' OR store_id = {store_id:String})
    AND ({camera_id:String} = '' OR camera_id = {camera_id:String})
    AND ({violation_type:String} = '' OR violation_type = {violation_type:String})
    AND ({risk_level:String} = '' OR risk_level = {risk_level:String})
    AND started_at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND started_at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND ${BEFORE_MEMORY}
    AND ${NOT_IN_MEMORY}`;

/**
 * Selects one row per violation, so no grouping by id is needed: revision 1, or the closing revision for a query of
 * closed violations only. Every violation has exactly one revision 1 and at most one closing revision. A foreign record
 * may break that: then a page still has each id once, and numbers of closed violations stay within those of all.
 */
const ONE_EACH = `if({state:String} = 'CLOSED', state = 'closed', revision = 1)`;
const NOT_CLOSED = `({state:String} != 'OPEN' OR violation_id NOT IN (
      SELECT violation_id FROM violations WHERE state = 'closed' AND {state:String} = 'OPEN' AND ${OF_FILTER}
    ))`;

const BETWEEN_POSITIONS = `(started_at, violation_id) < (fromUnixTimestamp64Milli({older_ms:Int64}), {older_id:String})
    AND (started_at, violation_id) > (fromUnixTimestamp64Milli({newer_ms:Int64}), {newer_id:String})`;

/** One page. Finds the ids by the narrow columns first, then reads the wide column only for their newest revisions. */
export const pageSql = (order: 'ASC' | 'DESC'): string => `
WITH page AS (
  SELECT violation_id
  FROM violations
  WHERE ${ONE_EACH}
    AND ${OF_FILTER}
    AND ${BETWEEN_POSITIONS}
    AND ${NOT_CLOSED}
  ORDER BY started_at ${order}, violation_id ${order}
  LIMIT 1 BY violation_id
  LIMIT {limit:UInt32}
)
SELECT violation, violation_id, toUnixTimestamp64Milli(started_at) AS started_at_ms
FROM violations
WHERE violation_id IN (SELECT violation_id FROM page)
  AND ${BEFORE_MEMORY}
ORDER BY started_at ${order}, violation_id ${order}, revision DESC
LIMIT 1 BY violation_id`;

/** Numbers of opened and of closed violations; their difference is the number of open ones. */
export const countSql = `
SELECT countIf(revision = 1) AS opened, countIf(state = 'closed') AS closed
FROM violations
WHERE ${OF_FILTER}`;

/** The same numbers by store, camera, type and risk level. One answer serves all filters without times. */
export const totalsSql = `
SELECT store_id, camera_id, violation_type, risk_level, countIf(revision = 1) AS opened, countIf(state = 'closed') AS closed
FROM violations
WHERE ${BEFORE_MEMORY}
  AND ${NOT_IN_MEMORY}
GROUP BY store_id, camera_id, violation_type, risk_level
LIMIT 100000`;

export const STEP: Readonly<Record<Grain, string>> = {
  MINUTE: 'toStartOfMinute(started_at, {time_zone:String})',
  HOUR: 'toStartOfHour(started_at, {time_zone:String})',
  DAY: 'toStartOfDay(started_at, {time_zone:String})',
  WEEK: 'toDateTime(toStartOfWeek(started_at, 1, {time_zone:String}), {time_zone:String})',
  MONTH: 'toDateTime(toStartOfMonth(started_at, {time_zone:String}), {time_zone:String})',
};

/** Largest number of time steps in one answer. */
export const MAX_STEPS = 5_000;

/** Counts for all dimensions in one pass, with only the newest time steps. `groups`: number of all groups of a dimension. */
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

/** The newest revision of one violation. */
export const byIdSql = `
SELECT violation, violation_id, toUnixTimestamp64Milli(started_at) AS started_at_ms
FROM violations
WHERE violation_id = {violation_id:String}
  AND ${BEFORE_MEMORY}
ORDER BY revision DESC
LIMIT 1`;

/** Times at which the log stored the first record of each violation. */
export const createdAtSql = `
SELECT violation_id, toUnixTimestamp64Milli(min(_written_at)) AS created_at_ms
FROM violations
WHERE violation_id IN {violation_ids:Array(String)} AND revision = 1
GROUP BY violation_id
LIMIT 1000`;

/** The latest start of all violations below the border. */
export const latestStartSql = `
SELECT count() > 0 AS known, toUnixTimestamp64Milli(max(started_at)) AS started_at_ms
FROM violations
WHERE ${BEFORE_MEMORY}`;

/** Records of one partition in order, for a subscriber whose cursor is older than the log. */
export const archiveSql = `
SELECT violation, violation_id, toUnixTimestamp64Milli(started_at) AS started_at_ms,
  toUnixTimestamp64Milli(_written_at) AS written_at_ms, toString(_offset) AS offset
FROM violations
WHERE _topic_id = {topic_id:String} AND _partition = {partition:UInt32} AND _offset >= {from_offset:UInt64} AND _offset < {to_offset:UInt64}
ORDER BY _offset
LIMIT {limit:UInt32}`;

/** The first offset of a partition in ClickHouse. */
export const archiveStartSql = `
SELECT count() > 0 AS known, toString(min(_offset)) AS offset
FROM violations
WHERE _topic_id = {topic_id:String} AND _partition = {partition:UInt32}`;

const BEFORE_ALL_MS = 0;
const AFTER_ALL_MS = LATEST_MS + 1;

/** The border: the first offset in memory of each partition. ClickHouse's answers change only when the border moves. */
export const borderParams = ({ topicId, start }: ViolationStore): QueryParams => ({
  memory_topic: topicId,
  memory_start: start.map(Number),
});

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
