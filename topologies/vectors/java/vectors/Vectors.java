package vectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** Runs every program with Kafka Streams' test driver: `java vectors.Vectors FOLDER` writes FOLDER/PROGRAM.json. */
public final class Vectors {
    private Vectors() {}

    public static void main(final String[] arguments) throws IOException {
        final Path folder = Path.of(arguments[0]);
        final List<Program> programs = Stream.of(WindowPrograms.all(), SlidingPrograms.all(), SessionPrograms.all(),
            SuppressPrograms.all(), StreamJoinPrograms.all(), TableJoinPrograms.all(), TablePrograms.all(),
            GroupedPrograms.all(), RepartitionPrograms.all(), StatelessPrograms.all(), CombinedPrograms.all()).flatMap(List::stream).toList();
        final Set<String> names = new HashSet<>();
        for (final Program program : programs) {
            if (!names.add(program.name)) throw new IllegalStateException("two programs are named " + program.name);
            Files.writeString(folder.resolve(program.name + ".json"), run(program));
        }
        System.out.println(programs.size() + " programs");
    }

    private static String run(final Program program) {
        final StreamsBuilder builder = new StreamsBuilder();
        program.topology.accept(builder);
        final Properties config = config(program.name);
        try (var driver = new TopologyTestDriver(builder.build(config), config, Instant.EPOCH)) {
            final List<Vector.Output> output = new ArrayList<>();
            for (int at = 0; at < program.input.size(); at++) {
                pipe(driver, program.input.get(at), at);
                for (final Program.Output<?, ?> topic : program.outputs) read(driver, topic, at, output);
            }
            return Vector.json(program, output, Contents.of(driver, program.stores), dropped(driver));
        }
    }

    /** Without caches, commits and wall clock, so that every update is visible. */
    private static Properties config(final String application) {
        final Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        config.put(StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_WINDOWED_AGGREGATION, 0L);
        config.put(StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_OUTER_JOIN_SPURIOUS_RESULTS_FIX, 0L);
        return config;
    }

    /** A header gives each record its index, so the output shows whose headers it has. */
    private static void pipe(final TopologyTestDriver driver, final Piped record, final int at) {
        final Serializer<Object> value = serializer(record.value());
        driver.createInputTopic(record.topic(), new StringSerializer(), value)
            .pipeInput(new TestRecord<>(record.key(), record.value(),
                new RecordHeaders().add("from", String.valueOf(at).getBytes(UTF_8)), record.timestampMs()));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Serializer<Object> serializer(final Object value) {
        return (Serializer) (value instanceof Long ? new LongSerializer() : new StringSerializer());
    }

    private static <K, V> void read(final TopologyTestDriver driver, final Program.Output<K, V> topic, final int after,
            final List<Vector.Output> output) {
        final var records = driver.createOutputTopic(topic.topic(), topic.key().deserializer(), topic.value().deserializer());
        while (!records.isEmpty()) {
            final TestRecord<K, V> record = records.readRecord();
            final Header from = record.headers().lastHeader("from");
            final String of = from == null ? null : new String(from.value(), UTF_8);
            output.add(new Vector.Output(after, topic.topic(), record.key(), record.value(), record.timestamp(), of));
        }
    }

    /** Kafka Streams counts a record once for every window that it is too late for. */
    private static long dropped(final TopologyTestDriver driver) {
        return driver.metrics().entrySet().stream()
            .filter(metric -> metric.getKey().name().equals("dropped-records-total"))
            .mapToLong(metric -> ((Number) metric.getValue().metricValue()).longValue())
            .sum();
    }
}
