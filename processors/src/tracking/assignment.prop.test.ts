import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign } from './assignment.ts';

const costs = fc
  .record({ rows: fc.integer({ min: 0, max: 5 }), columns: fc.integer({ min: 1, max: 5 }) })
  .chain(({ rows, columns }) => {
    const cost = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(Number.POSITIVE_INFINITY));
    const row = fc.array(cost, { minLength: columns, maxLength: columns });
    return fc.record({ columns: fc.constant(columns), costs: fc.array(row, { minLength: rows, maxLength: rows }) });
  });

/** The best assignment (most pairs, then least cost), found by trying all. */
function best(
  rows: readonly (readonly number[])[],
  used: ReadonlySet<number> = new Set(),
): [pairs: number, cost: number] {
  const [row, ...rest] = rows;
  if (row === undefined) return [0, 0];
  const options = row.flatMap((cost, column): [number, number][] => {
    if (used.has(column) || !Number.isFinite(cost)) return [];
    const [pairs, sum] = best(rest, new Set([...used, column]));
    return [[pairs + 1, sum + cost]];
  });
  return [...options, best(rest, used)].toSorted((a, b) => b[0] - a[0] || a[1] - b[1])[0] ?? [0, 0];
}

// The result has as many pairs as allowed, at the least cost, and uses no column twice.
test('the assignment is as good as the best found by trying everything', () => {
  fc.assert(
    fc.property(costs, ({ costs, columns }) => {
      const pairs = assign(costs, columns).flatMap((column, row) => (column < 0 ? [] : [[row, column] as const]));
      expect(new Set(pairs.map(([, column]) => column)).size).toBe(pairs.length);
      const cost = pairs.reduce((sum, [row, column]) => sum + (costs[row]?.[column] ?? Number.NaN), 0);
      expect([pairs.length, cost]).toEqual(best(costs));
    }),
  );
});
