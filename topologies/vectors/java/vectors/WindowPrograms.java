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
import org.apache.kafka.streams.kstream.TimeWindowedKStream;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Tumbling windows of 10 s; hopping windows of 10 s by 4 s (not a divisor), by 1 s, and by all but 1 ms; windows of 500
 * ms.
 */
final class WindowPrograms {
    private static final TimeWindows TUMBLING = TimeWindows.ofSizeWithNoGrace(ofMillis(10_000));
    private static final TimeWindows TUMBLING_GRACE = TimeWindows.ofSizeAndGrace(ofMillis(10_000), ofMillis(5_000));
    private static final TimeWindows HOPPING = TUMBLING.advanceBy(ofMillis(4_000));
    private static final TimeWindows HOPPING_GRACE = TUMBLING_GRACE.advanceBy(ofMillis(4_000));

    private static final TimeWindows FINE =
        TimeWindows.ofSizeAndGrace(ofMillis(10_000), ofMillis(20_000)).advanceBy(ofMillis(1_000));
    private static final TimeWindows NEARLY_TUMBLING = TUMBLING.advanceBy(ofMillis(9_999));
    private static final TimeWindows SHORT = TimeWindows.ofSizeAndGrace(ofMillis(500), ofMillis(7_000));

    private WindowPrograms() {}

    static List<Program> all() {
        return List.of(
            count("tumbling-count", TUMBLING, onWindowUpdate()),
            count("tumbling-count-grace", TUMBLING_GRACE, onWindowUpdate()),
            count("tumbling-count-final", TUMBLING, onWindowClose()),
            count("tumbling-count-grace-final", TUMBLING_GRACE, onWindowClose()),
            reduce("tumbling-reduce-grace", TUMBLING_GRACE, onWindowUpdate()),
            reduce("tumbling-reduce-grace-final", TUMBLING_GRACE, onWindowClose()),
            aggregate("tumbling-aggregate", TUMBLING, onWindowUpdate()),
            aggregate("tumbling-aggregate-grace-final", TUMBLING_GRACE, onWindowClose()),
            count("hopping-count", HOPPING, onWindowUpdate()),
            count("hopping-count-grace-final", HOPPING_GRACE, onWindowClose()),
            reduce("hopping-reduce-grace", HOPPING_GRACE, onWindowUpdate()),
            reduce("hopping-reduce-final", HOPPING, onWindowClose()),
            aggregate("hopping-aggregate-grace", HOPPING_GRACE, onWindowUpdate()),
            aggregate("hopping-aggregate-final", HOPPING, onWindowClose()),
            count("hopping-count-fine-grace", FINE, onWindowUpdate()),
            reduce("hopping-reduce-fine-grace-final", FINE, onWindowClose()),
            aggregate("hopping-aggregate-nearly-tumbling-final", NEARLY_TUMBLING, onWindowClose()),
            aggregate("tumbling-aggregate-short-grace-final", SHORT, onWindowClose()));
    }

    private static Program count(final String name, final TimeWindows windows, final EmitStrategy emit) {
        return program(name, "count", windows, emit, NUMBER, stream ->
            stream.count(store(NUMBER, emit)));
    }

    private static Program reduce(final String name, final TimeWindows windows, final EmitStrategy emit) {
        return program(name, "sum by reduce", windows, emit, NUMBER, stream ->
            stream.reduce(Long::sum, store(NUMBER, emit)));
    }

    private static Program aggregate(final String name, final TimeWindows windows, final EmitStrategy emit) {
        return program(name, "values in the order of their records", windows, emit, TEXT, stream ->
            stream.aggregate(() -> "", (key, value, values) -> values + value, store(TEXT, emit)));
    }

    private static <V> Program program(final String name, final String what, final TimeWindows windows,
            final EmitStrategy emit, final Serde<V> serde,
            final Function<TimeWindowedKStream<String, Long>, KTable<Windowed<String>, V>> step) {
        final var output = windows(windows.sizeMs, serde);
        final String description = "%s in windows of %d ms every %d ms, grace %d ms, %s".formatted(what,
            windows.sizeMs, windows.advanceMs, windows.gracePeriodMs(), emit.type());
        return new Program(name, description)
            .input(Records.ended(edges(name).numbers("numbers", 70, 2_000, 12_000), emit, "numbers"))
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

    /** Borders of [0, 10 s) with a grace of 0 and of 5 s. */
    static Records edges(final String name) {
        return new Records(name)
            .pipe("numbers", "a", 1L, 1)
            .pipe("numbers", "a", 2L, 0)
            .pipe("numbers", "b", 3L, 9_999)
            .pipe("numbers", "a", 4L, 10_000) // the end belongs to the next window; closes without grace
            .pipe("numbers", "b", 5L, 9_999) // late without grace
            .pipe("numbers", "b", 6L, 10_000)
            .pipe("numbers", "a", 7L, 14_999)
            .pipe("numbers", "c", 8L, 9_999) // 1 ms within grace
            .pipe("numbers", "c", 9L, 15_000) // exactly end + grace: closes
            .pipe("numbers", "b", 1L, 9_999) // late with grace
            .pipe("numbers", "b", 2L, 10_000)
            .pipe("numbers", "c", 3L, 25_001)
            .pipe("numbers", "a", 4L, 19_999) // 1 ms late
            .pipe("numbers", "a", 5L, 20_000);
    }

    /** Without a longer retention a jump of stream time deletes windows before they are emitted as closed. */
    private static <V> Materialized<String, V, WindowStore<Bytes, byte[]>> store(final Serde<V> value, final EmitStrategy emit) {
        final Materialized<String, V, WindowStore<Bytes, byte[]>> store =
            Materialized.<String, V, WindowStore<Bytes, byte[]>>as("windows").withKeySerde(TEXT).withValueSerde(value);
        return emit.type() == EmitStrategy.StrategyType.ON_WINDOW_CLOSE ? store.withRetention(ofMinutes(10)) : store;
    }
}
