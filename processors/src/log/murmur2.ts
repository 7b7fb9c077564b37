/**
 * Murmur2 with Kafka's seed, 32 bits, signed, as `org.apache.kafka.common.utils.Utils.murmur2`.
 * O(bytes). Source: Austin Appleby's MurmurHash2, public domain.
 */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995;
  const whole = data.length & ~3;
  let h = 0x9747b28c ^ data.length;
  for (let i = 0; i < whole; i += 4) {
    let k = byte(data, i) | (byte(data, i + 1) << 8) | (byte(data, i + 2) << 16) | (byte(data, i + 3) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = data.length - whole;
  if (rest > 0) {
    if (rest > 2) h ^= byte(data, whole + 2) << 16;
    if (rest > 1) h ^= byte(data, whole + 1) << 8;
    h = Math.imul(h ^ byte(data, whole), m);
  }
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}

/** The partition of a key by Kafka's default partitioner; every client gives the same. */
export function partitionFor(key: string | Uint8Array, partitions: number): number {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key;
  return (murmur2(bytes) & 0x7fffffff) % partitions;
}

function byte(data: Uint8Array, index: number): number {
  return data[index] ?? 0;
}
