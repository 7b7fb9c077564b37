package vectors;

import static vectors.Topics.TEXT;
import static vectors.Topics.TEXTS;

import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;

/** A stream with a table, a stream with a global table, a table with a table. */
final class TableJoinPrograms {
    private static final Joined<String, String, String> JOINED = Joined.with(TEXT, TEXT, TEXT);

    private TableJoinPrograms() {}

    static List<Program> all() {
        return List.of(
            streamTable("stream-table-inner", "orders at the price of the moment", false,
                (orders, prices) -> orders.join(prices, TableJoinPrograms::both, JOINED)),
            streamTable("stream-table-left", "orders with their price or none", false,
                (orders, prices) -> orders.leftJoin(prices, TableJoinPrograms::both, JOINED)),
            streamTable("stream-table-inner-nulls", "orders without key or value are dropped", true,
                (orders, prices) -> orders.join(prices, TableJoinPrograms::both, JOINED)),
            streamTable("stream-table-left-nulls", "orders without key find nothing, those without value pass", true,
                (orders, prices) -> orders.leftJoin(prices, TableJoinPrograms::both, JOINED)),
            global("global-table-inner", "orders with the price of the thing they name", false,
                (orders, prices) -> orders.join(prices, TableJoinPrograms::thing, TableJoinPrograms::both)),
            global("global-table-left", "orders with the price of the thing they name, or none", false,
                (orders, prices) -> orders.leftJoin(prices, TableJoinPrograms::thing, TableJoinPrograms::both)),
            global("global-table-left-nulls", "orders whose thing is null find nothing and pass", true,
                (orders, prices) -> orders.leftJoin(prices, TableJoinPrograms::thing, TableJoinPrograms::both)),
            tables("table-table-inner", "both or a tombstone", (left, right) ->
                left.join(right, TableJoinPrograms::both, store())),
            tables("table-table-left", "left with right or null", (left, right) ->
                left.leftJoin(right, TableJoinPrograms::both, store())),
            tables("table-table-outer", "either with either or null", (left, right) ->
                left.outerJoin(right, TableJoinPrograms::both, store())));
    }

    private static String both(final String one, final String other) {
        return one + "+" + other;
    }

    /** An order refers to a key by the last digit of its number: `o17` refers to b. */
    private static String thing(final String key, final String order) {
        return order == null ? null : String.valueOf("abcd".charAt(order.charAt(order.length() - 1) % 4));
    }

    private static Program streamTable(final String name, final String description, final boolean nulls,
            final BiFunction<KStream<String, String>, KTable<String, String>, KStream<String, String>> join) {
        final var output = Topics.texts();
        return new Program(name, description)
            .input(orders(name, nulls))
            .output(output)
            .keyValueStore("prices")
            .topology(builder -> join
                .apply(builder.stream("orders", TEXTS), builder.table("prices", TEXTS, Materialized.as("prices")))
                .to("output", output.produced()));
    }

    private static Program global(final String name, final String description, final boolean nulls,
            final BiFunction<KStream<String, String>, GlobalKTable<String, String>, KStream<String, String>> join) {
        final var output = Topics.texts();
        return new Program(name, description)
            .input(orders(name, nulls))
            .output(output)
            .topology(builder -> join
                .apply(builder.stream("orders", TEXTS), builder.globalTable("prices", TEXTS, Materialized.as("prices")))
                .to("output", output.produced()));
    }

    private static List<Piped> orders(final String name, final boolean nulls) {
        final Records records = new Records(name)
            .pipe("orders", "a", "o1", 1_000) // before any price
            .pipe("prices", "a", "p2", 2_000)
            .pipe("orders", "a", "o3", 1_500) // older than the price: still joins the present price
            .pipe("prices", "a", "p4", 1_000) // older than the price it replaces
            .pipe("orders", "a", "o5", 3_000)
            .pipe("prices", "a", null, 4_000)
            .pipe("orders", "a", "o6", 4_000)
            .pipe("prices", "b", null, 4_000) // a tombstone of a missing key
            .pipe("orders", "b", "o7", 5_000)
            .pipe("prices", "b", "p8", 5_000)
            .pipe("orders", "b", "o9", 5_000);
        if (nulls) {
            records.pipe("orders", null, "o10", 6_000)
                .pipe("orders", "b", null, 6_000)
                .pipe("orders", null, null, 6_000)
                .pipe("prices", null, "p11", 6_000)
                .pipe("orders", "c", null, 6_000);
        }
        return records.turns(List.of("orders", "orders", "prices"), nulls, 40, 1_000, 3_000).list();
    }

    private static Program tables(final String name, final String description,
            final BiFunction<KTable<String, String>, KTable<String, String>, KTable<String, String>> join) {
        final var output = Topics.texts();
        final Records records = new Records(name)
            .pipe("left", "a", "L1", 1_000)
            .pipe("right", "a", "R1", 2_000)
            .pipe("left", "a", "L2", 1_500) // older: the join has the later time
            .pipe("right", "a", null, 3_000)
            .pipe("right", "a", null, 3_500) // a second tombstone
            .pipe("left", "a", null, 4_000)
            .pipe("right", "b", "R2", 4_000)
            .pipe("left", "b", null, 4_000) // a tombstone of a missing key
            .pipe("left", "b", "L3", 4_500)
            .pipe("left", null, "L4", 5_000) // no key: dropped
            .pipe("right", "b", "R3", 4_400);
        return new Program(name, description)
            .input(records.turns(List.of("left", "right"), true, 50, 1_000, 3_000).list())
            .output(output)
            .keyValueStore("joined")
            .topology(builder -> join
                .apply(builder.table("left", TEXTS, Materialized.as("left")),
                    builder.table("right", TEXTS, Materialized.as("right")))
                .toStream()
                .to("output", output.produced()));
    }

    private static Materialized<String, String, KeyValueStore<Bytes, byte[]>> store() {
        return Materialized.<String, String, KeyValueStore<Bytes, byte[]>>as("joined")
            .withKeySerde(TEXT).withValueSerde(TEXT);
    }
}
