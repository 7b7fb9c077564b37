import type { AnyTopic } from '@sightline/schemas/topic';
import type { GlobalProcessor, Processor } from './processor.ts';
import type { AnyStoreBuilder } from './store/any-store-builder.ts';
import type { StreamRecord } from './stream-record.ts';

/** Lets a source's time go on while nothing comes. */
export interface WhenIdle {
  /** Ms without a record, and with none known to be in the log, after which stream time moves by as much. */
  readonly afterMs: number;
  /** From then on it moves by this, as often; default `afterMs`. */
  readonly stepMs?: number;
}

/** Event time of a source record in ms; `partitionTimeMs` is the highest of this partition so far, -1 before. */
export type TimestampExtractor<K, V> = (record: StreamRecord<K, V>, partitionTimeMs: number) => number;

/** Where a sink's records go: the task's own partition (topics of equal partition count), or by key as in Java. */
export type SinkPartition = 'own' | 'by-key';

// biome-ignore lint/suspicious/noExplicitAny: a graph holds nodes of all types; the DSL keeps them straight
type Any = any;
export type AnyProcessor = Processor<Any, Any, Any, Any>;

export interface SourceOptions<K, V> {
  readonly timestampExtractor?: TimestampExtractor<K, V>;
  /** `pass`: null keys and values reach the processors, as in Kafka Streams. Default `refuse`: they do not decode. */
  readonly nulls?: 'refuse' | 'pass';
  /** Time goes on while nothing comes; the source must be the only one of its subtopology. */
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

/** A topic between two subtopologies of one application, which makes, fills, reads and purges it. */
export interface RepartitionTopic {
  readonly topic: AnyTopic;
  /** Undefined: as many as what is written into it comes from. */
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

/** Nodes that are connected by edges or by a shared state store; one task each per partition. */
export interface Subtopology {
  readonly id: number;
  /** In the order they were added, so parents before children. */
  readonly nodes: readonly TopologyNode[];
  readonly sources: readonly SourceNode[];
  readonly sinks: readonly SinkNode[];
  readonly stores: readonly AnyStoreBuilder[];
}
