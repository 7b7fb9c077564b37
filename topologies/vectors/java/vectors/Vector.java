package vectors;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.streams.kstream.Windowed;

/** The golden file of one program: JSON with one line per record. */
final class Vector {
    /**
     * `after`: index of the input record that caused it; `from`: index of the record whose headers it has, null for
     * none.
     */
    record Output(int after, String topic, Object key, Object value, long timestampMs, String from) {}

    private Vector() {}

    static String json(final Program program, final List<Output> output, final Map<String, List<Contents.Entry>> stores,
            final long dropped) {
        return """
            {
            "program": %s,
            "description": %s,
            "writtenBy": "Kafka Streams 4.3.0",
            "input": [
            %s
            ],
            "output": [
            %s
            ],
            "stores": {%s},
            "droppedRecords": %d
            }
            """.formatted(text(program.name), text(program.description),
            lines(program.input.stream().map(Vector::piped).toList()),
            lines(output.stream().map(Vector::output).toList()),
            stores.entrySet().stream().map(store -> "%s: [\n%s\n]".formatted(text(store.getKey()),
                lines(store.getValue().stream().map(Vector::entry).toList()))).collect(Collectors.joining(", ")),
            dropped);
    }

    private static String lines(final List<String> records) {
        return String.join(",\n", records);
    }

    private static String piped(final Piped record) {
        return "{\"topic\": %s, \"key\": %s, \"value\": %s, \"timestampMs\": %d}".formatted(text(record.topic()),
            value(record.key()), value(record.value()), record.timestampMs());
    }

    private static String output(final Output record) {
        return "{\"after\": %d, \"topic\": %s, \"key\": %s, \"value\": %s, \"timestampMs\": %d, \"from\": %s}".formatted(record.after(),
            text(record.topic()), value(record.key()), value(record.value()), record.timestampMs(), record.from());
    }

    private static String entry(final Contents.Entry entry) {
        final String key = entry.startMs() == null ? text(entry.key()) : windowed(entry.key(), entry.startMs(), entry.endMs());
        final String time = entry.timestampMs() == null ? "" : ", \"timestampMs\": " + entry.timestampMs();
        return "{\"key\": %s, \"value\": %s%s}".formatted(key, value(entry.value()), time);
    }

    private static String value(final Object value) {
        if (value == null) return "null";
        if (value instanceof Windowed<?> key)
            return windowed(key.key().toString(), key.window().start(), key.window().end());
        return value instanceof Long ? value.toString() : text(value.toString());
    }

    private static String windowed(final String key, final long startMs, final long endMs) {
        return "{\"key\": %s, \"startMs\": %d, \"endMs\": %d}".formatted(text(key), startMs, endMs);
    }

    private static String text(final String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
