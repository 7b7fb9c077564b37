const FIRST_WORDS = 4096;
/** Longer values are copied by a call, which is then faster than byte by byte. */
const LONG_BYTES = 64;
const FREE = 0;
const GONE = 0xffff_ffff;

/**
 * Values by key, as bytes outside the heap. For restored entries, most of which are not read soon. Up to 16 GB.
 *
 * Entries follow each other: length of the key, length of the value, their bytes, padded to words of 4. The table has two
 * words per slot: hash, and place (the index of the entry's first word, plus one). It is probed linearly and at most half
 * full. Memory doubles when it is full, so a change is O(1) on average.
 */
export class PackedEntries {
  #words = new Uint32Array(FIRST_WORDS);
  #bytes = Buffer.from(this.#words.buffer);
  /** End of the entries, dead ones included. */
  #end = 0;
  #liveWords = 0;
  #table = new Uint32Array(FIRST_WORDS);
  #size = 0;
  /** Includes slots of deleted entries. */
  #usedSlots = 0;

  get size(): number {
    return this.#size;
  }

  /** Memory for entries, used or not. */
  get roomBytes(): number {
    return this.#bytes.length;
  }

  /** A view of the value, valid until the next change. */
  get(key: Buffer): Buffer | undefined {
    const place = this.#table[this.#slotOf(hashOf(key, 0, key.length), key, 0, key.length) + 1] ?? FREE;
    return place === FREE ? undefined : this.#entryAt(place).value;
  }

  /** Copies key and value from their places in `bytes`. */
  set(bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    if (this.#usedSlots * 4 >= this.#table.length) this.#rehash();
    const hash = hashOf(bytes, keyStart, keyEnd);
    const slot = this.#slotOf(hash, bytes, keyStart, keyEnd);
    const before = this.#table[slot + 1] ?? FREE;
    if (before === FREE) {
      this.#usedSlots += 1;
      this.#size += 1;
    } else this.#liveWords -= this.#lengthAt(before);
    this.#table[slot] = hash;
    this.#table[slot + 1] = GONE; // the next line may reallocate
    this.#table[slot + 1] = this.#append(bytes, keyStart, keyEnd, valueStart, valueEnd);
  }

  /** Deletes an entry; true when it existed. */
  delete(bytes: Buffer, keyStart: number, keyEnd: number): boolean {
    return this.#remove(bytes, keyStart, keyEnd) !== FREE;
  }

  /** Removes an entry and returns a view of its value, valid until the next change. */
  take(key: Buffer): Buffer | undefined {
    const place = this.#remove(key, 0, key.length);
    return place === FREE ? undefined : this.#entryAt(place).value;
  }

  /** All entries, in no order. The values are views; nothing may change during the iteration. */
  *entries(): Iterable<{ readonly key: Buffer; readonly value: Buffer }> {
    for (let slot = 0; slot < this.#table.length; slot += 2) {
      const place = this.#table[slot + 1] ?? FREE;
      if (place !== FREE && place !== GONE) yield this.#entryAt(place);
    }
  }

  #remove(bytes: Buffer, keyStart: number, keyEnd: number): number {
    const slot = this.#slotOf(hashOf(bytes, keyStart, keyEnd), bytes, keyStart, keyEnd);
    const place = this.#table[slot + 1] ?? FREE;
    if (place === FREE) return FREE;
    this.#liveWords -= this.#lengthAt(place);
    this.#table[slot + 1] = GONE;
    this.#size -= 1;
    return place;
  }

  #entryAt(place: number): { readonly key: Buffer; readonly value: Buffer } {
    const start = place * 4 + 4;
    const middle = start + (this.#words[place - 1] ?? 0);
    const end = middle + (this.#words[place] ?? 0);
    return { key: this.#bytes.subarray(start, middle), value: this.#bytes.subarray(middle, end) };
  }

  #lengthAt(place: number): number {
    return wordsOf(this.#words[place - 1] ?? 0, this.#words[place] ?? 0);
  }

  /** The slot of the key, or the free slot where it belongs. */
  #slotOf(hash: number, bytes: Buffer, keyStart: number, keyEnd: number): number {
    const table = this.#table;
    const last = table.length - 2;
    for (let slot = (hash << 1) & last; ; slot = (slot + 2) & last) {
      const place = table[slot + 1] ?? FREE;
      if (place === FREE) return slot;
      if (table[slot] === hash && place !== GONE && this.#isOf(place, bytes, keyStart, keyEnd)) return slot;
    }
  }

  #isOf(place: number, bytes: Buffer, keyStart: number, keyEnd: number): boolean {
    if (this.#words[place - 1] !== keyEnd - keyStart) return false;
    const shift = place * 4 + 4 - keyStart;
    for (let at = keyStart; at < keyEnd; at++) if (this.#bytes[at + shift] !== bytes[at]) return false;
    return true;
  }

  #append(bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): number {
    const keyLength = keyEnd - keyStart;
    const length = wordsOf(keyLength, valueEnd - valueStart);
    if (this.#end + length > this.#words.length) this.#makeRoom(length);
    const word = this.#end;
    this.#words[word] = keyLength;
    this.#words[word + 1] = valueEnd - valueStart;
    copy(bytes, keyStart, keyEnd, this.#bytes, word * 4 + 8);
    copy(bytes, valueStart, valueEnd, this.#bytes, word * 4 + 8 + keyLength);
    this.#end += length;
    this.#liveWords += length;
    return word + 1;
  }

  /** Reallocates with space for `words` more. Drops dead entries once they are the majority. */
  #makeRoom(words: number): void {
    const old = this.#words;
    this.#words = new Uint32Array(2 * (this.#liveWords + words) + FIRST_WORDS);
    this.#bytes = Buffer.from(this.#words.buffer);
    if (this.#end < 2 * this.#liveWords) {
      this.#words.set(old.subarray(0, this.#end));
      return;
    }
    this.#end = 0;
    for (let slot = 0; slot < this.#table.length; slot += 2) {
      const place = this.#table[slot + 1] ?? FREE;
      if (place === FREE || place === GONE) continue;
      const length = wordsOf(old[place - 1] ?? 0, old[place] ?? 0);
      for (let word = 0; word < length; word++) this.#words[this.#end + word] = old[place - 1 + word] ?? 0;
      this.#table[slot + 1] = this.#end + 1;
      this.#end += length;
    }
  }

  #rehash(): void {
    const old = this.#table;
    let length = FIRST_WORDS;
    while (length < this.#size * 8) length *= 2;
    const table = new Uint32Array(length);
    for (let from = 0; from < old.length; from += 2) {
      const place = old[from + 1] ?? FREE;
      if (place === FREE || place === GONE) continue;
      const hash = old[from] ?? 0;
      let slot = (hash << 1) & (length - 2);
      while (table[slot + 1] !== FREE) slot = (slot + 2) & (length - 2);
      table[slot] = hash;
      table[slot + 1] = place;
    }
    this.#table = table;
    this.#usedSlots = this.#size;
  }
}

function wordsOf(keyBytes: number, valueBytes: number): number {
  return 2 + ((keyBytes + valueBytes + 3) >>> 2);
}

function copy(from: Buffer, start: number, end: number, to: Buffer, at: number): void {
  if (end - start > LONG_BYTES) from.copy(to, at, start, end);
  else for (let offset = start; offset < end; offset++) to[at + offset - start] = from[offset] ?? 0;
}

/** FNV-1a, with its high bits folded in. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c_9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
