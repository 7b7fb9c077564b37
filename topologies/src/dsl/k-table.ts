import type { ProcessorContext, Topology, ValueAndTimestamp } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';

/** Looks a key up in a table from another node, which must be connected to `stores`. */
export interface ValueGetter<K, V> {
  readonly stores: readonly string[];
  open(context: Pick<ProcessorContext, 'stateStore'>): (key: K) => ValueAndTimestamp<V> | undefined;
}

export interface TableParts<K, V> {
  readonly topology: Topology;
  /** Forwards a `Change<V>` for each change of the table. */
  readonly node: string;
  readonly key: Serde<K> | undefined;
  readonly value: Serde<V> | undefined;
  readonly valueGetter: ValueGetter<K, V>;
  /** Asks the node to fill in `oldValue`; absent: it always does. */
  readonly sendOldValues?: () => void;
}

/** The latest value of each key, and its changes. */
export class KTable<K, V> {
  readonly #parts: TableParts<K, V>;

  constructor(parts: TableParts<K, V>) {
    this.#parts = parts;
  }

  get node(): string {
    return this.#parts.node;
  }
}
