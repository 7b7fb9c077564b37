package vectors;

import static vectors.Topics.GROUPED_NUMBERS;
import static vectors.Topics.NUMBER;
import static vectors.Topics.NUMBERS;
import static vectors.Topics.TEXT;

import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KGroupedTable;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;

/** A table of numbers, filtered, mapped and regrouped: a number moves between groups when it changes. */
final class TablePrograms {
    private TablePrograms() {}

    static List<Program> all() {
        return List.of(
            numbers("table-to-stream", "every update and tombstone", table -> table),
            numbers("table-filter", "what stops to match becomes a tombstone, if it was there", table ->
                table.filter((key, value) -> value > 4)),
            numbers("table-filter-store", "the same with a store of its own: a tombstone only for what was seen", table ->
                table.filter((key, value) -> value > 4, store("kept", NUMBER))).keyValueStore("kept"),
            numbers("table-filter-not", "the opposite", table ->
                table.filterNot((key, value) -> value > 4)),
            numbers("table-map-values", "tombstones stay tombstones", table ->
                table.mapValues(value -> value * 100)),
            numbers("table-map-values-store", "mapped with the key's length, in a store", table ->
                table.mapValues((key, value) -> value * 100 + key.length(), store("mapped", NUMBER)))
                .keyValueStore("mapped"),
            grouped("table-group-by-count", "how many keys have odd and even numbers", NUMBER, table ->
                table.count(store("groups", NUMBER))),
            grouped("table-group-by-reduce", "their sums", NUMBER, table ->
                table.reduce(Long::sum, (sum, value) -> sum - value, store("groups", NUMBER))),
            grouped("table-group-by-aggregate", "what was added and subtracted, in turn", TEXT, table ->
                table.aggregate(() -> "", (key, value, text) -> text + "+" + value,
                    (key, value, text) -> text + "-" + value, store("groups", TEXT))));
    }

    private static Program numbers(final String name, final String description,
            final Function<KTable<String, Long>, KTable<String, Long>> step) {
        final var output = Topics.numbers();
        return new Program(name, description)
            .input(updates(name))
            .output(output)
            .keyValueStore("numbers")
            .topology(builder -> step
                .apply(builder.table("numbers", NUMBERS, Materialized.as("numbers")))
                .toStream()
                .to("output", output.produced()));
    }

    private static <V> Program grouped(final String name, final String description, final Serde<V> serde,
            final Function<KGroupedTable<String, Long>, KTable<String, V>> step) {
        final var output = new Program.Output<>("output", TEXT, serde);
        return new Program(name, description)
            .input(updates(name))
            .output(output)
            .keyValueStore("groups")
            .topology(builder -> step
                .apply(builder.table("numbers", NUMBERS, Materialized.as("numbers"))
                    .groupBy((key, value) -> KeyValue.pair(value % 2 == 0 ? "even" : "odd", value), GROUPED_NUMBERS))
                .toStream()
                .to("output", output.produced()));
    }

    private static List<Piped> updates(final String name) {
        final Records records = new Records(name)
            .pipe("numbers", "a", 3L, 1_000)
            .pipe("numbers", "a", 5L, 2_000)
            .pipe("numbers", "a", 7L, 1_500) // older, but accepted
            .pipe("numbers", "b", 2L, 2_000)
            .pipe("numbers", "b", null, 3_000)
            .pipe("numbers", "b", null, 3_000) // a second tombstone
            .pipe("numbers", "c", null, 3_000) // never existed
            .pipe("numbers", null, 4L, 3_000) // no key: dropped
            .pipe("numbers", "a", 8L, 4_000)
            .pipe("numbers", "a", 8L, 5_000); // the same value again
        for (int round = 0; round < 5; round++) records.numbers("numbers", 6, 1_000, 3_000).tombstone("numbers");
        return records.list();
    }

    private static <V> Materialized<String, V, KeyValueStore<Bytes, byte[]>> store(final String name, final Serde<V> value) {
        return Materialized.<String, V, KeyValueStore<Bytes, byte[]>>as(name).withKeySerde(TEXT).withValueSerde(value);
    }
}
