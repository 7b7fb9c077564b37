package peer;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** Start of the first changelog's restore, end of the last one's, and the number of restored records. */
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

    /** `restoredMs`: from the first changelog's start to the last one's end; 0 without any. */
    String json(final long startedMs, final long runningMs) {
        final long restoredMs = Math.max(0, endedMs.get() - Math.min(beganMs.get(), endedMs.get()));
        return "{\"records\": %d, \"startedMs\": %d, \"runningMs\": %d, \"restoredMs\": %d}"
            .formatted(records.get(), startedMs, runningMs, restoredMs);
    }
}
