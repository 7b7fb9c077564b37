package vectors;

/** One record for a topic. Key and value may be null where Kafka Streams accepts that. */
record Piped(String topic, String key, Object value, long timestampMs) {}
