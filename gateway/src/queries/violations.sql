-- A page, newest first
WITH page AS (
  SELECT violation_id, started_at, max(revision) AS latest
  FROM violations
  WHERE ({all_stores:Bool} OR store_id IN {store_ids:Array(String)})
    AND if({store_id:String} = '', store_id != 'probe', store_id = {store_id:String})
    AND ({camera_id:String} = '' OR camera_id = {camera_id:String})
    AND ({violation_type:String} = '' OR violation_type = {violation_type:String})
    AND ({risk_level:String} = '' OR risk_level = {risk_level:String})
    AND started_at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND started_at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND _offset < {feed_start:Array(UInt64)}[_partition + 1]
    AND violation_id NOT IN {feed_ids:Array(String)}
    AND (started_at, violation_id) < (fromUnixTimestamp64Milli({older_ms:Int64}), {older_id:String})
    AND (started_at, violation_id) > (fromUnixTimestamp64Milli({newer_ms:Int64}), {newer_id:String})
  GROUP BY violation_id, started_at
  HAVING {state:String} = '' OR (argMax(state, revision) = 'closed') = ({state:String} = 'CLOSED')
  ORDER BY started_at DESC, violation_id DESC
  LIMIT {limit:UInt32}
)
SELECT violation
FROM violations
WHERE (violation_id, revision) IN (SELECT violation_id, latest FROM page)
  AND _offset < {feed_start:Array(UInt64)}[_partition + 1]
ORDER BY started_at DESC, violation_id DESC
LIMIT 1 BY violation_id;

-- How many
SELECT count() AS count FROM (
  SELECT violation_id, any(store_id) AS store, any(camera_id) AS camera, any(violation_type) AS type,
    min(started_at) AS started, argMax(state, revision) != 'closed' AS open
  FROM violations
  WHERE ({all_stores:Bool} OR store_id IN {store_ids:Array(String)})
    AND if({store_id:String} = '', store_id != 'probe', store_id = {store_id:String})
    AND ({camera_id:String} = '' OR camera_id = {camera_id:String})
    AND ({violation_type:String} = '' OR violation_type = {violation_type:String})
    AND ({risk_level:String} = '' OR risk_level = {risk_level:String})
    AND started_at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND started_at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND _offset < {feed_start:Array(UInt64)}[_partition + 1]
    AND violation_id NOT IN {feed_ids:Array(String)}
  GROUP BY violation_id
  HAVING {state:String} = '' OR (argMax(state, revision) = 'closed') = ({state:String} = 'CLOSED')
);

-- Statistics by hour
SELECT
  multiIf(grouping(store) = 0, 'store', grouping(camera) = 0, 'camera', grouping(type) = 0, 'type', grouping(step) = 0, 'time', 'all') AS dimension,
  multiIf(dimension = 'store', store, dimension = 'camera', camera, dimension = 'type', type, '') AS key,
  toUnixTimestamp(step) * 1000 AS time_ms,
  count() AS count,
  countIf(open) AS open_count
FROM (
  SELECT store, camera, type, open, toStartOfHour(started, {time_zone:String}) AS step
  FROM (
  SELECT violation_id, any(store_id) AS store, any(camera_id) AS camera, any(violation_type) AS type,
    min(started_at) AS started, argMax(state, revision) != 'closed' AS open
  FROM violations
  WHERE ({all_stores:Bool} OR store_id IN {store_ids:Array(String)})
    AND if({store_id:String} = '', store_id != 'probe', store_id = {store_id:String})
    AND ({camera_id:String} = '' OR camera_id = {camera_id:String})
    AND ({violation_type:String} = '' OR violation_type = {violation_type:String})
    AND ({risk_level:String} = '' OR risk_level = {risk_level:String})
    AND started_at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND started_at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND _offset < {feed_start:Array(UInt64)}[_partition + 1]
    AND violation_id NOT IN {feed_ids:Array(String)}
  GROUP BY violation_id
  HAVING {state:String} = '' OR (argMax(state, revision) = 'closed') = ({state:String} = 'CLOSED')
  )
)
GROUP BY GROUPING SETS ((store), (camera), (type), (step), ())
ORDER BY dimension, count DESC, step DESC
LIMIT 20000;

-- One violation
SELECT violation
FROM violations
WHERE violation_id = {violation_id:String}
ORDER BY revision DESC
LIMIT 1;

-- Open violations of cameras
SELECT camera_id, countIf(revision = 1) - countIf(state = 'closed') AS open_count
FROM violations
WHERE camera_id IN {camera_ids:Array(String)}
  AND _offset < {feed_start:Array(UInt64)}[_partition + 1]
GROUP BY camera_id
LIMIT 10000;

-- Records the log no longer has
SELECT violation, toString(_offset) AS offset
FROM violations
WHERE _partition = {partition:UInt32} AND _offset >= {from_offset:UInt64} AND _offset < {to_offset:UInt64}
ORDER BY _offset
LIMIT {limit:UInt32};

-- The first record that ClickHouse has
SELECT count() > 0 AS known, toString(min(_offset)) AS offset
FROM violations
WHERE _partition = {partition:UInt32};
