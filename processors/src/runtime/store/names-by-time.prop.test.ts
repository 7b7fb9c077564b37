import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NamesByTime } from './names-by-time.ts';

/** Invariant: after any adds and deletes a range equals the present entries, sorted by time. */
test('names by time equal a sorted list, also after most are deleted', () => {
  const entry = fc.record({ timeMs: fc.integer({ min: 0, max: 3000 }), name: fc.constantFrom('a', 'b', 'c') });
  const entries = fc.array(entry, { maxLength: 4000, size: 'max' });
  const property = fc.property(entries, entries, fc.integer({ min: -1, max: 3000 }), (added, deleted, fromMs) => {
    const names = new NamesByTime();
    const all = new Map<string, { timeMs: number; name: string }>();
    for (const [at, { timeMs, name }] of added.entries()) {
      names.add(timeMs, `${timeMs}${name}`);
      all.set(`${timeMs}${name}`, { timeMs, name });
      const gone = deleted[at];
      if (gone === undefined) continue;
      names.delete(gone.timeMs, `${gone.timeMs}${gone.name}`);
      all.delete(`${gone.timeMs}${gone.name}`);
    }
    const sorted = [...all].sort(([, a], [, b]) => a.timeMs - b.timeMs);
    const timesOf = (found: readonly string[]) => found.map(name => all.get(name)?.timeMs);
    const within = sorted.filter(([, { timeMs }]) => timeMs > fromMs && timeMs <= fromMs + 700);
    const found = names.between(fromMs, fromMs + 700);
    expect([...found].sort()).toEqual(within.map(([name]) => name).sort());
    expect(timesOf(found)).toEqual(within.map(([, { timeMs }]) => timeMs));
    expect(names.earliestMs()).toBe(sorted[0]?.[1].timeMs ?? Number.POSITIVE_INFINITY);
  });
  fc.assert(property, { numRuns: 30 });
});

test('times that came and went leave no trace', () => {
  const names = new NamesByTime();
  for (let timeMs = 0; timeMs < 100_000; timeMs++) {
    names.add(timeMs, 'a');
    names.delete(timeMs - 1, 'a');
  }
  expect(names.between(-1, 100_000)).toEqual(['a']);
  expect(names.earliestMs()).toBe(99_999);
});
