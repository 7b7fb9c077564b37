import {
  type AnyStoreBuilder,
  describe,
  type GlobalProcessor,
  type TimestampExtractor,
  Topology,
} from '@sightline/processors/runtime';
import type { Topic } from '@sightline/schemas/topic';
import { KStream } from './k-stream.ts';

/** Builds a topology. A graph is a function of a builder; every node's name is the caller's. */
export class StreamsBuilder {
  readonly #topology = new Topology();

  /** A topic as a stream of facts. Without an extractor the time of a record is the log's. */
  stream<K, V>(
    nodeName: string,
    topic: Topic<K, V>,
    options: { readonly timestampExtractor?: TimestampExtractor<K, V> } = {},
  ): KStream<K, V> {
    this.#topology.addSource(nodeName, topic, options);
    return new KStream(this.#topology, [nodeName]);
  }

  /** Every process folds the whole topic; processors reach it by `context.globalState(name)`. */
  globalStore<K, V>(name: string, topic: Topic<K, V>, supplier: () => GlobalProcessor<K, V>): this {
    this.#topology.addGlobalStore(name, topic, supplier);
    return this;
  }

  addStateStore(builder: AnyStoreBuilder): this {
    this.#topology.addStateStore(builder);
    return this;
  }

  build(): Topology {
    return this.#topology;
  }

  /** Compared with a golden file: see `Topology`. */
  describe(): string {
    return describe(this.#topology);
  }
}
