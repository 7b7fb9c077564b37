-- For analysts and BI tools: one row per violation with its latest revision, open ones included. The readiness probe's
-- store is left out. created_at: the time at which Kafka stored the first revision.
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

-- Detections, one row per box of a tracked frame; the readiness probe's store is left out.
CREATE OR REPLACE VIEW v_detections AS
SELECT
    camera_id, store_id, epoch, sequence, box, captured_at, media_time_ms, outcome, class_name, confidence,
    x1_px, y1_px, x2_px, y2_px, width_px, height_px, track_id, model, model_sha256
FROM tracks
WHERE store_id != 'probe';

-- The files of each violation: the latest of each role.
CREATE OR REPLACE VIEW v_evidence AS
SELECT violation_id, camera_id, store_id, revision, file, role, sha256, size_bytes, media_type, captured_at, missing
FROM evidence
WHERE store_id != 'probe'
ORDER BY violation_id, role, revision DESC
LIMIT 1 BY violation_id, role;
