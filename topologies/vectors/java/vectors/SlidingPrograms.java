package vectors;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.apache.kafka.streams.kstream.EmitStrategy.onWindowClose;
import static org.apache.kafka.streams.kstream.EmitStrategy.onWindowUpdate;
import static vectors.Topics.GROUPED_NUMBERS;
import static vectors.Topics.NUMBER;
import static vectors.Topics.NUMBERS;
import static vectors.Topics.TEXT;
import static vectors.Topics.windows;

import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Sliding windows of 5 s (both ends included) and of 1 ms. Kafka Streams 4.3 fails at the first record when the
 * difference is 0.
 */
final class SlidingPrograms {
    private static final SlidingWindows SLIDING = SlidingWindows.ofTimeDifferenceWithNoGrace(ofMillis(5_000));
    private static final SlidingWindows SLIDING_GRACE =
        SlidingWindows.ofTimeDifferenceAndGrace(ofMillis(5_000), ofMillis(4_000));

    private static final SlidingWindows SHORT =
        SlidingWindows.ofTimeDifferenceAndGrace(ofMillis(1), ofMillis(10_000));

    private SlidingPrograms() {}

    static List<Program> all() {
        return List.of(
            count("sliding-count", SLIDING, onWindowUpdate()),
            count("sliding-count-grace", SLIDING_GRACE, onWindowUpdate()),
            count("sliding-count-grace-final", SLIDING_GRACE, onWindowClose()),
            reduce("sliding-reduce-grace", SLIDING_GRACE, onWindowUpdate()),
            reduce("sliding-reduce-final", SLIDING, onWindowClose()),
            aggregate("sliding-aggregate-grace", SLIDING_GRACE, onWindowUpdate()),
            aggregate("sliding-aggregate-final", SLIDING, onWindowClose()),
            aggregate("sliding-aggregate-short-grace", SHORT, onWindowUpdate()),
            aggregate("sliding-aggregate-short-grace-final", SHORT, onWindowClose()));
    }

    private static Program count(final String name, final SlidingWindows windows, final EmitStrategy emit) {
        return program(name, "count", windows, emit, NUMBER, stream -> stream.count(store(NUMBER, emit)));
    }

    private static Program reduce(final String name, final SlidingWindows windows, final EmitStrategy emit) {
        return program(name, "sum by reduce", windows, emit, NUMBER, stream ->
            stream.reduce(Long::sum, store(NUMBER, emit)));
    }

    private static Program aggregate(final String name, final SlidingWindows windows, final EmitStrategy emit) {
        return program(name, "values in the order of their records", windows, emit, TEXT, stream ->
            stream.aggregate(() -> "", (key, value, values) -> values + value, store(TEXT, emit)));
    }

    private static <V> Program program(final String name, final String what, final SlidingWindows windows,
            final EmitStrategy emit, final Serde<V> serde,
            final Function<TimeWindowedKStream<String, Long>, KTable<Windowed<String>, V>> step) {
        final var output = windows(windows.timeDifferenceMs(), serde);
        final String description = "%s in sliding windows of %d ms, grace %d ms, %s".formatted(what,
            windows.timeDifferenceMs(), windows.gracePeriodMs(), emit.type());
        return new Program(name, description)
            .input(Records.ended(edges(name).numbers("numbers", 60, 1_500, 8_000), emit, "numbers"))
            .output(output)
            .windowStore("windows")
            .topology(builder ->
                step.apply(builder.stream("numbers", NUMBERS)
                        .groupByKey(GROUPED_NUMBERS)
                        .windowedBy(windows)
                        .emitStrategy(emit))
                    .toStream()
                    .to("output", output.produced()));
    }

    /** The first window is cut at zero. Records 5,000 ms apart share a window, records 5,001 ms apart do not. */
    private static Records edges(final String name) {
        return new Records(name)
            .pipe("numbers", "a", 1L, 0)
            .pipe("numbers", "a", 2L, 3_000)
            .pipe("numbers", "a", 3L, 5_000)
            .pipe("numbers", "a", 4L, 1_000) // earlier than others, still in time
            .pipe("numbers", "a", 5L, 5_001)
            .pipe("numbers", "a", 6L, 5_001) // two at the same time
            .pipe("numbers", "b", 7L, 10_001)
            .pipe("numbers", "a", 8L, 2_500)
            .pipe("numbers", "a", 9L, 10_001)
            .pipe("numbers", "b", 1L, 15_002)
            .pipe("numbers", "b", 2L, 10_001)
            .pipe("numbers", "c", 3L, 20_000)
            .pipe("numbers", "c", 4L, 15_000) // end is stream time: open without grace
            .pipe("numbers", "c", 5L, 14_999) // 1 ms late without grace
            .pipe("numbers", "c", 6L, 11_000) // exactly end + grace
            .pipe("numbers", "c", 7L, 10_999); // 1 ms late with grace
    }

    /** Without a longer retention a jump of stream time deletes windows before they are emitted as closed. */
    private static <V> Materialized<String, V, WindowStore<Bytes, byte[]>> store(final Serde<V> value, final EmitStrategy emit) {
        final Materialized<String, V, WindowStore<Bytes, byte[]>> store =
            Materialized.<String, V, WindowStore<Bytes, byte[]>>as("windows").withKeySerde(TEXT).withValueSerde(value);
        return emit.type() == EmitStrategy.StrategyType.ON_WINDOW_CLOSE ? store.withRetention(ofMinutes(10)) : store;
    }
}
