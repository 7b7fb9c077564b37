import type { Processor, ProcessorContext, StreamRecord } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Change } from './change.ts';
import { TableStore } from './table-source.ts';

/** The state store a step keeps its result in, if it has one. */
export interface StepStore<K> {
  readonly name: string;
  readonly key: Serde<K>;
}

type ChangeRecord<K, V> = StreamRecord<K, Change<V>>;
type ChangeContext<K, V> = ProcessorContext<K, Change<V>>;

/** A table filtered (KTableFilter): asked for old values always, so that what was never seen gets no tombstone. */
export class FilterStep<K, V> implements Processor<K, Change<V>, K, Change<V>> {
  readonly #keep: (value: V, key: K) => boolean;
  readonly #kept: StepStore<K> | undefined;
  #context: ChangeContext<K, V> | undefined;
  #store: TableStore<K, V> | undefined;

  constructor(keep: (value: V, key: K) => boolean, kept: StepStore<K> | undefined) {
    this.#keep = keep;
    this.#kept = kept;
  }

  init(context: ChangeContext<K, V>): void {
    this.#context = context;
    if (this.#kept) this.#store = new TableStore(context, this.#kept.name, this.#kept.key);
  }

  process(record: ChangeRecord<K, V>): void {
    const { key, value, timestampMs, headers } = record;
    const newValue = this.#filtered(key, value.newValue);
    const oldValue = this.#store ? (this.#store.get(key)?.value ?? null) : this.#filtered(key, value.oldValue);
    if (newValue === null && oldValue === null) return;
    if (this.#store) this.#store.put(record, newValue, oldValue);
    else this.#context?.forward({ key, value: { newValue, oldValue }, timestampMs, headers });
  }

  #filtered(key: K, value: V | null): V | null {
    return value !== null && this.#keep(value, key) ? value : null;
  }
}

/** A table's values mapped (KTableMapValues); old values only where somebody below asked for them. */
export class MapStep<K, V, VO> implements Processor<K, Change<V>, K, Change<VO>> {
  readonly #map: (value: V, key: K) => VO | null;
  readonly #kept: StepStore<K> | undefined;
  readonly #asked: { readonly oldValues: boolean };
  #context: ChangeContext<K, VO> | undefined;
  #store: TableStore<K, VO> | undefined;

  constructor(
    map: (value: V, key: K) => VO | null,
    kept: StepStore<K> | undefined,
    asked: { readonly oldValues: boolean },
  ) {
    this.#map = map;
    this.#kept = kept;
    this.#asked = asked;
  }

  init(context: ChangeContext<K, VO>): void {
    this.#context = context;
    if (this.#kept) this.#store = new TableStore(context, this.#kept.name, this.#kept.key);
  }

  process(record: ChangeRecord<K, V>): void {
    const { key, value, timestampMs, headers } = record;
    const newValue = value.newValue === null ? null : this.#map(value.newValue, key);
    if (this.#store) {
      this.#store.put(record, newValue, this.#store.get(key)?.value ?? null);
      return;
    }
    const isMapped = this.#asked.oldValues && value.oldValue !== null;
    const oldValue = isMapped && value.oldValue !== null ? this.#map(value.oldValue, key) : null;
    this.#context?.forward({ key, value: { newValue, oldValue }, timestampMs, headers });
  }
}
