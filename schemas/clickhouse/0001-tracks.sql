-- One row per box of every accepted frame, as tracked: the topic `tracks`.
CREATE TABLE IF NOT EXISTS tracks
(
    camera_id LowCardinality(String) COMMENT 'Camera',
    store_id LowCardinality(String) COMMENT 'Store of the camera',
    epoch UInt64 COMMENT 'Capture session: ms since 1970 at connect',
    sequence UInt64 COMMENT 'Counter in the capture session',
    box UInt16 COMMENT 'Index of the box in its frame',
    captured_at DateTime64(3, 'UTC') COMMENT 'Camera time',
    media_time_ms Nullable(UInt64) COMMENT 'Position in the recording in ms',
    outcome LowCardinality(String) COMMENT 'detected, or unchanged (boxes repeated)',
    class_name LowCardinality(String) COMMENT 'Class of the object',
    confidence Float32 COMMENT '0 to 1',
    x1_px Float32 COMMENT 'Left in pixels of the frame',
    y1_px Float32 COMMENT 'Top in pixels',
    x2_px Float32 COMMENT 'Right in pixels',
    y2_px Float32 COMMENT 'Bottom in pixels',
    width_px UInt16 COMMENT 'Width of the frame in pixels',
    height_px UInt16 COMMENT 'Height of the frame in pixels',
    track_id String COMMENT 'Track; empty while none is confirmed',
    model LowCardinality(String) COMMENT 'Model that found it',
    model_sha256 LowCardinality(String) COMMENT 'SHA-256 of the model file',
    _topic LowCardinality(String) COMMENT 'Topic of the record behind the row',
    _topic_id LowCardinality(String) COMMENT 'Id that Kafka gave the topic when it was created',
    _partition UInt32 COMMENT 'Partition of that record',
    _offset UInt64 COMMENT 'Offset of that record',
    _written_at DateTime64(3, 'UTC') COMMENT 'Time at which Kafka stored the record'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(captured_at)
ORDER BY (store_id, camera_id, captured_at, sequence, box)
SETTINGS non_replicated_deduplication_window = 10000;
