import type { AnyTopic } from '@sightline/schemas/topic';
import type { GlobalProcessor, Processor } from './processor.ts';
import type { AnyStoreBuilder } from './store/any-store-builder.ts';
import type { StreamRecord } from './stream-record.ts';

/** Moves a source's time while no records come. */
export interface WhenIdle {
  /** Ms without a new record, at the end of the log, after which stream time moves by the same amount. */
  readonly afterMs: number;
  /** Later moves are of this size and at this interval, ms; default `afterMs`. */
  readonly stepMs?: number;
}

/**
 * Event time of a source record in ms since 1970. `partitionTimeMs`: the highest of this partition so far, -1 before
 * the first.
 */
export type TimestampExtractor<K, V> = (record: StreamRecord<K, V>, partitionTimeMs: number) => number;

/** The partition of a sink's records: the task's own (topics with the same partition count), or by key as in Java. */
export type SinkPartition = 'own' | 'by-key';

// biome-ignore lint/suspicious/noExplicitAny: a graph holds nodes of all types; the DSL checks them
type Any = any;
export type AnyProcessor = Processor<Any, Any, Any, Any>;

export interface SourceOptions<K, V> {
  readonly timestampExtractor?: TimestampExtractor<K, V>;
  /**
   * `pass`: null keys and values reach the processors, as in Kafka Streams. Default `refuse`: they count as
   * undecodable.
   */
  readonly nulls?: 'refuse' | 'pass';
  /** Moves time while no records come; the source must be the only one of its subtopology. */
  readonly whenIdle?: WhenIdle;
}

export interface SourceNode {
  readonly kind: 'source';
  readonly name: string;
  readonly topic: AnyTopic;
  readonly timestampExtractor: TimestampExtractor<Any, Any> | undefined;
  readonly nulls: 'refuse' | 'pass';
  readonly whenIdle?: WhenIdle | undefined;
}

/** A topic between two subtopologies of one application. The application creates, fills, reads and purges it. */
export interface RepartitionTopic {
  readonly topic: AnyTopic;
  /** Undefined: as many as the sources of its records have. */
  readonly partitions: number | undefined;
}

export interface ProcessorNode {
  readonly kind: 'processor';
  readonly name: string;
  readonly supplier: () => AnyProcessor;
  readonly parents: readonly string[];
  readonly stores: readonly string[];
}

export interface SinkNode {
  readonly kind: 'sink';
  readonly name: string;
  readonly topic: AnyTopic;
  readonly parents: readonly string[];
  readonly partition: SinkPartition | undefined;
}

export type TopologyNode = SourceNode | ProcessorNode | SinkNode;

export interface GlobalStoreNode {
  readonly name: string;
  readonly topic: AnyTopic;
  readonly supplier: () => GlobalProcessor<Any, Any>;
}

/** Nodes that are connected by edges or by a shared state store. There is one task per partition. */
export interface Subtopology {
  readonly id: number;
  /** In the order they were added: parents before children. */
  readonly nodes: readonly TopologyNode[];
  readonly sources: readonly SourceNode[];
  readonly sinks: readonly SinkNode[];
  readonly stores: readonly AnyStoreBuilder[];
}
