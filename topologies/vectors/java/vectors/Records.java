package vectors;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.streams.kstream.EmitStrategy;

/**
 * Input of a program: records at window borders first, then random ones. The program's name and the salt are the seed.
 */
final class Records {
    private static final String SALT = System.getProperty("vectors.salt", "");
    private static final int TIMES = Integer.getInteger("vectors.times", 1);
    private static final long[] BESIDE = {0, 0, 0, -1, 1};

    private final List<Piped> list = new ArrayList<>();
    private final Random random;
    private long clockMs;
    private int written;

    Records(final String seed) {
        random = new Random((seed + SALT).hashCode());
    }

    Records pipe(final String topic, final String key, final Object value, final long timestampMs) {
        list.add(new Piped(topic, key, value, timestampMs));
        clockMs = Math.max(clockMs, timestampMs);
        return this;
    }

    /**
     * Numbers 1 to 9 for three keys. A third of them come up to `lateMs` out of order, some at the same time as others.
     */
    Records numbers(final String topic, final int count, final int stepMs, final int lateMs) {
        for (int i = 0; i < count * TIMES; i++) pipe(topic, key(), (long) (1 + random.nextInt(9)), time(stepMs, lateMs));
        return this;
    }

    Records tombstone(final String topic) {
        return pipe(topic, key(), null, time(1_000, 1_000));
    }

    /** Values made of topic and sequence, `l1`, `r2`, over several topics; every eighth is null if asked. */
    Records turns(final List<String> topics, final boolean nulls, final int count, final int stepMs, final int lateMs) {
        for (int i = 0; i < count * TIMES; i++) {
            final String topic = topics.get(random.nextInt(topics.size()));
            final String value = topic.charAt(0) + String.valueOf(++written);
            pipe(topic, key(), nulls && random.nextInt(8) == 0 ? null : value, time(stepMs, lateMs));
        }
        return this;
    }

    /** A record with a separate key, so late that every window before it closes. */
    Records flush(final String topic, final Object value) {
        return pipe(topic, "z", value, clockMs + 60_000);
    }

    /** The records, plus a last one that closes windows where results wait for that. */
    static List<Piped> ended(final Records records, final EmitStrategy emit, final String topic) {
        return (emit.type() == EmitStrategy.StrategyType.ON_WINDOW_CLOSE ? records.flush(topic, 1L) : records).list;
    }

    List<Piped> list() {
        return list;
    }

    private String key() {
        return String.valueOf((char) ('a' + random.nextInt(3)));
    }

    /** Mostly at half seconds, where windows end, or 1 ms beside them. */
    private long time(final int stepMs, final int lateMs) {
        final int kind = random.nextInt(6);
        if (kind == 2) return clockMs;
        final long about = kind < 2 ? clockMs - random.nextInt(lateMs) : clockMs + random.nextInt(stepMs);
        return Math.max(0, about / 500 * 500 + BESIDE[random.nextInt(BESIDE.length)]);
    }
}
