package peer;

import static java.time.Duration.ofSeconds;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Kafka Streams doing the work of our benchmark, on the same topic. Prints one line of JSON and ends: mode `count` when
 * the whole input topic is committed, mode `restore` when the state is restored on an emptied disk.
 */
public final class CountingPeer {
    private static final Serde<String> TEXT = Serdes.String();
    private static final Serde<Long> NUMBER = Serdes.Long();
    private static final long LOOK_EVERY_MS = 20;

    private final Map<String, String> options;

    private CountingPeer(final Map<String, String> options) {
        this.options = options;
    }

    public static void main(final String[] arguments) throws Exception {
        final Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) options.put(arguments[i].substring(2), arguments[i + 1]);
        new CountingPeer(options).run();
        System.exit(0);
    }

    private void run() throws Exception {
        final Properties config = config();
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch failed = new CountDownLatch(1);
        final RestoreTimes restores = new RestoreTimes();
        final boolean restoring = option("mode").equals("restore");
        final KafkaStreams streams = new KafkaStreams(topology(config), config);
        try {
            if (restoring) streams.cleanUp();
            streams.setGlobalStateRestoreListener(restores);
            streams.setStateListener((state, before) -> {
                if (state == KafkaStreams.State.RUNNING) running.countDown();
                if (state == KafkaStreams.State.ERROR) failed.countDown();
            });
            final long startedMs = System.currentTimeMillis();
            streams.start();
            while (!running.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) check(failed);
            final long runningMs = System.currentTimeMillis();
            if (restoring) {
                System.out.println(restores.json(startedMs, runningMs));
                return;
            }
            final long records = untilCommitted(failed);
            final long committedMs = System.currentTimeMillis();
            System.out.printf("{\"records\": %d, \"startedMs\": %d, \"runningMs\": %d, \"committedMs\": %d}%n", records,
                startedMs, runningMs, committedMs);
        } finally {
            // Without this, the next one waits for this member's session timeout.
            streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        }
    }

    /** Waits until the group's committed offsets are the ends of the input's partitions. Returns their sum. */
    private long untilCommitted(final CountDownLatch failed) throws Exception {
        final Map<String, Object> connection = Map.of(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, option("brokers"));
        try (Admin admin = Admin.create(connection)) {
            final var description = admin.describeTopics(Set.of(option("input"))).allTopicNames().get().get(option("input"));
            final var latest = description.partitions().stream().collect(Collectors.toMap(
                partition -> new TopicPartition(option("input"), partition.partition()), partition -> OffsetSpec.latest()));
            final var ends = admin.listOffsets(latest).all().get();
            while (true) {
                final var committed = admin.listConsumerGroupOffsets(option("application"))
                    .partitionsToOffsetAndMetadata().get();
                final boolean done = ends.entrySet().stream().allMatch(end -> {
                    final var offset = committed.get(end.getKey());
                    return (offset == null ? 0 : offset.offset()) >= end.getValue().offset();
                });
                if (done) return ends.values().stream().mapToLong(end -> end.offset()).sum();
                check(failed);
                Thread.sleep(LOOK_EVERY_MS);
            }
        }
    }

    private static void check(final CountDownLatch failed) {
        if (failed.getCount() == 0) throw new IllegalStateException("Kafka Streams ended with an error");
    }

    private Topology topology(final Properties config) {
        final StreamsBuilder builder = new StreamsBuilder();
        final KStream<String, String> input = builder.stream(option("input"), Consumed.with(TEXT, TEXT));
        if (option("aggregation").equals("total")) total(input.groupByKey());
        else tumbling(input.groupByKey());
        return builder.build(config);
    }

    private void tumbling(final KGroupedStream<String, String> input) {
        input.windowedBy(TimeWindows.ofSizeAndGrace(ofSeconds(10), ofSeconds(5)))
            .count(Materialized.<String, Long, WindowStore<Bytes, byte[]>>as("counts").withValueSerde(NUMBER))
            .toStream()
            .to(option("output"), Produced.with(new WindowedSerdes.TimeWindowedSerde<>(TEXT, 10_000L), NUMBER));
    }

    private void total(final KGroupedStream<String, String> input) {
        input.count(Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("counts").withValueSerde(NUMBER))
            .toStream()
            .to(option("output"), Produced.with(TEXT, NUMBER));
    }

    private Properties config() {
        final Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, option("application"));
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, option("brokers"));
        config.put(StreamsConfig.STATE_DIR_CONFIG, option("state-dir"));
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, option("guarantee"));
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, option("threads"));
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, option("commit-interval-ms"));
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        if (option("store").equals("memory"))
            config.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG, BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
        return config;
    }

    private String option(final String name) {
        final String value = options.get(name);
        if (value == null) throw new IllegalArgumentException("--" + name + " is missing");
        return value;
    }
}
