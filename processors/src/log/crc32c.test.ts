import { expect, test } from 'vitest';
import { crc32c, tableCrc32c } from './crc32c.ts';

test('CRC-32C of the check string and of all lengths around eight bytes is right', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  const bytes = Buffer.from('the quick brown fox jumps over the lazy dog');
  for (let length = 0; length <= bytes.length; length++) {
    expect(crc32c(bytes.subarray(0, length))).toBe(bitwise(bytes.subarray(0, length)));
  }
});

test("long and short byte strings have the same checksum by the processor's instruction and by tables", () => {
  const bytes = Buffer.alloc(5_000, 'the quick brown fox jumps over the lazy dog');
  for (const length of [127, 128, 129, 1_000, 5_000]) {
    const part = bytes.subarray(bytes.length - length);
    expect([crc32c(part), tableCrc32c(part)], `${length} bytes`).toEqual([bitwise(part), bitwise(part)]);
  }
});

/** The definition, one bit at a time. */
function bitwise(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
