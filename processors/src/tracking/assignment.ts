/** Cost of leaving a row without a column: higher than any sum of allowed pairs. */
const UNMATCHED = 1e6;

/** The allowed pairs, row by row: those of row r are at `starts[r]` up to `starts[r + 1]`. */
interface Pairs {
  readonly rows: number;
  readonly columns: number;
  readonly starts: Int32Array;
  readonly column: Int32Array;
  readonly cost: Float64Array;
}

/**
 * Assigns rows to columns: as many pairs as allowed, then at the least total cost. Costs lie in [0, 100); `Infinity`
 * forbids a pair. Returns the column of each row, or -1. O(n^2 m) for the smaller number n and the larger number m of
 * rows and columns; only allowed pairs are looked at, so it is much less when most are forbidden.
 * Source: Kuhn 1955 and Munkres 1957 with row and column potentials (shortest augmenting paths, Jonker and Volgenant
 * 1987).
 */
export function assign(costs: readonly (readonly number[])[], columns: number): readonly number[] {
  const rows = costs.length;
  if (rows <= columns)
    return new Matching(pairsOf(rows, columns, (r, c) => costs[r]?.[c] ?? Number.POSITIVE_INFINITY)).columnOf();
  const rowOf = new Matching(pairsOf(columns, rows, (c, r) => costs[r]?.[c] ?? Number.POSITIVE_INFINITY)).columnOf();
  const columnOf = new Array<number>(rows).fill(-1);
  for (const [column, row] of rowOf.entries()) if (row >= 0) columnOf[row] = column;
  return columnOf;
}

function pairsOf(rows: number, columns: number, costOf: (row: number, column: number) => number): Pairs {
  const starts = new Int32Array(rows + 1);
  const column: number[] = [];
  const cost: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const of = costOf(r, c);
      if (of >= UNMATCHED) continue;
      column.push(c);
      cost.push(of);
    }
    starts[r + 1] = column.length;
  }
  return { rows, columns, starts, column: Int32Array.from(column), cost: Float64Array.from(cost) };
}

/** Matches row by row along the cheapest alternating path. A row may also stay without a column, at a high cost. */
class Matching {
  readonly #pairs: Pairs;
  readonly #rowPotential: Float64Array;
  readonly #columnPotential: Float64Array;
  /** The row of each column; -1: free. */
  readonly #rowOf: Int32Array;
  /** Of the present search: the cost of the path to each column, and the column before it on that path. */
  readonly #distance: Float64Array;
  readonly #cameFrom: Int32Array;
  /** 1: the path to the column is final. */
  readonly #isFinal: Uint8Array;

  constructor(pairs: Pairs) {
    this.#pairs = pairs;
    this.#rowPotential = new Float64Array(pairs.rows);
    this.#columnPotential = new Float64Array(pairs.columns);
    this.#rowOf = new Int32Array(pairs.columns).fill(-1);
    this.#distance = new Float64Array(pairs.columns);
    this.#cameFrom = new Int32Array(pairs.columns);
    this.#isFinal = new Uint8Array(pairs.columns);
    for (let row = 0; row < pairs.rows; row++) this.#augment(row);
  }

  columnOf(): readonly number[] {
    const columnOf = new Array<number>(this.#pairs.rows).fill(-1);
    for (const [column, row] of this.#rowOf.entries()) if (row >= 0) columnOf[row] = column;
    return columnOf;
  }

  /**
   * Finds the cheapest path from the row to a free column, or to a row that is cheaper left without one, and reverses
   * it.
   */
  #augment(free: number): void {
    this.#distance.fill(Number.POSITIVE_INFINITY);
    this.#isFinal.fill(0);
    const open: number[] = [];
    const passed: number[] = [];
    let [row, via, reached] = [free, -1, 0];
    let [leftOutVia, leftOutAt] = [-1, Number.POSITIVE_INFINITY];
    for (;;) {
      const unmatched = reached + UNMATCHED - (this.#rowPotential[row] ?? 0);
      if (unmatched < leftOutAt) [leftOutVia, leftOutAt] = [via, unmatched];
      this.#reach(row, via, reached, open);
      const nearest = this.#takeNearest(open);
      const at = nearest < 0 ? Number.POSITIVE_INFINITY : (this.#distance[nearest] ?? 0);
      const owner = leftOutAt < at ? -1 : (this.#rowOf[nearest] ?? -1);
      if (owner < 0) {
        this.#settle(free, passed, Math.min(leftOutAt, at));
        this.#reverse(free, leftOutAt < at ? leftOutVia : nearest);
        return;
      }
      passed.push(nearest);
      row = owner;
      via = nearest;
      reached = at;
    }
  }

  /** Shortens the paths to the columns of a row's pairs. */
  #reach(row: number, via: number, reached: number, open: number[]): void {
    const { starts, column, cost } = this.#pairs;
    const [distances, cameFrom, isFinal] = [this.#distance, this.#cameFrom, this.#isFinal];
    const potential = this.#columnPotential;
    const base = reached - (this.#rowPotential[row] ?? 0);
    const end = starts[row + 1] ?? 0;
    for (let at = starts[row] ?? 0; at < end; at++) {
      const to = column[at] ?? 0;
      const before = distances[to] ?? 0;
      const distance = base + (cost[at] ?? 0) - (potential[to] ?? 0);
      if (distance >= before || isFinal[to] === 1) continue;
      if (before === Number.POSITIVE_INFINITY) open.push(to);
      distances[to] = distance;
      cameFrom[to] = via;
    }
  }

  /** Takes the nearest open column, of equal ones a free one, then the first; its path is final. -1: none is open. */
  #takeNearest(open: number[]): number {
    const distances = this.#distance;
    let nearest = -1;
    let at = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < open.length; i++) {
      const column = open[i] ?? 0;
      const distance = distances[column] ?? 0;
      if (distance > least || (distance === least && !this.#isBefore(column, nearest))) continue;
      nearest = column;
      at = i;
      least = distance;
    }
    if (nearest >= 0) this.#isFinal[nearest] = 1;
    const last = open.pop();
    if (last !== undefined && at < open.length) open[at] = last;
    return nearest;
  }

  #isBefore(column: number, other: number): boolean {
    const [isFree, isOtherFree] = [(this.#rowOf[column] ?? -1) < 0, (this.#rowOf[other] ?? -1) < 0];
    return isFree === isOtherFree ? column < other : isFree;
  }

  #settle(free: number, passed: readonly number[], reached: number): void {
    this.#rowPotential[free] = (this.#rowPotential[free] ?? 0) + reached;
    for (const column of passed) {
      const slack = reached - (this.#distance[column] ?? 0);
      const owner = this.#rowOf[column] ?? -1;
      this.#rowPotential[owner] = (this.#rowPotential[owner] ?? 0) + slack;
      this.#columnPotential[column] = (this.#columnPotential[column] ?? 0) - slack;
    }
  }

  /** Gives each column of the path to the row before it, the first one to `free`. */
  #reverse(free: number, end: number): void {
    for (let column = end; column >= 0; ) {
      const before = this.#cameFrom[column] ?? -1;
      this.#rowOf[column] = before < 0 ? free : (this.#rowOf[before] ?? -1);
      column = before;
    }
  }
}
