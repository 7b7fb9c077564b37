import type { Serde } from '@sightline/schemas/topic';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EncodedKeys, KeyCache } from './key-cache.ts';

const text: Serde<string> = { name: 'text', serialize: v => Buffer.from(v), deserialize: b => b.toString('latin1') };

test('a key decodes from its own bytes, whatever its slot had before', () => {
  const cache = new KeyCache(text);
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 300 }), list => {
      for (const bytes of list) expect(cache.decode(Buffer.from(bytes))).toBe(Buffer.from(bytes).toString('latin1'));
    }),
  );
});

test('the bytes of a fetched answer may be overwritten: the cache has its own', () => {
  const cache = new KeyCache(text);
  const bytes = Buffer.from('abc');
  cache.decode(bytes);
  bytes.write('xyz');
  expect([cache.decode(Buffer.from('abc')), cache.decode(bytes)]).toEqual(['abc', 'xyz']);
});

test('a key is encoded by its serde, whatever its slot had before', () => {
  const keys = new EncodedKeys(text as Serde<unknown>);
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 70 }), { maxLength: 300 }), list => {
      for (const key of [...list, ...list]) expect(keys.encode(key)).toEqual(Buffer.from(key));
    }),
  );
});
