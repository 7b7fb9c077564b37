package vectors;

/** One record into a topic; key and value may be null where Kafka Streams takes that. */
record Piped(String topic, String key, Object value, long timestampMs) {}
