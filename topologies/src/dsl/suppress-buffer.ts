import type { KeyValueStore, RecordHeaders } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';

/** The newest change of a key that is held back. */
export interface Buffered<V> {
  /** Buffer time in ms, by which the change is released: that of the first held change. */
  readonly bufferMs: number;
  readonly timestampMs: number;
  readonly newValue: V | null;
  /** The key's value before the first held change, which nodes behind the buffer still have. */
  readonly priorValue: V | null;
  readonly headers: RecordHeaders;
}

interface Place<K> {
  readonly bufferMs: number;
  /** The key's bytes as latin1. */
  readonly name: string;
  readonly key: K;
}

/**
 * Held changes, by lowest buffer time, then by key bytes (InMemoryTimeOrderedKeyValueChangeBuffer). Entries are in a
 * state store. Their order is in memory, as a binary heap, which `reload` rebuilds.
 */
export class SuppressBuffer<K, V> {
  readonly #store: KeyValueStore<K, Buffered<V>>;
  readonly #key: Serde<K>;
  readonly #value: Serde<Buffered<V>> | undefined;
  #heap: Place<K>[] = [];
  #bytes = 0;

  /** `value`: given when bytes must be counted, which costs a second serialization. */
  constructor(store: KeyValueStore<K, Buffered<V>>, key: Serde<K>, value: Serde<Buffered<V>> | undefined) {
    this.#store = store;
    this.#key = key;
    this.#value = value;
    this.reload();
  }

  /** O(entries). */
  reload(): void {
    this.#heap = [];
    this.#bytes = 0;
    for (const [key, entry] of this.#store.all()) {
      this.#heap.push(this.#placeOf(key, entry));
      this.#bytes += this.#sizeOf(key, entry);
    }
    this.#heap.sort(compare);
  }

  get records(): number {
    return this.#heap.length;
  }

  /** Bytes of stored keys and values; 0 when they are not counted. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Buffer time of the next change to release. */
  get leastMs(): number {
    return this.#heap[0]?.bufferMs ?? Number.POSITIVE_INFINITY;
  }

  get(key: K): Buffered<V> | undefined {
    return this.#store.get(key);
  }

  /** A key that is already held keeps its position and its prior value. */
  put(key: K, entry: Buffered<V>): void {
    const held = this.#store.get(key);
    const kept = held === undefined ? entry : { ...entry, bufferMs: held.bufferMs, priorValue: held.priorValue };
    this.#store.put(key, kept);
    this.#bytes += this.#sizeOf(key, kept);
    if (held === undefined) this.#push(this.#placeOf(key, kept));
    else this.#bytes -= this.#sizeOf(key, held);
  }

  /** Removes and returns the next change to release. */
  take(): readonly [K, Buffered<V>] | undefined {
    const place = this.#pop();
    if (place === undefined) return undefined;
    const entry = this.#store.get(place.key);
    if (entry === undefined) return undefined;
    this.#store.delete(place.key);
    this.#bytes -= this.#sizeOf(place.key, entry);
    return [place.key, entry];
  }

  #placeOf(key: K, { bufferMs }: Buffered<V>): Place<K> {
    return { bufferMs, name: this.#key.serialize(key).toString('latin1'), key };
  }

  #sizeOf(key: K, entry: Buffered<V>): number {
    return this.#value === undefined ? 0 : this.#key.serialize(key).length + this.#value.serialize(entry).length;
  }

  #push(place: Place<K>): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(place);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = heap[parent];
      if (above === undefined || compare(above, place) <= 0) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = place;
  }

  #pop(): Place<K> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return first;
    for (let at = 0; ; ) {
      let child = 2 * at + 1;
      let least = heap[child];
      const right = heap[child + 1];
      if (least !== undefined && right !== undefined && compare(right, least) < 0) {
        child += 1;
        least = right;
      }
      if (least === undefined || compare(last, least) <= 0) {
        heap[at] = last;
        return first;
      }
      heap[at] = least;
      at = child;
    }
  }
}

function compare(one: Place<unknown>, other: Place<unknown>): number {
  return one.bufferMs - other.bufferMs || (one.name < other.name ? -1 : Number(one.name > other.name));
}

/** Two times int64 | headers | new | prior; each of the last three after its length as int32, -1 for null. */
export function buffered<V>(value: Serde<V>): Serde<Buffered<V>> {
  return {
    name: `buffered(${value.name})`,
    serialize: ({ bufferMs, timestampMs, newValue, priorValue, headers }) => {
      const times = Buffer.allocUnsafe(20);
      times.writeBigInt64BE(BigInt(bufferMs), 0);
      times.writeBigInt64BE(BigInt(timestampMs), 8);
      times.writeInt32BE(headers.length, 16);
      const fields = headers.flatMap(([name, bytes]) => [...sized(Buffer.from(name)), ...sized(bytes)]);
      const bytesOf = (part: V | null) => sized(part === null ? null : value.serialize(part));
      return Buffer.concat([times, ...fields, ...bytesOf(newValue), ...bytesOf(priorValue)]);
    },
    deserialize: bytes => {
      const { headers, newValue, priorValue } = parts(bytes);
      const partOf = (field: Buffer | null) => (field === null ? null : value.deserialize(field));
      const [bufferMs, timestampMs] = [Number(bytes.readBigInt64BE(0)), Number(bytes.readBigInt64BE(8))];
      return { bufferMs, timestampMs, newValue: partOf(newValue), priorValue: partOf(priorValue), headers };
    },
    ...(value.prepare === undefined ? {} : { prepare: bytes => prepareParts(value, bytes) }),
  };
}

function parts(bytes: Buffer) {
  const fields = new Fields(bytes, 20);
  const headers = Array.from({ length: bytes.readInt32BE(16) }, () => {
    const name = fields.next()?.toString() ?? '';
    return [name, fields.next() ?? Buffer.alloc(0)] as const;
  });
  return { headers, newValue: fields.next(), priorValue: fields.next() };
}

function prepareParts(value: Serde<unknown>, bytes: Buffer): Promise<void> | undefined {
  const { newValue, priorValue } = parts(bytes);
  const needs = [newValue, priorValue].flatMap(part => (part === null ? [] : (value.prepare?.(part) ?? [])));
  return needs.length === 0 ? undefined : Promise.all(needs).then(() => {});
}

function sized(bytes: Buffer | null): Buffer[] {
  const length = Buffer.allocUnsafe(4);
  length.writeInt32BE(bytes === null ? -1 : bytes.length);
  return bytes === null ? [length] : [length, bytes];
}

class Fields {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  next(): Buffer | null {
    const length = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    if (length < 0) return null;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
