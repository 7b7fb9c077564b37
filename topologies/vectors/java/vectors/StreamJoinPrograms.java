package vectors;

import static java.time.Duration.ofMillis;
import static vectors.Topics.TEXTS;
import static vectors.Topics.joined;

import java.util.List;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;

/** Two streams joined by key and close times: 5 s around, or separate limits before and after. */
final class StreamJoinPrograms {
    private static final JoinWindows AROUND = JoinWindows.ofTimeDifferenceWithNoGrace(ofMillis(5_000));
    private static final JoinWindows AROUND_GRACE =
        JoinWindows.ofTimeDifferenceAndGrace(ofMillis(5_000), ofMillis(3_000));
    private static final JoinWindows BEFORE = AROUND.after(ofMillis(0));
    private static final JoinWindows AFTER = AROUND.before(ofMillis(0));
    private static final JoinWindows LOPSIDED_GRACE = AROUND_GRACE.before(ofMillis(1_000));
    private static final JoinWindows SAME_TIME = JoinWindows.ofTimeDifferenceAndGrace(ofMillis(0), ofMillis(3_000));

    private static final JoinWindows LATER = AROUND_GRACE.before(ofMillis(-1_000));
    private static final JoinWindows EARLIER = AROUND.after(ofMillis(-500));

    private interface Join {
        KStream<String, String> of(KStream<String, String> left, KStream<String, String> right, JoinWindows windows);
    }

    private StreamJoinPrograms() {}

    static List<Program> all() {
        return List.of(
            program("stream-join-inner", AROUND, false, StreamJoinPrograms::inner),
            program("stream-join-inner-grace", AROUND_GRACE, false, StreamJoinPrograms::inner),
            program("stream-join-inner-before", BEFORE, false, StreamJoinPrograms::inner),
            program("stream-join-inner-after", AFTER, false, StreamJoinPrograms::inner),
            program("stream-join-inner-same-time", SAME_TIME, false, StreamJoinPrograms::inner),
            program("stream-join-inner-nulls", AROUND_GRACE, true, StreamJoinPrograms::inner),
            program("stream-join-left", AROUND, false, StreamJoinPrograms::left),
            program("stream-join-left-grace", AROUND_GRACE, false, StreamJoinPrograms::left),
            program("stream-join-left-before", BEFORE, false, StreamJoinPrograms::left),
            program("stream-join-left-lopsided-grace", LOPSIDED_GRACE, false, StreamJoinPrograms::left),
            program("stream-join-left-nulls", AROUND, true, StreamJoinPrograms::left),
            program("stream-join-inner-later", LATER, false, StreamJoinPrograms::inner),
            program("stream-join-left-later", LATER, false, StreamJoinPrograms::left),
            program("stream-join-left-earlier", EARLIER, false, StreamJoinPrograms::left),
            program("stream-join-outer-later", LATER, false, StreamJoinPrograms::outer),
            program("stream-join-outer-earlier", EARLIER, false, StreamJoinPrograms::outer),
            program("stream-join-outer", AROUND, false, StreamJoinPrograms::outer),
            program("stream-join-outer-grace", AROUND_GRACE, false, StreamJoinPrograms::outer),
            program("stream-join-outer-after", AFTER, false, StreamJoinPrograms::outer),
            program("stream-join-outer-lopsided-grace", LOPSIDED_GRACE, false, StreamJoinPrograms::outer),
            program("stream-join-outer-nulls", AROUND_GRACE, true, StreamJoinPrograms::outer));
    }

    private static KStream<String, String> inner(final KStream<String, String> left,
            final KStream<String, String> right, final JoinWindows windows) {
        return left.join(right, StreamJoinPrograms::both, windows, joined("join"));
    }

    private static KStream<String, String> left(final KStream<String, String> left,
            final KStream<String, String> right, final JoinWindows windows) {
        return left.leftJoin(right, StreamJoinPrograms::both, windows, joined("join"));
    }

    private static KStream<String, String> outer(final KStream<String, String> left,
            final KStream<String, String> right, final JoinWindows windows) {
        return left.outerJoin(right, StreamJoinPrograms::both, windows, joined("join"));
    }

    private static String both(final String left, final String right) {
        return left + "+" + right;
    }

    private static Program program(final String name, final JoinWindows windows, final boolean nulls, final Join join) {
        final var output = Topics.texts();
        final Records records = edges(name);
        if (nulls) nulls(records);
        records.turns(List.of("left", "right"), nulls, 70, 1_500, 9_000);
        final String description = "from %d ms before to %d ms after, grace %d ms%s".formatted(windows.beforeMs,
            windows.afterMs, windows.gracePeriodMs(), nulls ? ", null keys and values" : "");
        return new Program(name, description)
            .input(records.flush("left", "l-end").flush("right", "r-end").flush("left", "l-end").list())
            .output(output)
            .topology(builder -> join
                .of(builder.stream("left", TEXTS), builder.stream("right", TEXTS), windows)
                .to("output", output.produced()));
    }

    /**
     * Times at the window's borders and 1 ms beyond, both ways, out of order, late by exactly the grace and by 1 ms
     * more.
     */
    private static Records edges(final String name) {
        return new Records(name)
            .pipe("left", "a", "L1", 1_000)
            .pipe("right", "a", "R1", 1_000) // at the same time
            .pipe("right", "a", "R2", 6_000) // 5 s after
            .pipe("right", "a", "R3", 6_001) // 1 ms more
            .pipe("left", "b", "L2", 7_000)
            .pipe("right", "b", "R4", 2_000) // 5 s before, out of order
            .pipe("right", "b", "R5", 1_999) // one more
            .pipe("left", "c", "L3", 8_000)
            .pipe("left", "c", "L4", 8_000) // two at the same time
            .pipe("right", "c", "R6", 8_000)
            .pipe("right", "d", "R7", 8_000) // no match
            .pipe("left", "e", "L5", 8_000) // no match
            .pipe("right", "a", "R8", 13_000) // exactly 8,000 + 5 s: still open
            .pipe("left", "a", "L6", 13_001) // beyond: records without a match are due without grace
            .pipe("left", "a", "L7", 16_001) // beyond 8,000 + 5 s + grace
            .pipe("right", "e", "R9", 8_001) // late
            .pipe("left", "d", "L8", 6_000) // very late
            .pipe("right", "b", "R10", 16_001)
            .pipe("left", "b", "L9", 11_001)
            .pipe("left", "b", "L10", 11_000);
    }

    private static void nulls(final Records records) {
        records.pipe("left", null, "L11", 17_000)
            .pipe("right", null, "R11", 17_000)
            .pipe("left", null, null, 17_000)
            .pipe("right", "a", null, 17_000)
            .pipe("left", "a", null, 17_500)
            .pipe("right", "a", "R12", 18_000);
    }
}
