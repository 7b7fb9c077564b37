package vectors;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.WindowedSerdes;

/** Serdes under short names. Every key is text; every value is text or a number. */
final class Topics {
    static final Serde<String> TEXT = Serdes.String();
    static final Serde<Long> NUMBER = Serdes.Long();
    static final Serde<Windowed<String>> SESSION = new WindowedSerdes.SessionWindowedSerde<>(TEXT);

    static final Consumed<String, String> TEXTS = Consumed.with(TEXT, TEXT);
    static final Consumed<String, Long> NUMBERS = Consumed.with(TEXT, NUMBER);
    static final Grouped<String, String> GROUPED_TEXTS = Grouped.with(TEXT, TEXT);
    static final Grouped<String, Long> GROUPED_NUMBERS = Grouped.with(TEXT, NUMBER);

    private Topics() {}

    static Serde<Windowed<String>> windowed(final long sizeMs) {
        return new WindowedSerdes.TimeWindowedSerde<>(TEXT, sizeMs);
    }

    static StreamJoined<String, String, String> joined(final String store) {
        return StreamJoined.with(TEXT, TEXT, TEXT).withName(store).withStoreName(store);
    }

    static Program.Output<String, String> texts() {
        return new Program.Output<>("output", TEXT, TEXT);
    }

    static Program.Output<String, Long> numbers() {
        return new Program.Output<>("output", TEXT, NUMBER);
    }

    static <V> Program.Output<Windowed<String>, V> windows(final long sizeMs, final Serde<V> value) {
        return new Program.Output<>("output", windowed(sizeMs), value);
    }

    static <V> Program.Output<Windowed<String>, V> sessions(final Serde<V> value) {
        return new Program.Output<>("output", SESSION, value);
    }
}
