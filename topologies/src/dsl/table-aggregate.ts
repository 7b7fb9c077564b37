import type { Processor, ProcessorContext, StreamRecord } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Change } from './change.ts';
import { TableStore } from './table-source.ts';

export interface AggregateParts<K, V, VA> {
  readonly store: string;
  readonly key: Serde<K>;
  /** Undefined: the first value is the first aggregate. */
  readonly initial: (() => VA) | undefined;
  readonly add: (aggregate: VA, value: V, key: K) => VA | null;
  readonly subtract: (aggregate: VA, value: V, key: K) => VA | null;
}

/** Groups of a table's changes (KTableAggregate, KTableReduce): subtracts the old value, then adds the new one. */
export class TableAggregate<K, V, VA> implements Processor<K, Change<V>, K, Change<VA>> {
  readonly #parts: AggregateParts<K, V, VA>;
  #store: TableStore<K, VA> | undefined;

  constructor(parts: AggregateParts<K, V, VA>) {
    this.#parts = parts;
  }

  init(context: ProcessorContext<K, Change<VA>>): void {
    this.#store = new TableStore(context, this.#parts.store, this.#parts.key);
  }

  process(record: StreamRecord<K, Change<V>>): void {
    const { key, value, timestampMs } = record;
    const { subtract } = this.#parts;
    const { newValue, oldValue } = value;
    const found = this.#store?.get(key);
    const old = found?.value ?? null;
    const left = oldValue !== null && old !== null ? subtract(old, oldValue, key) : old;
    const now = newValue === null ? left : this.#added(left, newValue, key);
    const isTouched = found !== undefined && (oldValue !== null || newValue !== null);
    const changedMs = isTouched ? Math.max(timestampMs, found.timestampMs) : timestampMs;
    this.#store?.put(record, now, old, changedMs);
  }

  #added(aggregate: VA | null, value: V, key: K): VA | null {
    const { initial, add } = this.#parts;
    if (aggregate !== null) return add(aggregate, value, key);
    return initial === undefined ? (value as unknown as VA) : add(initial(), value, key);
  }
}
