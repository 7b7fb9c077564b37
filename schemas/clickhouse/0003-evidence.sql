-- Files that prove violations: the topic `evidence`. The latest of each violation and role counts.
CREATE TABLE IF NOT EXISTS evidence
(
    violation_id String COMMENT 'Violation that the file proves',
    camera_id LowCardinality(String) COMMENT 'Camera',
    store_id LowCardinality(String) COMMENT 'Store',
    revision UInt32 COMMENT 'Revision of the violation when the file was copied',
    file UInt16 COMMENT 'Index of the file in its bundle; 0 also when the bundle is empty',
    role LowCardinality(String) COMMENT 'still, first or last (frame); empty when there is no file',
    sha256 String COMMENT 'Name of the file in the blob store',
    size_bytes UInt64 COMMENT 'Size of the file',
    media_type LowCardinality(String) COMMENT 'Media type',
    captured_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Camera time of the picture',
    missing String COMMENT 'Why there is no file; empty when there is one',
    _topic LowCardinality(String) COMMENT 'Topic of the record behind the row',
    _topic_id LowCardinality(String) COMMENT 'Id that Kafka gave the topic when it was created',
    _partition UInt32 COMMENT 'Partition of that record',
    _offset UInt64 COMMENT 'Offset of that record',
    _written_at DateTime64(3, 'UTC') COMMENT 'Time at which Kafka stored the record'
)
ENGINE = MergeTree
ORDER BY (violation_id, revision, file)
SETTINGS non_replicated_deduplication_window = 10000;
