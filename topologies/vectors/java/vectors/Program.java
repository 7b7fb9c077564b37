package vectors;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Produced;

/** A topology in Kafka Streams' DSL, its input records, and the outputs and stores that are recorded. */
final class Program {
    enum StoreKind { KEY_VALUE, WINDOW, SESSION }

    record Output<K, V>(String topic, Serde<K> key, Serde<V> value) {
        Produced<K, V> produced() {
            return Produced.with(key, value);
        }
    }

    final String name;
    final String description;
    final List<Piped> input = new ArrayList<>();
    final List<Output<?, ?>> outputs = new ArrayList<>();
    final Map<String, StoreKind> stores = new LinkedHashMap<>();
    Consumer<StreamsBuilder> topology;

    Program(final String name, final String description) {
        this.name = name;
        this.description = description;
    }

    Program input(final Collection<Piped> records) {
        input.addAll(records);
        return this;
    }

    Program output(final Output<?, ?>... topics) {
        outputs.addAll(List.of(topics));
        return this;
    }

    Program keyValueStore(final String store) {
        stores.put(store, StoreKind.KEY_VALUE);
        return this;
    }

    Program windowStore(final String store) {
        stores.put(store, StoreKind.WINDOW);
        return this;
    }

    Program sessionStore(final String store) {
        stores.put(store, StoreKind.SESSION);
        return this;
    }

    Program topology(final Consumer<StreamsBuilder> graph) {
        topology = graph;
        return this;
    }
}
