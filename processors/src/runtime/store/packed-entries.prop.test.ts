import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedEntries } from './packed-entries.ts';

const small = fc.integer({ min: 0, max: 100 });
/** They force reallocations; a few are enough, and many cost a loaded machine seconds. */
const large = fc.constantFrom(20_000, 70_000);

const steps = fc.array(
  fc.record({
    key: fc.oneof(fc.constant(''), fc.integer({ min: 0, max: 3000 }).map(String)),
    /** undefined: a deletion. */
    valueBytes: fc.option(fc.oneof({ weight: 9, arbitrary: small }, { weight: 1, arbitrary: large }), {
      nil: undefined,
    }),
  }),
  { minLength: 2000, maxLength: 4000, size: 'max' },
);

/** Invariant: after any writes, deletions and reallocations the contents equal those of a Map. */
test('packed entries hold what a plain map holds', () => {
  const property = fc.property(steps, script => {
    const packed = new PackedEntries();
    const model = new Map<string, Buffer>();
    for (const [at, { key, valueBytes }] of script.entries()) {
      if (valueBytes === undefined) {
        const taken = at % 2 === 0 ? packed.take(Buffer.from(key)) : undefined;
        if (at % 2 === 0 && !sameBytes(taken, model.get(key))) throw new Error(`taking ${key}`);
        if (at % 2 === 1 && packed.delete(Buffer.from(key), 0, key.length) !== model.has(key)) throw new Error(key);
        model.delete(key);
      } else {
        const value = Buffer.alloc(valueBytes, at);
        const bytes = Buffer.concat([Buffer.from('..'), Buffer.from(key), Buffer.from('.'), value]);
        packed.set(bytes, 2, 2 + key.length, 3 + key.length, bytes.length);
        model.set(key, value);
      }
    }
    expect(packed.size).toBe(model.size);
    for (const { key, value } of packed.entries())
      if (!sameBytes(value, model.get(`${key}`))) throw new Error(`${key}`);
    expect(new Set(Array.from(packed.entries(), ({ key }) => `${key}`))).toEqual(new Set(model.keys()));
    for (let n = 0; n < 3000; n++) {
      const key = Buffer.from(`${n}`);
      if (!sameBytes(packed.get(key), model.get(`${n}`))) throw new Error(`${n}`);
    }
  });
  fc.assert(property, { numRuns: 10, endOnFailure: true });
});

test('a thousand keys written a thousand times use the memory of a thousand, not of a million', () => {
  const packed = new PackedEntries();
  const bytes = Buffer.from('0000 one hundred bytes of a value'.padEnd(104, '.'));
  for (let n = 0; n < 1_000_000; n++) {
    bytes.writeUInt32BE(n % 1000);
    packed.set(bytes, 0, 4, 4, bytes.length);
  }
  expect(packed.size).toBe(1000);
  expect(packed.roomBytes).toBeLessThan(3 * 1000 * 112);
});

function sameBytes(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}
