package peer;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** When the first changelog began to be read, when the last was at its end, and how many records that were. */
final class RestoreTimes implements StateRestoreListener {
    private final AtomicLong beganMs = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong endedMs = new AtomicLong();
    private final AtomicLong records = new AtomicLong();

    @Override
    public void onRestoreStart(final TopicPartition partition, final String store, final long from, final long to) {
        beganMs.accumulateAndGet(System.currentTimeMillis(), Math::min);
    }

    @Override
    public void onBatchRestored(final TopicPartition partition, final String store, final long to, final long count) {}

    @Override
    public void onRestoreEnd(final TopicPartition partition, final String store, final long total) {
        records.addAndGet(total);
        endedMs.accumulateAndGet(System.currentTimeMillis(), Math::max);
    }

    /** `restoredMs` is from the first changelog's start to the last one's end; without any it is 0. */
    String json(final long startedMs, final long runningMs) {
        final long restoredMs = Math.max(0, endedMs.get() - Math.min(beganMs.get(), endedMs.get()));
        return "{\"records\": %d, \"startedMs\": %d, \"runningMs\": %d, \"restoredMs\": %d}"
            .formatted(records.get(), startedMs, runningMs, restoredMs);
    }
}
