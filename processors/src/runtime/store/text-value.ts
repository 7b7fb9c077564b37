import { toKey, toName } from './names.ts';
import type { StoredValue } from './store-engine.ts';

/** Bytes in a string: a small Buffer would keep alive the 8 KB pool that it is a slice of. */
export class TextValue implements StoredValue {
  readonly #text: string;
  decoded: unknown;

  constructor(bytes: Buffer) {
    this.#text = toName(bytes);
  }

  get bytes(): Buffer {
    return toKey(this.#text);
  }

  get length(): number {
    return this.#text.length;
  }
}
