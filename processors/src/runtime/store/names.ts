/**
 * Inside a state store a key is a name: its bytes as a latin1 string. Maps find names by value, and names sort as their
 * bytes do.
 */
import type { Serde } from '@sightline/schemas/topic';

/** Length of a time in a name, in characters. */
export const TIME_LENGTH = 8;
const HIGHEST_TIME = 2 ** 53 - 1;

export function toName(key: Buffer): string {
  return key.toString('latin1');
}

export function toKey(name: string): Buffer {
  return Buffer.from(name, 'latin1');
}

/** The lowest name above `name`. */
export function after(name: string): string {
  return `${name}\0`;
}

/** The int64 of `ms`, which sorts as the number does. Throws a RangeError unless `ms` is an integer in [0, 2^53). */
export function timeName(ms: number): string {
  if (!Number.isInteger(ms) || ms < 0 || ms > HIGHEST_TIME)
    throw new RangeError(`${ms} is not a time: it must be an integer of ms since 1970, from 0 to 2^53 - 1`);
  const high = Math.floor(ms / 0x1_0000_0000);
  const low = ms >>> 0;
  return uint32Name(high) + uint32Name(low);
}

/** `ms` limited to valid times; for the ends of ranges, which may be any number. */
export function clampTime(ms: number): number {
  return Math.min(HIGHEST_TIME, Math.max(0, Math.floor(ms)));
}

export function timeAt(name: string, at: number): number {
  return uint32At(name, at) * 0x1_0000_0000 + uint32At(name, at + 4);
}

export function uint32Name(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

export function uint32At(name: string, at: number): number {
  return (
    ((name.charCodeAt(at) << 24) |
      (name.charCodeAt(at + 1) << 16) |
      (name.charCodeAt(at + 2) << 8) |
      name.charCodeAt(at + 3)) >>>
    0
  );
}

/** A key's name, and the name of its window that was asked for last. */
export interface KnownKey {
  readonly name: string;
  /** NaN before the first. */
  windowStartMs: number;
  windowName: string;
}

const KNOWN_KEYS = 16_384;
/** After this many unknown keys the remembered ones are dropped, so that the present hot keys replace them. */
const KNOWN_FOR = 1_048_576;

/**
 * Remembers the names of keys, so that a repeated key is not serialized again. It remembers only keys that cannot
 * change and that compare as their bytes do: no objects, and no zero, because a serde may keep its sign.
 */
export class KeyNames<K> {
  readonly #serde: Serde<K>;
  readonly #known = new Map<K, KnownKey>();
  #unknown = 0;
  #lastKey: K | undefined;
  #last: KnownKey | undefined;

  constructor(serde: Serde<K>) {
    this.#serde = serde;
  }

  of(key: K): KnownKey {
    if (this.#last !== undefined && key === this.#lastKey) return this.#last;
    const found = this.#known.get(key) ?? this.#serialize(key);
    if (isConstant(key)) {
      this.#last = found;
      this.#lastKey = key;
    }
    return found;
  }

  #serialize(key: K): KnownKey {
    const made = { name: toName(this.#serde.serialize(key)), windowStartMs: Number.NaN, windowName: '' };
    if (++this.#unknown % KNOWN_FOR === 0) this.#known.clear();
    if (this.#known.size < KNOWN_KEYS && isConstant(key)) this.#known.set(key, made);
    return made;
  }
}

function isConstant(key: unknown): boolean {
  return typeof key === 'string' || typeof key === 'bigint' || (typeof key === 'number' && key !== 0);
}
