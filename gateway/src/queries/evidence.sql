-- Latest bundle of violations
SELECT violation_id, camera_id, store_id, revision, file, role, sha256, size_bytes, media_type,
  ifNull(toUnixTimestamp64Milli(captured_at), 0) AS captured_at_ms, missing
FROM evidence
WHERE violation_id IN {violation_ids:Array(String)}
ORDER BY violation_id, revision DESC, file, _offset DESC
LIMIT 1 BY violation_id, role
LIMIT 10000;

-- Store of a file
SELECT store_id
FROM evidence
WHERE sha256 = {sha256:String}
LIMIT 1;
