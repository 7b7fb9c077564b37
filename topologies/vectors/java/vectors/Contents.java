package vectors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** The final contents of state stores, in the order of key, start and end. */
final class Contents {
    /** A plain key has null window times. Session stores keep no time, so their timestamp is null. */
    record Entry(String key, Long startMs, Long endMs, Object value, Long timestampMs) {}

    private static final Comparator<Entry> ORDER = Comparator.comparing(Entry::key)
        .thenComparing(entry -> entry.startMs == null ? 0 : entry.startMs)
        .thenComparing(entry -> entry.endMs == null ? 0 : entry.endMs);

    private Contents() {}

    static Map<String, List<Entry>> of(final TopologyTestDriver driver, final Map<String, Program.StoreKind> stores) {
        final Map<String, List<Entry>> contents = new LinkedHashMap<>();
        stores.forEach((name, kind) -> {
            final List<Entry> entries = switch (kind) {
                case KEY_VALUE -> keyValues(driver.<String, Object>getTimestampedKeyValueStore(name).all());
                case WINDOW -> windows(driver.<String, Object>getTimestampedWindowStore(name).all());
                case SESSION -> sessions(driver, name);
            };
            entries.sort(ORDER);
            contents.put(name, entries);
        });
        return contents;
    }

    private static List<Entry> keyValues(final KeyValueIterator<String, ValueAndTimestamp<Object>> all) {
        final List<Entry> entries = new ArrayList<>();
        try (all) {
            all.forEachRemaining(entry ->
                entries.add(new Entry(entry.key, null, null, entry.value.value(), entry.value.timestamp())));
        }
        return entries;
    }

    private static List<Entry> windows(final KeyValueIterator<Windowed<String>, ValueAndTimestamp<Object>> all) {
        final List<Entry> entries = new ArrayList<>();
        try (all) {
            all.forEachRemaining(entry -> entries.add(new Entry(entry.key.key(), entry.key.window().start(),
                entry.key.window().end(), entry.value.value(), entry.value.timestamp())));
        }
        return entries;
    }

    private static List<Entry> sessions(final TopologyTestDriver driver, final String name) {
        final List<Entry> entries = new ArrayList<>();
        final var store = driver.<String, Object>getSessionStore(name);
        for (final String key : List.of("a", "b", "c", "d", "z")) {
            try (KeyValueIterator<Windowed<String>, Object> found = store.findSessions(key, 0, Long.MAX_VALUE)) {
                while (found.hasNext()) {
                    final KeyValue<Windowed<String>, Object> entry = found.next();
                    entries.add(new Entry(key, entry.key.window().start(), entry.key.window().end(), entry.value, null));
                }
            }
        }
        return entries;
    }
}
