import type {
  Processor,
  ProcessorContext,
  StreamRecord,
  WindowStore,
  WindowStoreBuilder,
} from '@sightline/processors/runtime';

/**
 * Keeps one side's records for the other side to look into. A record past the window and its grace is late: it is not
 * kept, though it still meets what is there.
 */
export class JoinBuffer<K, V> implements Processor<K | null, V | null, K | null, V | null> {
  readonly #builder: WindowStoreBuilder<K, V>;
  #context: ProcessorContext<K | null, V | null> | undefined;
  #store: WindowStore<K, V> | undefined;
  /** For the account alone: the store knows by itself what is too late. */
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

  /** The other side is asked first, so that a record that comes on both sides meets itself once. */
  process(record: StreamRecord<K | null, V | null>): void {
    const { key, value, timestampMs } = record;
    this.#context?.forward(record);
    if (key === null || value === null) return;
    this.#observedBeforeMs = this.#observedMs;
    if (timestampMs > this.#observedMs) this.#observedMs = timestampMs;
    else if (timestampMs <= this.#observedMs - this.#builder.retentionMs) this.#tellLate();
    this.#store?.put(key, value, timestampMs);
  }

  /** It was joined, and Kafka Streams does not count it as dropped: only later records will not meet it. */
  #tellLate(): void {
    this.#context?.account('late');
    this.#context?.countDropped(-1);
  }
}
