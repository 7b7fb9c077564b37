/** A name, or the bytes that hold it. */
export type EntryKey = string | [bytes: Buffer, start: number, end: number];

/**
 * Encodes names as LMDB keys. LMDB has no empty keys, but names may be empty, so each key starts with one extra byte.
 */
export const entryKeys = {
  /** Writes a key at `start` and returns its end. Throws a RangeError when `target` is too short. */
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
