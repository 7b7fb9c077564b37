export type SerdeHeaders = readonly (readonly [name: string, value: Buffer])[];

/** Turns values of one type into bytes and back. Both directions are synchronous and pure. */
export interface Serde<T> {
  /** Names the format and its version, for `describe()` and for the deploy check that state stays readable. */
  readonly name: string;
  serialize(value: T): Buffer;
  /** Kafka headers to put on every record written with this serde (e.g. its schema's fingerprint). */
  readonly headers?: SerdeHeaders;
  /** Throws when the bytes do not decode; the same bytes and headers always give the same answer. */
  deserialize(bytes: Buffer, headers?: SerdeHeaders): T;
  /**
   * Prepares bytes that need something fetched before they decode (a new writer's schema). Returns undefined when
   * `deserialize` can be called at once, otherwise a promise to wait for.
   */
  prepare?(bytes: Buffer, headers?: SerdeHeaders): Promise<void> | undefined;
}

/** What a record says of itself beside its value. */
export interface RecordFacts<K> {
  readonly key: K;
  /** Timestamp of the record: the time at which the log stored it (LogAppendTime), in ms since 1970. */
  readonly writtenAtMs: number;
}

/** `delete` keeps records by time and bytes, `compact` the latest of each key. */
export type Cleanup = 'delete' | 'compact';

export interface TopicOptions<K, V> {
  readonly key: Serde<K>;
  readonly value: Serde<V>;
  readonly cleanup: Cleanup;
  /** `timeMs` -1 keeps records for ever; `bytes` is per partition, -1 without bound. */
  readonly retention: { readonly timeMs: number; readonly bytes?: number };
  /** Fixed at creation; absent: the cell's default (4 embedded). */
  readonly partitions?: number;
  /** Kafka's own topic settings beside those above, e.g. `max.message.bytes`. */
  readonly config?: Readonly<Record<string, string>>;
  /**
   * Why the value does not belong to its record, in a sentence that names the field and the fix; undefined: it does.
   * Every reader treats a refused record as one that does not decode. Pure, so all readers and replays agree.
   */
  check?(value: NoInfer<V>, facts: RecordFacts<K>): string | undefined;
  /**
   * True: every writer uses Kafka's default partitioner, and readers refuse a record in a partition that its key does
   * not belong to. Absent: a record may be in any partition.
   */
  readonly byKey?: boolean;
}

/** A Kafka topic with the types of its keys and values. Its name excludes the cell's NAME_PREFIX. */
export interface Topic<K, V> extends TopicOptions<K, V> {
  readonly name: string;
}

// biome-ignore lint/suspicious/noExplicitAny: keys and values of any type, for lists of topics
export type AnyTopic = Topic<any, any>;

/** The broker's default of `max.message.bytes`: the largest batch that a topic takes. */
const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

/** Largest batch that the topic takes (max.message.bytes), in bytes after compression. */
export const maxMessageBytes = ({ config }: Pick<AnyTopic, 'config'>): number =>
  Number(config?.['max.message.bytes'] ?? DEFAULT_MAX_MESSAGE_BYTES);

/** Declares a topic once; readers import the value. Name: plural noun, lower-kebab, no dots. */
export function topic<K, V>(name: string, options: TopicOptions<K, V>): Topic<K, V> {
  return { name, ...options };
}
