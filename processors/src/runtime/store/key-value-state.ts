import type { KeyValueStore, KeyValueStoreBuilder, ReadOnlyKeyValueStore } from './key-value-store.ts';
import { after, KeyNames, toKey } from './names.ts';
import type { StoreLayers, StoreReads } from './store-layers.ts';
import { decode } from './stored-value.ts';

export class KeyValueView<K, V> implements ReadOnlyKeyValueStore<K, V> {
  readonly name: string;
  protected readonly builder: KeyValueStoreBuilder<K, V>;
  protected readonly names: KeyNames<K>;
  readonly #reads: StoreReads;

  constructor(builder: KeyValueStoreBuilder<K, V>, reads: StoreReads) {
    this.name = builder.name;
    this.builder = builder;
    this.names = new KeyNames(builder.key);
    this.#reads = reads;
  }

  get(key: K): V | undefined {
    const value = this.#reads.get(this.names.of(key).name);
    return value === undefined ? undefined : decode(this.builder.value, value, this.#reads);
  }

  all(): Iterable<readonly [K, V]> {
    return this.#entries('', undefined, false);
  }

  range(from: K, to: K, { backward = false }: { readonly backward?: boolean } = {}): Iterable<readonly [K, V]> {
    return this.#entries(this.names.of(from).name, after(this.names.of(to).name), backward);
  }

  get size(): number {
    return this.#reads.size;
  }

  *#entries(low: string, high: string | undefined, backward: boolean): Iterable<readonly [K, V]> {
    const { key, value } = this.builder;
    for (const [name, stored] of this.#reads.entries(low, high, backward))
      yield [key.deserialize(toKey(name)), decode(value, stored, this.#reads)];
  }
}

/** A key-value store as its task's processors see it. */
export class KeyValueState<K, V> extends KeyValueView<K, V> implements KeyValueStore<K, V> {
  readonly #layers: StoreLayers;

  constructor(builder: KeyValueStoreBuilder<K, V>, layers: StoreLayers) {
    super(builder, layers);
    this.#layers = layers;
  }

  put(key: K, value: V): void {
    this.#layers.put(this.names.of(key).name, this.builder.value.serialize(value));
  }

  delete(key: K): void {
    this.#layers.delete(this.names.of(key).name);
  }
}
