/** A name, or its bytes where they lie. */
export type EntryKey = string | [bytes: Buffer, start: number, end: number];

/** Names as keys of LMDB, which has no empty ones, our stores have: hence a byte before each. */
export const entryKeys = {
  /** Returns where it ends in `target`; throws a RangeError when that is outside. */
  writeKey(key: EntryKey, target: Uint8Array, start: number): number {
    const from = start + 1;
    const end = from + (typeof key === 'string' ? key.length : key[2] - key[1]);
    if (end > target.length) throw new RangeError('a key is too long for LMDB');
    target[start] = 0;
    if (typeof key === 'string') for (let at = from; at < end; at++) target[at] = key.charCodeAt(at - from);
    else copy(key[0], key[1], target, from, end);
    return end;
  },
  readKey(source: Buffer, start: number, end: number): string {
    return source.toString('latin1', start + 1, end);
  },
};

function copy(source: Buffer, start: number, target: Uint8Array, from: number, end: number): void {
  for (let at = from; at < end; at++) target[at] = source[start + at - from] ?? 0;
}
