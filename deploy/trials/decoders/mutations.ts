/** Lengths, counts and sizes that programs get wrong, as 32 bits. */
const EXTREMES = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff] as const;
/** Containers and streams keep most of their structure in their first bytes. */
const HEAD_BYTES = 2_048;
const HARMS_AT_MOST = 12;

type Harm = (bytes: Buffer, random: () => number, other: Buffer) => Buffer;

/** A whole number from 0 to below `limit`. */
const below = (random: () => number, limit: number): number => Math.floor(random() * Math.max(1, limit));

/** A place in the bytes, half of the time near their begin. */
const place = (random: () => number, bytes: Buffer): number =>
  below(random, random() < 0.5 ? Math.min(HEAD_BYTES, bytes.length) : bytes.length);

function piece(random: () => number, bytes: Buffer): readonly [from: number, to: number] {
  const from = place(random, bytes);
  return [from, Math.min(bytes.length, from + 1 + below(random, 1 << below(random, 14)))];
}

/** Each makes other bytes of bytes. */
export const HARMS: Readonly<Record<string, Harm>> = {
  'bit flipped': (bytes, random) => {
    const at = place(random, bytes);
    if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
    return bytes;
  },
  'bytes of chance': (bytes, random) => {
    const [from, to] = piece(random, bytes);
    for (let at = from; at < to; at++) bytes[at] = below(random, 256);
    return bytes;
  },
  'extreme number': (bytes, random) => {
    const at = place(random, bytes);
    const value = EXTREMES[below(random, EXTREMES.length)] ?? 0;
    if (at + 4 <= bytes.length) random() < 0.5 ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
    return bytes;
  },
  'piece lost': (bytes, random) => {
    const [from, to] = piece(random, bytes);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  'piece twice': (bytes, random) => {
    const [from, to] = piece(random, bytes);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  'piece of another': (bytes, random, other) => {
    const [from, to] = piece(random, other);
    const at = place(random, bytes);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(at)]);
  },
  'cut off': (bytes, random) => bytes.subarray(0, place(random, bytes)),
};

/** Other bytes made of `original` by one to twelve harms. `other` lends pieces. The same `random` gives the same. */
export function mutated(original: Buffer, other: Buffer, random: () => number): Buffer {
  const harms = Object.values(HARMS);
  let bytes = Buffer.from(original);
  for (let left = 1 + below(random, HARMS_AT_MOST); left > 0; left--)
    bytes = Buffer.from(harms[below(random, harms.length)]?.(bytes, random, other) ?? bytes);
  return bytes;
}
