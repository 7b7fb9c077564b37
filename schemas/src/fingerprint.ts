/** CRC-64-AVRO (Avro 1.11 specification, "Schema Fingerprints"): Rabin fingerprint of a schema's parsing canonical form. */
const EMPTY = 0xc15d213aa4d7a795n;

const table: readonly bigint[] = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (value & 1n ? EMPTY : 0n);
  return value;
});

/** 8 bytes, little-endian as in the single-object encoding. */
export function crc64Avro(canonicalForm: string): Buffer {
  let value = EMPTY;
  for (const byte of Buffer.from(canonicalForm, 'utf8')) {
    value = (value >> 8n) ^ (table[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
