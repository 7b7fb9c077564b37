-- Every revision of every violation: the topic `violations`. v_violations has one row per id. The projections make numbers
-- of one camera or store cheap: ClickHouse reads only its rows.
CREATE TABLE IF NOT EXISTS violations
(
    violation_id String COMMENT 'The same after every replay',
    revision UInt32 COMMENT '1 when opened; each further record of the violation adds 1',
    state LowCardinality(String) COMMENT 'opened, updated or closed',
    camera_id LowCardinality(String) COMMENT 'Camera',
    store_id LowCardinality(String) COMMENT 'Store of the camera',
    rule_id LowCardinality(String) COMMENT 'Rule that was broken',
    violation_type LowCardinality(String) COMMENT 'Type, e.g. hand_no_scooper',
    rule_version String COMMENT 'Hash of the rule and its zone',
    zone_id LowCardinality(String) COMMENT 'Zone; empty: the whole picture',
    zone_version String COMMENT 'Hash of the zone; empty without a zone',
    track_id String COMMENT 'Track of the subject',
    risk_level LowCardinality(String) COMMENT 'low, medium or high',
    started_at DateTime64(3, 'UTC') COMMENT 'Camera time of the first breaching frame',
    last_seen_at DateTime64(3, 'UTC') COMMENT 'Camera time of the last breaching frame so far',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Camera time of the last breaching frame, once closed',
    close_reason LowCardinality(String) COMMENT 'gap, ended, rule_changed, unseen or clock_set_back; empty while open',
    frames_observed UInt32 COMMENT 'Breaching frames so far',
    peak_confidence Float32 COMMENT 'Highest confidence of the subject, 0 to 1',
    peak_captured_at DateTime64(3, 'UTC') COMMENT 'Camera time of the frame shown as proof',
    model LowCardinality(String) COMMENT 'Model that found the subject',
    model_sha256 LowCardinality(String) COMMENT 'SHA-256 of the model file',
    violation String COMMENT 'The whole record as JSON, with boxes and lineage' CODEC(ZSTD(3)),
    _topic LowCardinality(String) COMMENT 'Topic of the record behind the row',
    _topic_id LowCardinality(String) COMMENT 'Id that Kafka gave the topic when it was created',
    _partition UInt32 COMMENT 'Partition of that record',
    _offset UInt64 COMMENT 'Offset of that record',
    _written_at DateTime64(3, 'UTC') COMMENT 'Time at which Kafka stored the record',
    PROJECTION by_camera (SELECT camera_id, store_id, violation_type, risk_level, started_at, revision, state, violation_id, _topic_id, _partition, _offset ORDER BY camera_id, started_at),
    PROJECTION by_store (SELECT camera_id, store_id, violation_type, risk_level, started_at, revision, state, violation_id, _topic_id, _partition, _offset ORDER BY store_id, started_at)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (violation_id, revision)
SETTINGS non_replicated_deduplication_window = 10000, lightweight_mutation_projection_mode = 'rebuild';
