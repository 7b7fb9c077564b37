/** Kafka headers in order; a name may come more than once. */
export type RecordHeaders = readonly (readonly [name: string, value: Buffer])[];

/** A record in a topology. Immutable, with all its parts. */
export interface StreamRecord<K, V> {
  readonly key: K;
  readonly value: V;
  /** Event time in ms since 1970, from the source's timestamp extractor or the forwarding processor. */
  readonly timestampMs: number;
  readonly headers: RecordHeaders;
}

/** A record to forward; without `headers` it has none. */
export type ForwardedRecord<K, V> = Omit<StreamRecord<K, V>, 'headers'> & { readonly headers?: RecordHeaders };

/** Place of a record in the log. */
export interface RecordMetadata {
  /** The topology's name of the topic, without the cell's prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** The record's timestamp in the log, ms since 1970: the time of writing in topics with LogAppendTime. */
  readonly writtenAtMs: number;
}
