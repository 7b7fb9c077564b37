-- A page, newest first
WITH page AS (
  SELECT violation_id
  FROM violations
  WHERE if({state:String} = 'CLOSED', state = 'closed', revision = 1)
    AND ({all_stores:Bool} OR store_id IN {store_ids:Array(String)})
    AND ({store_id:String} != '' OR store_id != 'probe')
    AND ({store_id:String} = '' OR store_id = {store_id:String})
    AND ({camera_id:String} = '' OR camera_id = {camera_id:String})
    AND ({violation_type:String} = '' OR violation_type = {violation_type:String})
    AND ({risk_level:String} = '' OR risk_level = {risk_level:String})
    AND started_at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND started_at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND (_topic_id != {memory_topic:String} OR _offset < {memory_start:Array(UInt64)}[_partition + 1])
    AND violation_id NOT IN {memory_ids:Array(String)}
    AND (started_at, violation_id) < (fromUnixTimestamp64Milli({older_ms:Int64}), {older_id:String})
    AND (started_at, violation_id) > (fromUnixTimestamp64Milli({newer_ms:Int64}), {newer_id:String})
    AND ({state:String} != 'OPEN' OR violation_id NOT IN (
      SELECT violation_id FROM violations WHERE state = 'closed' AND {state:String} = 'OPEN' AND ({all_stores:Bool} OR store_id IN {store_ids:Array(String)})
    AND ({store_id:String} != '' OR store_id != 'probe')
    AND ({store_id:String} = '' OR store_id = {store_id:String})
    AND ({camera_id:String} = '' OR camera_id = {camera_id:String})
    AND ({violation_type:String} = '' OR violation_type = {violation_type:String})
    AND ({risk_level:String} = '' OR risk_level = {risk_level:String})
    AND started_at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND started_at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND (_topic_id != {memory_topic:String} OR _offset < {memory_start:Array(UInt64)}[_partition + 1])
    AND violation_id NOT IN {memory_ids:Array(String)}
    ))
  ORDER BY started_at DESC, violation_id DESC
  LIMIT 1 BY violation_id
  LIMIT {limit:UInt32}
)
SELECT violation, violation_id, toUnixTimestamp64Milli(started_at) AS started_at_ms
FROM violations
WHERE violation_id IN (SELECT violation_id FROM page)
  AND (_topic_id != {memory_topic:String} OR _offset < {memory_start:Array(UInt64)}[_partition + 1])
ORDER BY started_at DESC, violation_id DESC, revision DESC
LIMIT 1 BY violation_id;

-- How many
SELECT countIf(revision = 1) AS opened, countIf(state = 'closed') AS closed
FROM violations
WHERE ({all_stores:Bool} OR store_id IN {store_ids:Array(String)})
    AND ({store_id:String} != '' OR store_id != 'probe')
    AND ({store_id:String} = '' OR store_id = {store_id:String})
    AND ({camera_id:String} = '' OR camera_id = {camera_id:String})
    AND ({violation_type:String} = '' OR violation_type = {violation_type:String})
    AND ({risk_level:String} = '' OR risk_level = {risk_level:String})
    AND started_at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND started_at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND (_topic_id != {memory_topic:String} OR _offset < {memory_start:Array(UInt64)}[_partition + 1])
    AND violation_id NOT IN {memory_ids:Array(String)};

-- How many of everything
SELECT store_id, camera_id, violation_type, risk_level, countIf(revision = 1) AS opened, countIf(state = 'closed') AS closed
FROM violations
WHERE (_topic_id != {memory_topic:String} OR _offset < {memory_start:Array(UInt64)}[_partition + 1])
  AND violation_id NOT IN {memory_ids:Array(String)}
GROUP BY store_id, camera_id, violation_type, risk_level
LIMIT 100000;

-- Statistics by hour
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
      SELECT store_id, camera_id, violation_type, revision, state, toStartOfHour(started_at, {time_zone:String}) AS step
      FROM violations
      WHERE (revision = 1 OR state = 'closed')
    AND ({all_stores:Bool} OR store_id IN {store_ids:Array(String)})
    AND ({store_id:String} != '' OR store_id != 'probe')
    AND ({store_id:String} = '' OR store_id = {store_id:String})
    AND ({camera_id:String} = '' OR camera_id = {camera_id:String})
    AND ({violation_type:String} = '' OR violation_type = {violation_type:String})
    AND ({risk_level:String} = '' OR risk_level = {risk_level:String})
    AND started_at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND started_at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND (_topic_id != {memory_topic:String} OR _offset < {memory_start:Array(UInt64)}[_partition + 1])
    AND violation_id NOT IN {memory_ids:Array(String)}
    )
    GROUP BY GROUPING SETS ((store_id), (camera_id), (violation_type), (step), ())
    HAVING multiIf({state:String} = 'OPEN', opened > closed, {state:String} = 'CLOSED', closed > 0, opened > 0)
  )
)
WHERE dimension != 'time' OR place <= 5000
LIMIT 100000;

-- One violation
SELECT violation, violation_id, toUnixTimestamp64Milli(started_at) AS started_at_ms
FROM violations
WHERE violation_id = {violation_id:String}
  AND (_topic_id != {memory_topic:String} OR _offset < {memory_start:Array(UInt64)}[_partition + 1])
ORDER BY revision DESC
LIMIT 1;

-- Records the log no longer has
SELECT violation, violation_id, toUnixTimestamp64Milli(started_at) AS started_at_ms,
  toUnixTimestamp64Milli(_written_at) AS written_at_ms, toString(_offset) AS offset
FROM violations
WHERE _topic_id = {topic_id:String} AND _partition = {partition:UInt32} AND _offset >= {from_offset:UInt64} AND _offset < {to_offset:UInt64}
ORDER BY _offset
LIMIT {limit:UInt32};

-- The first record that ClickHouse has
SELECT count() > 0 AS known, toString(min(_offset)) AS offset
FROM violations
WHERE _topic_id = {topic_id:String} AND _partition = {partition:UInt32};
