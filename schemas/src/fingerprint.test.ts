import { expect, test } from 'vitest';
import { crc64Avro } from './fingerprint.ts';

test('the fingerprint of "int" is the one of the Avro specification', () => {
  expect(crc64Avro('"int"').readBigUInt64LE().toString(16)).toBe('7275d51a3f395c8f');
});
