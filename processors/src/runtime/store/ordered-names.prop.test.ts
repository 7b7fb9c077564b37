import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderedNames } from './ordered-names.ts';

const names = fc.array(fc.integer({ min: 0, max: 4000 }).map(String), { maxLength: 3000, size: 'max' });

/** Invariant: after any adds and deletes, over many chunks, a slice equals that of the sorted distinct names. */
test('ordered names equal a sorted array, in both directions', () => {
  const property = fc.property(names, names, names, (first, added, deleted) => {
    const ordered = new OrderedNames(new Set(first));
    for (const name of added) ordered.add(name);
    for (const name of deleted) ordered.delete(name);
    const all = new Set([...first, ...added]);
    for (const name of deleted) all.delete(name);
    const sorted = [...all].sort();
    const within = sorted.filter(name => name >= '2' && name < '37');
    const limit = Number.POSITIVE_INFINITY;
    expect(ordered.first).toBe(sorted[0]);
    expect(ordered.slice({ low: '', high: undefined, backward: false, limit })).toEqual(sorted);
    expect(ordered.slice({ low: '', high: undefined, backward: true, limit })).toEqual(sorted.toReversed());
    expect(ordered.slice({ low: '2', high: '37', backward: false, limit: 700 })).toEqual(within.slice(0, 700));
    expect(ordered.slice({ low: '2', high: '37', backward: true, limit: 700 })).toEqual(
      within.toReversed().slice(0, 700),
    );
  });
  fc.assert(property, { numRuns: 40 });
});

test('names that only grow fill their chunks', () => {
  const ordered = new OrderedNames();
  const ascending = Array.from({ length: 5000 }, (_, at) => String(at).padStart(5, '0'));
  for (const name of ascending) ordered.add(name);
  expect(ordered.slice({ low: '', high: undefined, backward: false, limit: 5001 })).toEqual(ascending);
});
