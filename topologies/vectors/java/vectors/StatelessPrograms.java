package vectors;

import static vectors.Topics.NUMBER;
import static vectors.Topics.NUMBERS;
import static vectors.Topics.TEXT;
import static vectors.Topics.TEXTS;

import java.util.List;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.KStream;

/** Stateless steps; the vectors show order and times. */
final class StatelessPrograms {
    private static final Program.Output<String, Long> SMALL = new Program.Output<>("small", TEXT, NUMBER);
    private static final Program.Output<String, Long> EVEN = new Program.Output<>("even", TEXT, NUMBER);
    private static final Program.Output<String, Long> REST = new Program.Output<>("rest", TEXT, NUMBER);

    private StatelessPrograms() {}

    static List<Program> all() {
        return List.of(
            program("filter", "numbers above four", stream -> stream.filter((key, value) -> value > 4)),
            program("filter-not", "numbers not above four", stream -> stream.filterNot((key, value) -> value > 4)),
            program("map", "a new key and a new value", stream ->
                stream.map((key, value) -> KeyValue.pair(key + value, value * 10))),
            program("map-values", "a new value, with and without the key", stream ->
                stream.mapValues(value -> value + 1).mapValues((key, value) -> value * key.charAt(0))),
            program("flat-map", "each number as often as it says, up to three times, key by key", stream ->
                stream.flatMap((key, value) -> List.of(KeyValue.pair(key, value), KeyValue.pair(key + "'", value * 10),
                    KeyValue.pair(key + "''", value * 100)).subList(0, (int) (value % 4)))),
            program("flat-map-values", "a number and its double, or nothing", stream ->
                stream.flatMapValues(value -> value > 6 ? List.of() : List.of(value, value * 2))),
            program("select-key", "the key is the number's parity", stream ->
                stream.selectKey((key, value) -> value % 2 == 0 ? "even" : "odd")),
            merge(), branch(), nulls());
    }

    private static Program program(final String name, final String description,
            final Function<KStream<String, Long>, KStream<String, Long>> step) {
        final var output = Topics.numbers();
        return new Program(name, description)
            .input(new Records(name).numbers("numbers", 25, 1_000, 3_000).list())
            .output(output)
            .topology(builder -> step.apply(builder.stream("numbers", NUMBERS)).to("output", output.produced()));
    }

    private static Program merge() {
        final var output = Topics.texts();
        return new Program("merge", "two streams as one, and one of them twice")
            .input(new Records("merge").turns(List.of("left", "right"), false, 25, 1_000, 3_000).list())
            .output(output)
            .topology(builder -> {
                final KStream<String, String> left = builder.stream("left", TEXTS);
                left.merge(builder.stream("right", TEXTS))
                    .merge(left.mapValues(value -> value + " again"))
                    .to("output", output.produced());
            });
    }

    private static Program branch() {
        return new Program("branch", "to the first branch that takes it, else to the rest")
            .input(new Records("branch").numbers("numbers", 25, 1_000, 3_000).list())
            .output(SMALL, EVEN, REST)
            .topology(builder -> builder.stream("numbers", NUMBERS)
                .split()
                .branch((key, value) -> value < 4, Branched.withConsumer(small -> small.to("small", SMALL.produced())))
                .branch((key, value) -> value % 2 == 0, Branched.withConsumer(even -> even.to("even", EVEN.produced())))
                .defaultBranch(Branched.withConsumer(rest -> rest.to("rest", REST.produced()))));
    }

    private static Program nulls() {
        final var output = Topics.texts();
        return new Program("stateless-nulls", "null keys and values pass through steps without memory")
            .input(new Records("stateless-nulls")
                .pipe("words", null, "w0", 1_000)
                .pipe("words", "a", null, 1_000)
                .pipe("words", null, null, 1_000)
                .turns(List.of("words"), true, 12, 1_000, 3_000).list())
            .output(output)
            .topology(builder -> builder.stream("words", TEXTS)
                .filter((key, value) -> !"b".equals(key))
                .mapValues((key, value) -> key + "=" + value)
                .to("output", output.produced()));
    }
}
