package vectors;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static vectors.Topics.GROUPED_NUMBERS;
import static vectors.Topics.GROUPED_TEXTS;
import static vectors.Topics.NUMBER;
import static vectors.Topics.NUMBERS;
import static vectors.Topics.SESSION;
import static vectors.Topics.TEXT;
import static vectors.Topics.TEXTS;
import static vectors.Topics.windowed;

import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.CogroupedKStream;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.SessionStore;

/** Aggregations without windows, null keys and values in every kind of aggregation, several streams into one. */
final class GroupedPrograms {
    private static final TimeWindows TUMBLING_GRACE = TimeWindows.ofSizeAndGrace(ofMillis(10_000), ofMillis(5_000));
    private static final SlidingWindows SLIDING = SlidingWindows.ofTimeDifferenceWithNoGrace(ofMillis(5_000));
    private static final SessionWindows SESSIONS = SessionWindows.ofInactivityGapWithNoGrace(ofMillis(5_000));

    private GroupedPrograms() {}

    static List<Program> all() {
        return List.of(
            grouped("grouped-count", "count", NUMBER, numbers -> numbers.count(store(NUMBER))),
            grouped("grouped-reduce", "sum", NUMBER, numbers -> numbers.reduce(Long::sum, store(NUMBER))),
            grouped("grouped-aggregate", "values in the order of their records", TEXT, numbers ->
                numbers.aggregate(() -> "", (key, value, values) -> values + value, store(TEXT))),
            grouped("grouped-aggregate-tombstone", "a nine forgets what was", TEXT, numbers ->
                numbers.aggregate(() -> "", (key, value, values) -> value == 9 ? null : values + value, store(TEXT))),
            nulls("grouped-count-nulls", "records without key or value do not count", TEXT, numbers ->
                numbers.count(store(NUMBER))),
            nulls("tumbling-count-nulls", "records without key do not count", windowed(10_000), numbers ->
                numbers.windowedBy(TUMBLING_GRACE).count(Materialized.as("windows"))),
            nulls("sliding-count-nulls", "records without key or value do not count", windowed(5_000), numbers ->
                numbers.windowedBy(SLIDING).count(Materialized.as("windows"))),
            nulls("session-count-nulls", "records without key do not count", SESSION, numbers ->
                numbers.windowedBy(SESSIONS)
                    .count(Materialized.<String, Long, SessionStore<Bytes, byte[]>>as("sessions").withRetention(ofMinutes(10)))),
            cogroup("cogroup", "values of two streams in the order of their records", TEXT, both ->
                both.aggregate(() -> "", store(TEXT))),
            cogroup("cogroup-tumbling", "the same in 10 s tumbling windows with 5 s grace", windowed(10_000), both ->
                both.windowedBy(TUMBLING_GRACE).aggregate(() -> "", Materialized.as("windows"))),
            cogroup("cogroup-session", "the same in sessions with a gap of 5 s", SESSION, both ->
                both.windowedBy(SESSIONS).aggregate(() -> "", (key, one, other) -> one + "|" + other,
                    Materialized.<String, String, SessionStore<Bytes, byte[]>>as("sessions").withRetention(ofMinutes(10)))));
    }

    private static <V> Program grouped(final String name, final String description, final Serde<V> serde,
            final Function<KGroupedStream<String, Long>, KTable<String, V>> step) {
        final var output = new Program.Output<>("output", TEXT, serde);
        return new Program(name, description)
            .input(new Records(name).numbers("numbers", 50, 1_000, 4_000).list())
            .output(output)
            .keyValueStore("values")
            .topology(builder -> step
                .apply(builder.stream("numbers", NUMBERS).groupByKey(GROUPED_NUMBERS))
                .toStream()
                .to("output", output.produced()));
    }

    private static <K> Program nulls(final String name, final String description, final Serde<K> key,
            final Function<KGroupedStream<String, String>, KTable<K, Long>> step) {
        final var output = new Program.Output<>("output", key, NUMBER);
        final Records records = new Records(name)
            .pipe("words", "a", "w1", 1_000)
            .pipe("words", null, "w2", 2_000)
            .pipe("words", "a", null, 3_000)
            .pipe("words", null, null, 4_000)
            .pipe("words", null, "w3", 40_000) // tests whether it moves time
            .pipe("words", "a", "w4", 5_000)
            .pipe("words", "b", null, 50_000) // tests whether it moves time
            .pipe("words", "a", "w5", 15_000);
        return new Program(name, description)
            .input(records.turns(List.of("words"), true, 30, 2_000, 9_000).flush("words", "end").list())
            .output(output)
            .topology(builder -> step
                .apply(builder.stream("words", TEXTS).groupByKey(GROUPED_TEXTS))
                .toStream()
                .to("output", output.produced()));
    }

    private static <K> Program cogroup(final String name, final String description, final Serde<K> key,
            final Function<CogroupedKStream<String, String>, KTable<K, String>> step) {
        final var output = new Program.Output<>("output", key, TEXT);
        return new Program(name, description)
            .input(new Records(name).turns(List.of("left", "right"), false, 40, 2_500, 9_000).flush("left", "end").list())
            .output(output)
            .topology(builder -> step
                .apply(builder.stream("left", TEXTS).groupByKey(GROUPED_TEXTS)
                    .<String>cogroup((key_, value, values) -> values + value)
                    .cogroup(builder.stream("right", TEXTS).groupByKey(GROUPED_TEXTS),
                        (key_, value, values) -> values + value.toUpperCase()))
                .toStream()
                .to("output", output.produced()));
    }

    private static <V> Materialized<String, V, KeyValueStore<Bytes, byte[]>> store(final Serde<V> value) {
        return Materialized.<String, V, KeyValueStore<Bytes, byte[]>>as("values").withKeySerde(TEXT).withValueSerde(value);
    }
}
