/** Kafka headers in order; a name may come more than once. */
export type RecordHeaders = readonly (readonly [name: string, value: Buffer])[];

/** A record on its way through a topology. Immutable, like everything it carries. */
export interface StreamRecord<K, V> {
  readonly key: K;
  readonly value: V;
  /** Event time in ms since 1970: what the source's timestamp extractor said, or the processor that forwarded it. */
  readonly timestampMs: number;
  readonly headers: RecordHeaders;
}

/** What a processor hands on; without `headers` it carries none. */
export type ForwardedRecord<K, V> = Omit<StreamRecord<K, V>, 'headers'> & { readonly headers?: RecordHeaders };

/** Where a record lies in the log. */
export interface RecordMetadata {
  /** As the topology names it, without the cell's prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}
