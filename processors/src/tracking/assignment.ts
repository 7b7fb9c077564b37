/** Cost of a forbidden pair: higher than any sum of allowed pairs. */
const FORBIDDEN = 1e6;

/**
 * Assigns rows to columns: as many pairs as allowed, then at the least total cost. Costs lie in [0, 100); `Infinity`
 * forbids a pair. Returns the column of each row, or -1. O(n^3) for n = max(rows, columns).
 * Source: Kuhn 1955 and Munkres 1957 with row and column potentials (shortest augmenting paths, Jonker and Volgenant
 * 1987).
 */
export function assign(costs: readonly (readonly number[])[], columns: number): readonly number[] {
  const size = Math.max(costs.length, columns);
  const cost = (row: number, column: number): number => Math.min(costs[row]?.[column] ?? FORBIDDEN, FORBIDDEN);
  const rowPotential = new Float64Array(size);
  const columnPotential = new Float64Array(size);
  const rowOf = new Int32Array(size).fill(-1);
  for (let row = 0; row < size; row++) augment(row, size, cost, rowPotential, columnPotential, rowOf);
  const columnOf = new Array<number>(costs.length).fill(-1);
  for (const [column, row] of rowOf.entries())
    if (row < costs.length && cost(row, column) < FORBIDDEN) columnOf[row] = column;
  return columnOf;
}

/** Finds the cheapest alternating path from a free row to a free column and reverses it. */
function augment(
  free: number,
  size: number,
  cost: (row: number, column: number) => number,
  rowPotential: Float64Array,
  columnPotential: Float64Array,
  rowOf: Int32Array,
): void {
  const distance = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const cameFrom = new Int32Array(size).fill(-1);
  const visited: number[] = [];
  const done = new Uint8Array(size);
  let row = free;
  let via = -1;
  let reached = 0;
  for (;;) {
    let nearest = -1;
    for (let column = 0; column < size; column++) {
      if (done[column]) continue;
      const reduced = reached + cost(row, column) - (rowPotential[row] ?? 0) - (columnPotential[column] ?? 0);
      if (reduced < (distance[column] ?? 0)) {
        distance[column] = reduced;
        cameFrom[column] = via;
      }
      if (nearest < 0 || (distance[column] ?? 0) < (distance[nearest] ?? 0)) nearest = column;
    }
    reached = distance[nearest] ?? 0;
    done[nearest] = 1;
    via = nearest;
    const owner = rowOf[nearest] ?? -1;
    if (owner < 0) break;
    visited.push(nearest);
    row = owner;
  }
  rowPotential[free] = (rowPotential[free] ?? 0) + reached;
  for (const column of visited) {
    const slack = reached - (distance[column] ?? 0);
    const owner = rowOf[column] ?? -1;
    rowPotential[owner] = (rowPotential[owner] ?? 0) + slack;
    columnPotential[column] = (columnPotential[column] ?? 0) - slack;
  }
  for (let column = via; column >= 0; ) {
    const before = cameFrom[column] ?? -1;
    rowOf[column] = before < 0 ? free : (rowOf[before] ?? -1);
    column = before;
  }
}
