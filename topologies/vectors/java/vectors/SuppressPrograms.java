package vectors;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.apache.kafka.streams.kstream.Suppressed.BufferConfig.maxRecords;
import static org.apache.kafka.streams.kstream.Suppressed.BufferConfig.unbounded;
import static org.apache.kafka.streams.kstream.Suppressed.untilTimeLimit;
import static org.apache.kafka.streams.kstream.Suppressed.untilWindowCloses;
import static vectors.Topics.GROUPED_NUMBERS;
import static vectors.Topics.NUMBER;
import static vectors.Topics.NUMBERS;
import static vectors.Topics.SESSION;
import static vectors.Topics.TEXT;
import static vectors.Topics.TEXTS;
import static vectors.Topics.windowed;

import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;

/** Updates held back until windows close, for a time, or until the buffer is full. */
final class SuppressPrograms {
    private static final TimeWindows TUMBLING = TimeWindows.ofSizeWithNoGrace(ofMillis(10_000));
    private static final TimeWindows TUMBLING_GRACE = TimeWindows.ofSizeAndGrace(ofMillis(10_000), ofMillis(5_000));
    private static final TimeWindows HOPPING_GRACE = TUMBLING_GRACE.advanceBy(ofMillis(4_000));
    private static final SlidingWindows SLIDING_GRACE =
        SlidingWindows.ofTimeDifferenceAndGrace(ofMillis(5_000), ofMillis(4_000));
    private static final SessionWindows SESSION_GRACE =
        SessionWindows.ofInactivityGapAndGrace(ofMillis(5_000), ofMillis(6_000));

    private SuppressPrograms() {}

    static List<Program> all() {
        return List.of(
            windows("suppress-tumbling", "count of 10 s tumbling without grace, once each window closes",
                windowed(10_000), numbers -> numbers.windowedBy(TUMBLING).count(counts())
                    .suppress(untilWindowCloses(unbounded()).withName("closed"))),
            windows("suppress-tumbling-grace", "sum of 10 s tumbling with 5 s grace, once each window closes",
                windowed(10_000), numbers -> numbers.windowedBy(TUMBLING_GRACE).reduce(Long::sum, counts())
                    .suppress(untilWindowCloses(unbounded()).withName("closed"))),
            windows("suppress-hopping-grace", "count of 10 s by 4 s with 5 s grace, once each window closes",
                windowed(10_000), numbers -> numbers.windowedBy(HOPPING_GRACE).count(counts())
                    .suppress(untilWindowCloses(unbounded()).withName("closed"))),
            windows("suppress-sliding-grace", "count of 5 s sliding with 4 s grace, once each window closes",
                windowed(5_000), numbers -> numbers.windowedBy(SLIDING_GRACE).count(counts())
                    .suppress(untilWindowCloses(unbounded()).withName("closed"))),
            windows("suppress-session-grace", "count of sessions with 6 s grace, once each closes; merged ones never appear",
                SESSION, numbers -> numbers.windowedBy(SESSION_GRACE).count(counts())
                    .suppress(untilWindowCloses(unbounded()).withName("closed"))),
            windows("suppress-windows-time-limit", "count of 10 s tumbling, each update held for 3 s of stream time",
                windowed(10_000), numbers -> numbers.windowedBy(TUMBLING_GRACE).count(counts())
                    .suppress(Suppressed.<Windowed<String>>untilTimeLimit(ofMillis(3_000), unbounded()).withName("held"))),
            windows("suppress-windows-max-records", "count of 10 s by 4 s, held for 20 s or until two windows wait",
                windowed(10_000), numbers -> numbers.windowedBy(HOPPING_GRACE).count(counts())
                    .suppress(Suppressed.<Windowed<String>>untilTimeLimit(ofMillis(20_000),
                        maxRecords(2).emitEarlyWhenFull()).withName("held"))),
            table("suppress-table-time-limit", "table updates held for 4 s of stream time, tombstones too",
                untilTimeLimit(ofMillis(4_000), unbounded())),
            table("suppress-table-no-time", "a time limit of nothing holds nothing but what is out of order",
                untilTimeLimit(ofMillis(0), unbounded())),
            table("suppress-table-max-records", "table updates held for a minute or until two keys wait",
                untilTimeLimit(ofMillis(60_000), maxRecords(2).emitEarlyWhenFull())));
    }

    private static Program windows(final String name, final String description, final Serde<Windowed<String>> key,
            final Function<KGroupedStream<String, Long>, KTable<Windowed<String>, Long>> step) {
        final Records records = name.contains("session") ? SessionPrograms.edges(name) : WindowPrograms.edges(name);
        final var output = new Program.Output<>("output", key, NUMBER);
        return new Program(name, description)
            .input(records.numbers("numbers", 60, 2_500, 12_000).flush("numbers", 1L).list())
            .output(output)
            .topology(builder -> step.apply(builder.stream("numbers", NUMBERS).groupByKey(GROUPED_NUMBERS))
                .toStream()
                .to("output", output.produced()));
    }

    private static <S extends StateStore> Materialized<String, Long, S> counts() {
        return Materialized.<String, Long, S>as("counts").withKeySerde(TEXT).withValueSerde(NUMBER).withRetention(ofMinutes(10));
    }

    private static Program table(final String name, final String description, final Suppressed<String> suppressed) {
        final var output = Topics.texts();
        final Records records = new Records(name)
            .pipe("prices", "a", "p1", 0)
            .pipe("prices", "a", "p2", 1_000)
            .pipe("prices", "b", "p3", 3_999)
            .pipe("prices", "b", null, 4_000) // deleted before it was forwarded
            .pipe("prices", "c", "p4", 4_000)
            .pipe("prices", "a", "p5", 8_000)
            .pipe("prices", "c", null, 8_001)
            .pipe("prices", "d", null, 8_001); // never existed
        return new Program(name, description)
            .input(records.turns(List.of("prices"), true, 40, 1_500, 4_000).flush("prices", "end").list())
            .output(output)
            .keyValueStore("prices")
            .topology(builder -> builder
                .table("prices", TEXTS, Materialized.as("prices"))
                .suppress(suppressed)
                .toStream()
                .to("output", output.produced()));
    }
}
