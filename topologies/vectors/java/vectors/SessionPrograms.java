package vectors;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.apache.kafka.streams.kstream.EmitStrategy.onWindowClose;
import static org.apache.kafka.streams.kstream.EmitStrategy.onWindowUpdate;
import static vectors.Topics.GROUPED_NUMBERS;
import static vectors.Topics.NUMBER;
import static vectors.Topics.NUMBERS;
import static vectors.Topics.TEXT;
import static vectors.Topics.sessions;

import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.SessionWindowedKStream;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.SessionStore;

/** Sessions with a gap of 5 s, and of half a second with a long grace. */
final class SessionPrograms {
    private static final SessionWindows SESSION = SessionWindows.ofInactivityGapWithNoGrace(ofMillis(5_000));
    private static final SessionWindows SESSION_GRACE =
        SessionWindows.ofInactivityGapAndGrace(ofMillis(5_000), ofMillis(6_000));

    private static final SessionWindows SHORT =
        SessionWindows.ofInactivityGapAndGrace(ofMillis(500), ofMillis(10_000));

    private SessionPrograms() {}

    static List<Program> all() {
        return List.of(
            count("session-count", SESSION, onWindowUpdate()),
            count("session-count-grace", SESSION_GRACE, onWindowUpdate()),
            count("session-count-grace-final", SESSION_GRACE, onWindowClose()),
            reduce("session-reduce-grace", SESSION_GRACE, onWindowUpdate()),
            reduce("session-reduce-final", SESSION, onWindowClose()),
            aggregate("session-aggregate-grace", SESSION_GRACE, onWindowUpdate()),
            aggregate("session-aggregate-final", SESSION, onWindowClose()),
            aggregate("session-aggregate-short-grace", SHORT, onWindowUpdate()),
            aggregate("session-aggregate-short-grace-final", SHORT, onWindowClose()));
    }

    private static Program count(final String name, final SessionWindows windows, final EmitStrategy emit) {
        return program(name, "count", windows, emit, NUMBER, stream -> stream.count(store(NUMBER)));
    }

    private static Program reduce(final String name, final SessionWindows windows, final EmitStrategy emit) {
        return program(name, "sum by reduce", windows, emit, NUMBER, stream ->
            stream.reduce(Long::sum, store(NUMBER)));
    }

    private static Program aggregate(final String name, final SessionWindows windows, final EmitStrategy emit) {
        return program(name, "values, merged sessions joined by |", windows, emit, TEXT, stream ->
            stream.aggregate(() -> "", (key, value, values) -> values + value,
                (key, one, other) -> one + "|" + other, store(TEXT)));
    }

    private static <V> Program program(final String name, final String what, final SessionWindows windows,
            final EmitStrategy emit, final Serde<V> serde,
            final Function<SessionWindowedKStream<String, Long>, KTable<Windowed<String>, V>> step) {
        final var output = sessions(serde);
        final String description = "%s in sessions with a gap of %d ms, grace %d ms, %s".formatted(what,
            windows.inactivityGap(), windows.gracePeriodMs(), emit.type());
        return new Program(name, description)
            .input(Records.ended(edges(name).numbers("numbers", 70, 4_000, 14_000), emit, "numbers"))
            .output(output)
            .sessionStore("sessions")
            .topology(builder ->
                step.apply(builder.stream("numbers", NUMBERS)
                        .groupByKey(GROUPED_NUMBERS)
                        .windowedBy(windows)
                        .emitStrategy(emit))
                    .toStream()
                    .to("output", output.produced()));
    }

    /** Gaps of exactly the limit and 1 ms more; three sessions merged to one; late by 0 and by 1 ms. */
    static Records edges(final String name) {
        return new Records(name)
            .pipe("numbers", "a", 1L, 0)
            .pipe("numbers", "a", 2L, 5_000) // exactly the gap: same session
            .pipe("numbers", "a", 3L, 10_001) // 1 ms beyond the gap
            .pipe("numbers", "a", 4L, 3_000) // inside
            .pipe("numbers", "b", 5L, 20_000)
            .pipe("numbers", "b", 6L, 30_000)
            .pipe("numbers", "b", 7L, 25_000) // both neighbours: three in one
            .pipe("numbers", "c", 8L, 25_000) // ends at stream time - gap: open without grace
            .pipe("numbers", "c", 9L, 24_999)
            .pipe("numbers", "a", 1L, 24_999) // 1 ms late without grace
            .pipe("numbers", "d", 2L, 19_000) // exactly end + gap + grace
            .pipe("numbers", "a", 3L, 18_999) // 1 ms late with grace
            .pipe("numbers", "c", 4L, 29_000)
            .pipe("numbers", "c", 5L, 29_000); // two at the same time
    }

    /** The default retention of gap + grace deletes a session 1 ms before it closes. */
    private static <V> Materialized<String, V, SessionStore<Bytes, byte[]>> store(final Serde<V> value) {
        return Materialized.<String, V, SessionStore<Bytes, byte[]>>as("sessions")
            .withKeySerde(TEXT).withValueSerde(value).withRetention(ofMinutes(10));
    }
}
