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
  /** Length of the part of a name after the key. */
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
    const span = this.span(key, fromMs, toMs);
    if (span === undefined) return;
    for (const [name, stored] of this.#reads.entries(span.low, span.high, backward))
      if (name.length === span.length)
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

  /** The name of key and start; remembers the last one of each key. */
  protected windowName(key: K, startMs: number): string {
    const known = this.#names.of(key);
    if (known.windowStartMs !== startMs) {
      known.windowName = known.name + timeName(startMs);
      known.windowStartMs = startMs;
    }
    return known.windowName;
  }

  /**
   * Names of a key's windows that start in the range lie between `low` and `high`. All names there begin with the key;
   * those of another `length` are of a longer key that begins with it.
   */
  protected span(
    key: K,
    fromMs: number,
    toMs: number,
  ): { readonly low: string; readonly high: string; readonly length: number } | undefined {
    const firstMs = Math.max(fromMs, this.#borderMs + 1);
    if (toMs < 0 || toMs < firstMs) return undefined;
    const { name } = this.#names.of(key);
    const last = name + timeName(clampTime(toMs));
    return {
      low: name + timeName(clampTime(Math.ceil(firstMs))),
      high: after(this.builder.retainDuplicates ? last + HIGHEST_SEQUENCE : last),
      length: name.length + this.#suffixLength,
    };
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
    if (!this.builder.retainDuplicates) {
      this.#layers.delete(this.windowName(key, startMs));
      return;
    }
    const span = this.span(key, startMs, startMs);
    if (span === undefined) return;
    for (const [name] of this.#layers.entries(span.low, span.high, false))
      if (name.length === span.length) this.#layers.delete(name);
  }
}
