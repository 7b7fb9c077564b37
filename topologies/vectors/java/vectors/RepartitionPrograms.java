package vectors;

import static java.time.Duration.ofMillis;
import static vectors.Topics.GROUPED_NUMBERS;
import static vectors.Topics.NUMBER;
import static vectors.Topics.NUMBERS;
import static vectors.Topics.TEXT;
import static vectors.Topics.TEXTS;
import static vectors.Topics.joined;

import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Changed keys through repartition topics; tables of streams; time that only records move. */
final class RepartitionPrograms {
    private static final TimeWindows TUMBLING = TimeWindows.ofSizeAndGrace(ofMillis(10_000), ofMillis(5_000));

    private RepartitionPrograms() {}

    static List<Program> all() {
        return List.of(selectKeyCount(), groupByTumbling(), repartition(), joinByNewKey(), countOfCounts(), toTable(),
            punctuation());
    }

    private static Program selectKeyCount() {
        final var output = Topics.numbers();
        return new Program("select-key-count", "numbers counted by their parity, not their key")
            .input(new Records("select-key-count").numbers("numbers", 40, 1_000, 3_000).list())
            .output(output)
            .keyValueStore("counts")
            .topology(builder -> builder.stream("numbers", NUMBERS)
                .selectKey((key, value) -> value % 2 == 0 ? "even" : "odd")
                .groupByKey(GROUPED_NUMBERS)
                .count(Materialized.as("counts"))
                .toStream()
                .to("output", output.produced()));
    }

    private static Program groupByTumbling() {
        final var output = Topics.windows(10_000, NUMBER);
        return new Program("group-by-tumbling", "sums by parity in 10 s tumbling windows with 5 s grace")
            .input(WindowPrograms.edges("group-by-tumbling").numbers("numbers", 50, 2_000, 9_000).list())
            .output(output)
            .windowStore("sums")
            .topology(builder -> builder.stream("numbers", NUMBERS)
                .groupBy((key, value) -> value % 2 == 0 ? "even" : "odd", GROUPED_NUMBERS)
                .windowedBy(TUMBLING)
                .reduce(Long::sum, Materialized.as("sums"))
                .toStream()
                .to("output", output.produced()));
    }

    private static Program repartition() {
        final var output = Topics.texts();
        return new Program("repartition", "through a topic of its own, by a new key")
            .input(new Records("repartition").turns(List.of("words"), false, 20, 1_000, 3_000).list())
            .output(output)
            .topology(builder -> builder.stream("words", TEXTS)
                .map((key, value) -> KeyValue.pair(value, key))
                .repartition(Repartitioned.with(TEXT, TEXT).withName("by-word"))
                .mapValues(key -> "was " + key)
                .to("output", output.produced()));
    }

    private static Program joinByNewKey() {
        final var output = Topics.texts();
        return new Program("select-key-join", "left by its value's last digit joins right by its own, 5 s around; prices by key")
            .input(new Records("select-key-join").turns(List.of("left", "right", "prices"), false, 50, 1_000, 3_000).list())
            .output(output)
            .topology(builder -> {
                final KStream<String, String> left = byLastDigit(builder.stream("left", TEXTS));
                final KStream<String, String> right = byLastDigit(builder.stream("right", TEXTS));
                left.join(right, (one, other) -> one + "+" + other,
                        JoinWindows.ofTimeDifferenceWithNoGrace(ofMillis(5_000)), joined("join"))
                    .selectKey((key, pair) -> pair.length() % 2 == 0 ? "a" : "b")
                    .leftJoin(builder.table("prices", TEXTS, Materialized.as("prices")),
                        (pair, price) -> pair + "@" + price, Joined.with(TEXT, TEXT, TEXT))
                    .to("output", output.produced());
            });
    }

    private static KStream<String, String> byLastDigit(final KStream<String, String> stream) {
        return stream.selectKey((key, value) -> value.substring(value.length() - 1));
    }

    private static Program countOfCounts() {
        final var output = Topics.numbers();
        return new Program("chained-aggregations", "the highest count any key had in a window of 10 s")
            .input(new Records("chained-aggregations").numbers("numbers", 50, 1_500, 6_000).list())
            .output(output)
            .windowStore("counts")
            .keyValueStore("highest")
            .topology(builder -> builder.stream("numbers", NUMBERS)
                .groupByKey(GROUPED_NUMBERS)
                .windowedBy(TUMBLING)
                .count(Materialized.as("counts"))
                .toStream()
                .groupBy((window, count) -> String.valueOf(window.window().start()), Grouped.with(TEXT, NUMBER))
                .reduce(Math::max, Materialized.as("highest"))
                .toStream()
                .to("output", output.produced()));
    }

    private static Program toTable() {
        final var output = Topics.texts();
        return new Program("to-table", "a stream's latest value by key; nulls are tombstones, records without key are dropped")
            .input(new Records("to-table")
                .pipe("words", "a", "w0", 1_000)
                .pipe("words", null, "w0", 1_000)
                .pipe("words", "b", null, 1_000)
                .turns(List.of("words"), true, 30, 1_000, 3_000).list())
            .output(output)
            .keyValueStore("latest")
            .topology(builder -> builder.stream("words", TEXTS)
                .toTable(Materialized.as("latest"))
                .toStream()
                .to("output", output.produced()));
    }

    private static Program punctuation() {
        final var output = Topics.numbers();
        return new Program("punctuate-stream-time", "every 5 s of stream time: how many records since, at what time")
            .input(new Records("punctuate-stream-time")
                .pipe("numbers", "a", 1L, 0)
                .pipe("numbers", "a", 1L, 4_999)
                .pipe("numbers", "a", 1L, 5_000)
                .pipe("numbers", "a", 1L, 30_001) // jumps over several ticks
                .numbers("numbers", 40, 2_500, 6_000).list())
            .output(output)
            .topology(builder -> builder.stream("numbers", NUMBERS)
                .process(RecordsSince::new)
                .to("output", output.produced()));
    }

    private static final class RecordsSince extends ContextualProcessor<String, Long, String, Long> {
        private long seen;

        @Override
        public void init(final org.apache.kafka.streams.processor.api.ProcessorContext<String, Long> context) {
            super.init(context);
            context.schedule(ofMillis(5_000), PunctuationType.STREAM_TIME, timestampMs -> {
                context.forward(new Record<>("tick", seen, timestampMs));
                seen = 0;
            });
        }

        @Override
        public void process(final Record<String, Long> record) {
            seen++;
        }
    }
}
