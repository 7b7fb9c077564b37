import { expect, test } from 'vitest';
import { seeded } from '../tools/seeded.ts';
import { HARMS, mutated } from './mutations.ts';

const original = Buffer.from(Array.from({ length: 5_000 }, (_, at) => at % 251));
const other = Buffer.alloc(3_000, 0xaa);

test('the same seed makes the same bytes of the same original, which stays as it was', () => {
  const before = Buffer.from(original);
  expect(mutated(original, other, seeded(7))).toEqual(mutated(original, other, seeded(7)));
  expect(mutated(original, other, seeded(7))).not.toEqual(mutated(original, other, seeded(8)));
  expect(original).toEqual(before);
});

test.each(Object.entries(HARMS))('%s: changes most originals, and can do with empty ones', (_, harm) => {
  const random = seeded(1);
  const changed = Array.from({ length: 50 }, () => harm(Buffer.from(original), random, other));
  expect(changed.filter(bytes => !bytes.equals(original)).length).toBeGreaterThan(40);
  expect(harm(Buffer.alloc(0), random, Buffer.alloc(0)).length).toBeLessThanOrEqual(1);
});
