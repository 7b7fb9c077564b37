import { after, clampTime, KeyNames, TIME_LENGTH, timeAt, timeName, toKey, uint32At, uint32Name } from './names.ts';
import type { NameFormat, StoredValue } from './store-engine.ts';
import type { StoreReads } from './store-layers.ts';
import { decode } from './stored-value.ts';
import type { TimedLayers } from './timed-layers.ts';
import type { ReadOnlyWindowStore, WindowStore, WindowStoreBuilder } from './window-store.ts';
import type { Windowed } from './windowed.ts';

const SEQUENCE_LENGTH = 4;
const HIGHEST_SEQUENCE = '\xff\xff\xff\xff';

/** Names are key | start int64, and | sequence uint32 with duplicates. */
export function windowFormat({ retainDuplicates }: { readonly retainDuplicates: boolean }): NameFormat {
  const behindStart = retainDuplicates ? TIME_LENGTH + SEQUENCE_LENGTH : TIME_LENGTH;
  return {
    timeOf: name => timeAt(name, name.length - behindStart),
    sequenceOf: name => (retainDuplicates ? uint32At(name, name.length - SEQUENCE_LENGTH) : 0),
  };
}

export class WindowView<K, V> implements ReadOnlyWindowStore<K, V> {
  readonly name: string;
  protected readonly builder: WindowStoreBuilder<K, V>;
  readonly #reads: StoreReads;
  readonly #names: KeyNames<K>;
  readonly #format: NameFormat;
  /** Length of what follows the key in a name. */
  readonly #suffixLength: number;

  constructor(builder: WindowStoreBuilder<K, V>, reads: StoreReads) {
    this.name = builder.name;
    this.builder = builder;
    this.#reads = reads;
    this.#names = new KeyNames(builder.key);
    this.#format = windowFormat(builder);
    this.#suffixLength = TIME_LENGTH + (builder.retainDuplicates ? SEQUENCE_LENGTH : 0);
  }

  get(key: K, startMs: number): V | undefined {
    if (this.builder.retainDuplicates) {
      for (const [, value] of this.fetch(key, startMs, startMs)) return value;
      return undefined;
    }
    if (startMs < 0 || startMs <= this.#borderMs) return undefined;
    const value = this.#reads.get(this.windowName(key, startMs));
    return value === undefined ? undefined : decode(this.builder.value, value, this.#reads);
  }

  *fetch(
    key: K,
    fromMs: number,
    toMs: number,
    { backward = false }: { readonly backward?: boolean } = {},
  ): Iterable<readonly [number, V]> {
    for (const [name, stored] of this.stored(key, fromMs, toMs, backward))
      yield [this.#format.timeOf(name), decode(this.builder.value, stored, this.#reads)];
  }

  *fetchAll(fromMs: number, toMs: number): Iterable<readonly [Windowed<K>, V]> {
    if (toMs < 0 || toMs < fromMs) return;
    for (const name of [...this.#reads.namesByTime(Math.ceil(fromMs) - 1, clampTime(toMs))].sort()) {
      const stored = this.#reads.get(name);
      if (stored !== undefined && this.#format.timeOf(name) > this.#borderMs) yield this.#entry(name, stored);
    }
  }

  *all(): Iterable<readonly [Windowed<K>, V]> {
    for (const [name, stored] of this.#reads.entries('', undefined, false))
      if (this.#format.timeOf(name) > this.#borderMs) yield this.#entry(name, stored);
  }

  get size(): number {
    return this.#reads.size;
  }

  /** Key and start; the last one of each key is remembered. */
  protected windowName(key: K, startMs: number): string {
    const known = this.#names.of(key);
    if (known.windowStartMs !== startMs) {
      known.windowName = known.name + timeName(startMs);
      known.windowStartMs = startMs;
    }
    return known.windowName;
  }

  protected *stored(key: K, fromMs: number, toMs: number, backward: boolean): Iterable<readonly [string, StoredValue]> {
    const firstMs = Math.max(fromMs, this.#borderMs + 1);
    if (toMs < 0 || toMs < firstMs) return;
    const { name: keyName } = this.#names.of(key);
    const low = keyName + timeName(clampTime(Math.ceil(firstMs)));
    const high = after(keyName + timeName(clampTime(toMs)) + (this.builder.retainDuplicates ? HIGHEST_SEQUENCE : ''));
    const length = keyName.length + this.#suffixLength;
    // names between these begin with the key; of another length they are of a longer key that begins with it
    for (const entry of this.#reads.entries(low, high, backward)) if (entry[0].length === length) yield entry;
  }

  get #borderMs(): number {
    return this.#reads.observedMs - this.builder.retentionMs;
  }

  #entry(name: string, stored: StoredValue): readonly [Windowed<K>, V] {
    const key = this.builder.key.deserialize(toKey(name.slice(0, name.length - this.#suffixLength)));
    const startMs = this.#format.timeOf(name);
    return [{ key, startMs, endMs: startMs + this.builder.sizeMs }, decode(this.builder.value, stored, this.#reads)];
  }
}

/** A window store as its task's processors see it. */
export class WindowState<K, V> extends WindowView<K, V> implements WindowStore<K, V> {
  readonly #layers: TimedLayers;

  constructor(builder: WindowStoreBuilder<K, V>, layers: TimedLayers) {
    super(builder, layers);
    this.#layers = layers;
  }

  put(key: K, value: V, startMs: number): void {
    const name = this.windowName(key, startMs);
    const bytes = this.builder.value.serialize(value);
    const sequence = this.builder.retainDuplicates ? uint32Name(this.#layers.nextSequence()) : '';
    this.#layers.putAt(name + sequence, startMs, bytes);
  }

  delete(key: K, startMs: number): void {
    if (!this.builder.retainDuplicates) this.#layers.delete(this.windowName(key, startMs));
    else for (const [name] of this.stored(key, startMs, startMs, false)) this.#layers.delete(name);
  }
}
