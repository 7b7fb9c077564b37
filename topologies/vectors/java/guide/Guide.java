package guide;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.apache.kafka.streams.kstream.Suppressed.BufferConfig.unbounded;
import static org.apache.kafka.streams.kstream.Suppressed.untilWindowCloses;

import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The Java side of GUIDE.md, compiled with the vectors, so that it stays correct. */
final class Guide {
    record Order(String customer, long cents) {}

    private static final Serde<String> TEXT = Serdes.String();
    private static final Serde<Long> NUMBER = Serdes.Long();
    private final Serde<Order> order;

    Guide(final Serde<Order> order) {
        this.order = order;
    }

    void perCustomer(final StreamsBuilder builder) {
        builder.stream("orders", Consumed.with(TEXT, order))
            .groupBy((id, order) -> order.customer(), Grouped.with("by-customer", TEXT, order))
            .count(Materialized.as("orders-per-customer"))
            .toStream()
            .to("counts", Produced.with(TEXT, NUMBER));
    }

    void perMinute(final StreamsBuilder builder) {
        builder.stream("orders", Consumed.with(TEXT, order))
            .selectKey((id, order) -> order.customer())
            .groupByKey(Grouped.with("by-customer", TEXT, order))
            .windowedBy(TimeWindows.ofSizeAndGrace(ofMinutes(1), ofSeconds(10)))
            .count(Materialized.as("orders-per-minute"))
            .suppress(untilWindowCloses(unbounded()))
            .toStream((window, count) -> window.key() + " " + window.window().start())
            .to("counts", Produced.with(TEXT, NUMBER));
        // late records are dropped, and counted in dropped-records-total
    }

    void named(final StreamsBuilder builder) {
        final KTable<String, String> names = builder.table("customers", Consumed.with(TEXT, TEXT));
        builder.stream("orders", Consumed.with(TEXT, order))
            .selectKey((id, order) -> order.customer())
            .leftJoin(names, (order, name) -> (name == null ? "a stranger" : name) + " orders for " + order.cents(),
                Joined.with(TEXT, order, TEXT))
            .to("texts", Produced.with(TEXT, TEXT));
    }

    void paid(final StreamsBuilder builder) {
        final KStream<String, String> payments = builder.stream("payments", Consumed.with(TEXT, TEXT));
        final JoinWindows within = JoinWindows.ofTimeDifferenceAndGrace(ofMinutes(15), ofMinutes(1)).before(ofMinutes(0));
        builder.stream("orders", Consumed.with(TEXT, order))
            .join(payments, (order, by) -> order.cents() + " by " + by, within, StreamJoined.with(TEXT, order, TEXT))
            .to("texts", Produced.with(TEXT, TEXT));
    }

    static final class Repeats implements Processor<String, Order, String, String> {
        private ProcessorContext<String, String> context;
        private KeyValueStore<String, Long> store;

        @Override
        public void init(final ProcessorContext<String, String> context) {
            this.context = context;
            store = context.getStateStore("last-order");
            context.schedule(ofMinutes(1), PunctuationType.STREAM_TIME, at -> forget(at - ofMinutes(5).toMillis()));
        }

        @Override
        public void process(final Record<String, Order> record) {
            final String customer = record.value().customer();
            final Long before = store.get(customer);
            store.put(customer, record.timestamp());
            if (before == null) return;
            context.forward(record.withValue(customer + " again after " + (record.timestamp() - before) + " ms"));
        }

        private void forget(final long until) {
            try (KeyValueIterator<String, Long> all = store.all()) {
                while (all.hasNext()) {
                    final KeyValue<String, Long> last = all.next();
                    if (last.value < until) store.delete(last.key);
                }
            }
        }
    }

    void repeats(final StreamsBuilder builder) {
        builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("last-order"), TEXT, NUMBER));
        builder.stream("orders", Consumed.with(TEXT, order))
            .process(Repeats::new, "last-order")
            .to("texts", Produced.with(TEXT, TEXT));
    }

    KafkaStreams run(final StreamsBuilder builder) {
        final Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "orders-app");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092");
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1);
        final KafkaStreams streams = new KafkaStreams(builder.build(), config);
        streams.start();
        return streams;
    }

    Long ask(final KafkaStreams streams) {
        final ReadOnlyKeyValueStore<String, Long> store = streams.store(
            StoreQueryParameters.fromNameAndType("orders-per-customer", QueryableStoreTypes.<String, Long>keyValueStore()));
        return store.get("ada");
    }
}
