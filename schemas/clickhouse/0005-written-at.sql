-- When Kafka took the record (its write time): of a violation's first revision, when the violation was created.
ALTER TABLE detections ADD COLUMN IF NOT EXISTS _written_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record';
ALTER TABLE violations ADD COLUMN IF NOT EXISTS _written_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record';
ALTER TABLE evidence ADD COLUMN IF NOT EXISTS _written_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record';

CREATE OR REPLACE VIEW v_violations AS
SELECT
    violation_id, state, camera_id, store_id, rule_id, violation_type, rule_version, zone_id, zone_version, track_id, risk_level,
    started_at, last_seen_at, ended_at, close_reason, dateDiff('millisecond', started_at, last_seen_at) / 1000 AS duration_seconds,
    frames_observed, peak_confidence, peak_captured_at, model, model_sha256, revision,
    min(_written_at) OVER (PARTITION BY violation_id) AS created_at
FROM violations
WHERE store_id != 'probe'
ORDER BY violation_id, revision DESC
LIMIT 1 BY violation_id;
