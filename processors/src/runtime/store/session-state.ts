import { after, clampTime, KeyNames, TIME_LENGTH, timeAt, timeName, toKey } from './names.ts';
import type { ReadOnlySessionStore, SessionStore, SessionStoreBuilder } from './session-store.ts';
import type { NameFormat, StoredValue } from './store-engine.ts';
import type { StoreReads } from './store-layers.ts';
import { decode } from './stored-value.ts';
import type { TimedLayers } from './timed-layers.ts';
import type { Windowed } from './windowed.ts';

const SUFFIX_LENGTH = 2 * TIME_LENGTH;
const HIGHEST_TIME = timeName(Number.MAX_SAFE_INTEGER);

/** Names are key | end int64 | start int64. */
export const sessionFormat: NameFormat = {
  timeOf: name => timeAt(name, name.length - SUFFIX_LENGTH),
  sequenceOf: () => 0,
};

export class SessionView<K, V> implements ReadOnlySessionStore<K, V> {
  readonly name: string;
  protected readonly builder: SessionStoreBuilder<K, V>;
  readonly #reads: StoreReads;
  readonly #names: KeyNames<K>;

  constructor(builder: SessionStoreBuilder<K, V>, reads: StoreReads) {
    this.name = builder.name;
    this.builder = builder;
    this.#reads = reads;
    this.#names = new KeyNames(builder.key);
  }

  get(key: K, startMs: number, endMs: number): V | undefined {
    if (endMs <= this.#borderMs) return undefined;
    const value = this.#reads.get(this.sessionName({ key, startMs, endMs }));
    return value === undefined ? undefined : decode(this.builder.value, value, this.#reads);
  }

  *findSessions(key: K, earliestEndMs: number, latestStartMs: number): Iterable<readonly [Windowed<K>, V]> {
    const { name: keyName } = this.#names.of(key);
    const low = keyName + timeName(clampTime(Math.ceil(Math.max(earliestEndMs, this.#borderMs + 1))));
    const high = after(keyName + HIGHEST_TIME + HIGHEST_TIME);
    const length = keyName.length + SUFFIX_LENGTH;
    // names in this range begin with the key; a name of another length belongs to a longer key with the same beginning
    for (const [name, stored] of this.#reads.entries(low, high, false))
      if (name.length === length && timeAt(name, length - TIME_LENGTH) <= latestStartMs)
        yield [sessionOf(key, name), decode(this.builder.value, stored, this.#reads)];
  }

  fetch(key: K): Iterable<readonly [Windowed<K>, V]> {
    return this.findSessions(key, 0, Number.POSITIVE_INFINITY);
  }

  *endedSessions(fromMs: number, toMs: number): Iterable<readonly [Windowed<K>, V]> {
    if (toMs < 0 || toMs < fromMs) return;
    for (const name of [...this.#reads.namesByTime(Math.ceil(fromMs) - 1, clampTime(toMs))].sort()) {
      const stored = this.#reads.get(name);
      if (stored !== undefined && sessionFormat.timeOf(name) > this.#borderMs) yield this.#entry(name, stored);
    }
  }

  *all(): Iterable<readonly [Windowed<K>, V]> {
    for (const [name, stored] of this.#reads.entries('', undefined, false))
      if (sessionFormat.timeOf(name) > this.#borderMs) yield this.#entry(name, stored);
  }

  get size(): number {
    return this.#reads.size;
  }

  protected sessionName({ key, startMs, endMs }: Windowed<K>): string {
    return this.#names.of(key).name + timeName(endMs) + timeName(startMs);
  }

  get #borderMs(): number {
    return this.#reads.observedMs - this.builder.retentionMs;
  }

  #entry(name: string, stored: StoredValue): readonly [Windowed<K>, V] {
    const key = this.builder.key.deserialize(toKey(name.slice(0, name.length - SUFFIX_LENGTH)));
    return [sessionOf(key, name), decode(this.builder.value, stored, this.#reads)];
  }
}

/** A session store as its task's processors see it. */
export class SessionState<K, V> extends SessionView<K, V> implements SessionStore<K, V> {
  readonly #layers: TimedLayers;

  constructor(builder: SessionStoreBuilder<K, V>, layers: TimedLayers) {
    super(builder, layers);
    this.#layers = layers;
  }

  put(session: Windowed<K>, value: V): void {
    this.#layers.putAt(this.sessionName(session), session.endMs, this.builder.value.serialize(value));
  }

  delete(session: Windowed<K>): void {
    this.#layers.delete(this.sessionName(session));
  }
}

function sessionOf<K>(key: K, name: string): Windowed<K> {
  const endMs = timeAt(name, name.length - SUFFIX_LENGTH);
  return { key, startMs: timeAt(name, name.length - TIME_LENGTH), endMs };
}
