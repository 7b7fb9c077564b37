import { expect, test } from 'vitest';
import { int64, json, utf8 } from './serdes.ts';

test('numbers are written in eight bytes as Java writes longs, and come back', () => {
  const numbers = [0, 1, -1, 42, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]; // biome-ignore format: a list
  for (const number of numbers) {
    const java = Buffer.alloc(8);
    java.writeBigInt64BE(BigInt(number));
    expect(int64.serialize(number)).toEqual(java);
    expect(int64.deserialize(java)).toBe(number);
  }
});

test('numbers outside the exact integers are refused in both directions', () => {
  for (const number of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) expect(() => int64.serialize(number)).toThrow('is not an integer'); // biome-ignore format: one line
  const large = Buffer.alloc(8);
  large.writeBigInt64BE(2n ** 53n);
  expect(() => int64.deserialize(large)).toThrow('9007199254740992 is outside the range of exact numbers');
  expect(() => int64.deserialize(Buffer.alloc(4))).toThrow('an int64 has 8 bytes, not 4');
});

test('text and JSON come back as they were', () => {
  expect(utf8.deserialize(utf8.serialize('zoë'))).toBe('zoë');
  const people = json<{ readonly name: string }>();
  expect(people.deserialize(people.serialize({ name: 'zoë' }))).toEqual({ name: 'zoë' });
});
