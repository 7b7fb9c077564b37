import type { Processor, ProcessorContext, StreamRecord } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import type { Change } from './change.ts';
import { TableStore } from './table-source.ts';

/** The state store that keeps a step's result; undefined: it has none. */
export interface StepStore<K> {
  readonly name: string;
  readonly key: Serde<K>;
}

type ChangeRecord<K, V> = StreamRecord<K, Change<V>>;
type ChangeContext<K, V> = ProcessorContext<K, Change<V>>;

/** Filters a table (KTableFilter). Always asks for old values, so that an entry never forwarded gets no tombstone. */
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

/** Maps a table's values (KTableMapValues). Old values are computed only if a later node asked for them. */
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
