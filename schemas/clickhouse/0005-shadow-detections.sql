-- What shadow versions of models found beside the serving ones: the topic `shadow-detections`, one row per frame and model.
CREATE TABLE IF NOT EXISTS shadow_detections
(
    camera_id LowCardinality(String) COMMENT 'Camera',
    store_id LowCardinality(String) COMMENT 'Store',
    epoch UInt64 COMMENT 'Capture session of the frame',
    sequence UInt64 COMMENT 'Sequence of the frame',
    captured_at DateTime64(3, 'UTC') COMMENT 'Camera time of the frame',
    width_px UInt32 COMMENT 'Width of the picture in pixels',
    height_px UInt32 COMMENT 'Height of the picture in pixels',
    frame_partition UInt32 COMMENT 'Partition of the picture in the topic frames',
    frame_offset UInt64 COMMENT 'Offset of the picture in the topic frames',
    frame_sha256 String COMMENT 'SHA-256 of the picture',
    model LowCardinality(String) COMMENT 'Name of the model',
    serving_version LowCardinality(String) COMMENT 'Version that serves',
    shadow_version LowCardinality(String) COMMENT 'Shadow version',
    agreed UInt16 COMMENT 'Boxes that both found: the same class, overlapping by half or more',
    serving_boxes UInt16 COMMENT 'Boxes of the serving version',
    shadow_boxes UInt16 COMMENT 'Boxes of the shadow version',
    boxes String COMMENT 'Boxes of both as JSON: serving, shadow',
    _topic LowCardinality(String) COMMENT 'Topic of the record behind the row',
    _topic_id LowCardinality(String) COMMENT 'Id that Kafka gave the topic when it was created',
    _partition UInt32 COMMENT 'Partition of that record',
    _offset UInt64 COMMENT 'Offset of that record',
    _written_at DateTime64(3, 'UTC') COMMENT 'Time at which Kafka stored the record'
)
ENGINE = MergeTree
ORDER BY (model, captured_at, camera_id)
SETTINGS non_replicated_deduplication_window = 10000;

-- For analysts: frames with a shadow version, and how far it agreed; the readiness probe's store is left out.
CREATE OR REPLACE VIEW v_shadow_detections AS
SELECT
    camera_id, store_id, epoch, sequence, captured_at, model, serving_version, shadow_version, agreed, serving_boxes, shadow_boxes,
    serving_boxes - agreed AS missed_by_shadow, shadow_boxes - agreed AS only_by_shadow, boxes
FROM shadow_detections
WHERE store_id != 'probe';
