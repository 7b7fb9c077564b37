package vectors;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.apache.kafka.streams.kstream.Suppressed.BufferConfig.unbounded;
import static org.apache.kafka.streams.kstream.Suppressed.untilWindowCloses;
import static vectors.Topics.GROUPED_NUMBERS;
import static vectors.Topics.GROUPED_TEXTS;
import static vectors.Topics.NUMBER;
import static vectors.Topics.NUMBERS;
import static vectors.Topics.TEXT;
import static vectors.Topics.TEXTS;
import static vectors.Topics.joined;

import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/** What one operator passes to the next: old values, times, tombstones, order within a record. */
final class CombinedPrograms {
    private static final TimeWindows TUMBLING = TimeWindows.ofSizeAndGrace(ofMillis(10_000), ofMillis(5_000));
    private static final JoinWindows NEAR = JoinWindows.ofTimeDifferenceAndGrace(ofMillis(3_000), ofMillis(2_000));

    private CombinedPrograms() {}

    static List<Program> all() {
        return List.of(selfJoin(), tableStepsJoin(), countsJoinSums(), streamJoinsOwnCount(), joinThenWindow(),
            filterThenSuppress(), joinThenGroup(), windowedTableJoin(), mergeThenCount(), twoGroupsOfOneKey(),
            tableRekeyed());
    }

    private static Program selfJoin() {
        final var output = Topics.texts();
        return new Program("stream-join-self", "a stream with itself, 3 s around, grace 2 s")
            .input(new Records("stream-join-self").turns(List.of("words"), false, 40, 1_500, 5_000).list())
            .output(output)
            .topology(builder -> {
                final KStream<String, String> words = builder.stream("words", TEXTS);
                words.join(words, (one, other) -> one + "+" + other, NEAR, joined("join")).to("output", output.produced());
            });
    }

    private static Program tableStepsJoin() {
        final var output = Topics.texts();
        return new Program("table-steps-join", "tables filtered and mapped without stores of their own, then joined")
            .input(new Records("table-steps-join").turns(List.of("left", "right"), true, 60, 1_000, 3_000).list())
            .output(output)
            .topology(builder -> {
                final KTable<String, String> left = builder.table("left", TEXTS, Materialized.as("left"))
                    .filter((key, value) -> lastDigit(value) < 6)
                    .mapValues(value -> value.toUpperCase());
                final KTable<String, String> right = builder.table("right", TEXTS, Materialized.as("right"))
                    .mapValues(value -> value + value)
                    .filterNot((key, value) -> lastDigit(value) > 7);
                left.leftJoin(right, (one, other) -> one + "+" + other).toStream().to("output", output.produced());
            });
    }

    private static Program countsJoinSums() {
        final var output = Topics.texts();
        return new Program("aggregates-join", "two tables of one stream joined: each record changes both")
            .input(new Records("aggregates-join").numbers("numbers", 30, 1_000, 3_000).list())
            .output(output)
            .topology(builder -> {
                final KGroupedStream<String, Long> numbers = builder.stream("numbers", NUMBERS).groupByKey(GROUPED_NUMBERS);
                final KTable<String, Long> counts = numbers.count(store("counts", NUMBER));
                final KTable<String, Long> sums = numbers.reduce(Long::sum, store("sums", NUMBER));
                counts.outerJoin(sums, (count, sum) -> count + ":" + sum).toStream().to("output", output.produced());
            });
    }

    private static Program streamJoinsOwnCount() {
        final var output = Topics.texts();
        return new Program("stream-joins-own-count", "each record with the count of its key, which it has changed before")
            .input(new Records("stream-joins-own-count").numbers("numbers", 30, 1_000, 3_000).list())
            .output(output)
            .topology(builder -> {
                final KStream<String, Long> numbers = builder.stream("numbers", NUMBERS);
                final KTable<String, Long> counts = numbers.groupByKey(GROUPED_NUMBERS).count(store("counts", NUMBER));
                numbers.leftJoin(counts, (number, count) -> number + "#" + count, Joined.with(TEXT, NUMBER, NUMBER))
                    .to("output", output.produced());
            });
    }

    private static Program joinThenWindow() {
        final var output = Topics.windows(10_000, NUMBER);
        return new Program("join-then-window", "pairs of a left join counted in 10 s windows by the pairs' times")
            .input(new Records("join-then-window").turns(List.of("left", "right"), false, 60, 1_500, 6_000).list())
            .output(output)
            .windowStore("counts")
            .topology(builder -> builder.stream("left", TEXTS)
                .leftJoin(builder.stream("right", TEXTS), (one, other) -> one + "+" + other, NEAR, joined("join"))
                .groupByKey(GROUPED_TEXTS)
                .windowedBy(TUMBLING)
                .count(Materialized.as("counts"))
                .toStream()
                .to("output", output.produced()));
    }

