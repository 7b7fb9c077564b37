import type { Serde } from '@sightline/schemas/topic';

const SLOTS = 1024;
/** Longer keys are decoded each time: comparing them costs as much. */
const LONGEST_BYTES = 64;

interface Slot {
  readonly bytes: Buffer;
  readonly key: unknown;
}

/**
 * Decoded keys by their bytes, about the last 1,024. The same key comes again and again, and an identical string
 * compares and hashes faster than an equal one. Only for serdes that read only the bytes.
 */
export class KeyCache {
  readonly #serde: Serde<unknown>;
  readonly #slots: (Slot | undefined)[] = Array.from({ length: SLOTS });

  constructor(serde: Serde<unknown>) {
    this.#serde = serde;
  }

  /** True when a serde gives the same key for the same bytes with any headers. */
  static suits({ headers, prepare }: Serde<unknown>): boolean {
    return headers === undefined && prepare === undefined;
  }

  decode(bytes: Buffer): unknown {
    const { length } = bytes;
    if (length > LONGEST_BYTES) return this.#serde.deserialize(bytes);
    let hash = length;
    for (let n = 0; n < length; n++) hash = (Math.imul(hash, 31) + (bytes[n] ?? 0)) | 0;
    const at = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const slot = this.#slots[at];
    if (slot !== undefined && isSame(slot.bytes, bytes)) return slot.key;
    const key = this.#serde.deserialize(bytes);
    this.#slots[at] = { bytes: own(bytes), key };
    return key;
  }
}

/** The reverse: the bytes of text keys. Many uncommitted records of a key share one buffer. */
export class EncodedKeys {
  readonly #serde: Serde<unknown>;
  readonly #slots: (Slot | undefined)[] = Array.from({ length: SLOTS });

  constructor(serde: Serde<unknown>) {
    this.#serde = serde;
  }

  encode(key: unknown): Buffer {
    if (typeof key !== 'string' || key.length > LONGEST_BYTES) return this.#serde.serialize(key);
    const at = slotOf(key);
    const slot = this.#slots[at];
    if (slot?.key === key) return slot.bytes;
    const bytes = own(this.#serde.serialize(key));
    this.#slots[at] = { bytes, key };
    return bytes;
  }
}

/** Slot by the end of a text, where names and numbers differ. */
function slotOf(text: string): number {
  let hash = text.length;
  for (let n = Math.max(0, hash - 4); n < text.length; n++) hash = Math.imul(hash, 31) + text.charCodeAt(n);
  return hash & (SLOTS - 1);
}

/** A copy with its own memory: a small Buffer is otherwise a slice of a pool and keeps the pool alive. */
function own(bytes: Buffer): Buffer {
  const copy = Buffer.alloc(bytes.length);
  bytes.copy(copy);
  return copy;
}

function isSame(one: Buffer, other: Buffer): boolean {
  const { length } = one;
  if (length !== other.length) return false;
  for (let n = 0; n < length; n++) if (one[n] !== other[n]) return false;
  return true;
}
