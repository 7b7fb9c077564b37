import type {
  Processor,
  ProcessorContext,
  StreamRecord,
  WindowStore,
  WindowStoreBuilder,
} from '@sightline/processors/runtime';

/**
 * Stores one side's records for lookups by the other side. A record past its window and grace is late: it is not
 * stored, but still joins stored records.
 */
export class JoinBuffer<K, V> implements Processor<K | null, V | null, K | null, V | null> {
  readonly #builder: WindowStoreBuilder<K, V>;
  #context: ProcessorContext<K | null, V | null> | undefined;
  #store: WindowStore<K, V> | undefined;
  /** Used for accounting only; the store itself drops expired records. */
  #observedMs = -1;
  #observedBeforeMs = -1;

  constructor(builder: WindowStoreBuilder<K, V>) {
    this.#builder = builder;
  }

  init(context: ProcessorContext<K | null, V | null>): void {
    this.#context = context;
    this.#store = context.stateStore(this.#builder);
    context.onUndo(() => {
      this.#observedMs = this.#observedBeforeMs;
    });
  }

  /** Looks up the other side first, so a record that comes on both sides joins itself once. */
  process(record: StreamRecord<K | null, V | null>): void {
    const { key, value, timestampMs } = record;
    this.#context?.forward(record);
    if (key === null || value === null) return;
    this.#observedBeforeMs = this.#observedMs;
    if (timestampMs > this.#observedMs) this.#observedMs = timestampMs;
    else if (timestampMs <= this.#observedMs - this.#builder.retentionMs) this.#tellLate();
    this.#store?.put(key, value, timestampMs);
  }

  /** Undoes the count of a dropped record: Kafka Streams does not count it, because it was joined. */
  #tellLate(): void {
    this.#context?.account('late');
    this.#context?.countDropped(-1);
  }
}