    private static Program filterThenSuppress() {
        final var output = Topics.windows(10_000, NUMBER);
        return new Program("filter-then-suppress", "windows of odd counts, once each closes")
            .input(new Records("filter-then-suppress").numbers("numbers", 70, 2_000, 9_000).flush("numbers", 1L).list())
            .output(output)
            .topology(builder -> builder.stream("numbers", NUMBERS)
                .groupByKey(GROUPED_NUMBERS)
                .windowedBy(TUMBLING)
                .count(Materialized.<String, Long, WindowStore<Bytes, byte[]>>as("counts").withRetention(ofMinutes(10)))
                .filter((window, count) -> count % 2 == 1)
                .suppress(untilWindowCloses(unbounded()))
                .toStream()
                .to("output", output.produced()));
    }

    private static Program joinThenGroup() {
        final var output = Topics.numbers();
        return new Program("table-join-then-group", "joined values counted by their length; old ones are subtracted")
            .input(new Records("table-join-then-group").turns(List.of("left", "right"), true, 60, 1_000, 3_000).list())
            .output(output)
            .keyValueStore("groups")
            .topology(builder -> builder.table("left", TEXTS, Materialized.as("left"))
                .outerJoin(builder.table("right", TEXTS, Materialized.as("right")), (one, other) -> one + "+" + other)
                .groupBy((key, pair) -> KeyValue.pair("length " + pair.length(), pair), GROUPED_TEXTS)
                .count(store("groups", NUMBER))
                .toStream()
                .to("output", output.produced()));
    }

    private static Program windowedTableJoin() {
        final var output = Topics.windows(10_000, TEXT);
        return new Program("windowed-tables-join", "counts and sums of the same windows, joined by window")
            .input(new Records("windowed-tables-join").numbers("numbers", 50, 2_000, 9_000).list())
            .output(output)
            .topology(builder -> {
                final var windowed = builder.stream("numbers", NUMBERS).groupByKey(GROUPED_NUMBERS).windowedBy(TUMBLING);
                windowed.count(Materialized.as("counts"))
                    .leftJoin(windowed.reduce(Long::sum, Materialized.as("sums")), (count, sum) -> count + ":" + sum)
                    .toStream()
                    .to("output", output.produced());
            });
    }

    private static Program mergeThenCount() {
        final var output = Topics.numbers();
        return new Program("merge-then-count", "a stream by its key and by its parity, counted together")
            .input(new Records("merge-then-count").numbers("numbers", 30, 1_000, 3_000).list())
            .output(output)
            .keyValueStore("counts")
            .topology(builder -> {
                final KStream<String, Long> numbers = builder.stream("numbers", NUMBERS);
                numbers.merge(numbers.selectKey((key, value) -> value % 2 == 0 ? "even" : "odd"))
                    .groupByKey(GROUPED_NUMBERS)
                    .count(store("counts", NUMBER))
                    .toStream()
                    .to("output", output.produced());
            });
    }

    private static Program twoGroupsOfOneKey() {
        final var counts = new Program.Output<>("counts", TEXT, NUMBER);
        final var sums = new Program.Output<>("sums", TEXT, NUMBER);
        return new Program("rekeyed-twice-used", "a stream by parity, counted and summed")
            .input(new Records("rekeyed-twice-used").numbers("numbers", 30, 1_000, 3_000).list())
            .output(counts, sums)
            .topology(builder -> {
                final KGroupedStream<String, Long> parities = builder.stream("numbers", NUMBERS)
                    .selectKey((key, value) -> value % 2 == 0 ? "even" : "odd")
                    .groupByKey(GROUPED_NUMBERS);
                parities.count(store("counted", NUMBER)).toStream().to("counts", counts.produced());
                parities.reduce(Long::sum, store("summed", NUMBER)).toStream().to("sums", sums.produced());
            });
    }

    private static Program tableRekeyed() {
        final var output = Topics.texts();
        return new Program("table-rekeyed", "a table's changes by another key as a table; tombstones go along")
            .input(new Records("table-rekeyed").turns(List.of("prices"), true, 40, 1_000, 3_000).list())
            .output(output)
            .keyValueStore("rekeyed")
            .topology(builder -> builder.table("prices", TEXTS, Materialized.as("prices"))
                .toStream()
                .selectKey((key, value) -> key.equals("a") ? "x" : "y")
                .toTable(Materialized.as("rekeyed"))
                .toStream()
                .to("output", output.produced()));
    }

    private static int lastDigit(final String value) {
        return value.charAt(value.length() - 1) - '0';
    }

    private static <V> Materialized<String, V, KeyValueStore<Bytes, byte[]>> store(final String name, final Serde<V> value) {
        return Materialized.<String, V, KeyValueStore<Bytes, byte[]>>as(name).withKeySerde(TEXT).withValueSerde(value);
    }
}
