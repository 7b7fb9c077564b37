import { FUNCTION_CATEGORIES, FUNCTIONS, FUNCTIONS_REFUSED, NEEDLES, TABLE_FUNCTIONS } from './analyst.ts';

/** All callable names of the engine, from `system.functions` and `system.table_functions`. */
export interface Registry {
  readonly functions: readonly {
    readonly name: string;
    readonly category: string;
    readonly aliasTo: string;
    readonly aggregate: boolean;
  }[];
  readonly tableFunctions: readonly string[];
  /** Suffixes of aggregate functions, such as If and State. */
  readonly combinators: readonly string[];
}

/** Words that stand before an opening bracket without calling a function. */
const WORDS_BEFORE_BRACKET = new Set(
  `ALL AND ANTI ANY APPLY ARRAY AS ASOF AST BETWEEN BY COLUMNS CUBE DISTINCT DIV ELSE EXCEPT EXISTS EXPLAIN FILL FROM
  GROUPING HAVING ILIKE IN INTERPOLATE INTERSECT IS JOIN LIKE LIMIT MATERIALIZED NOT OFFSET ON OR OVER PIPELINE PLAN
  PREWHERE QUALIFY RECURSIVE REGEXP REPLACE ROLLUP SELECT SETS STEP STRICT SYNTAX TABLE THEN TO TREE UNION USING WHEN
  WHERE WINDOW WITH`.split(/\s+/),
);

/**
 * The names that an analyst may call. Case is ignored, because ClickHouse resolves some names in any case.
 * A name that is not listed is refused, so a function of a newer engine is not allowed by itself.
 */
export class Functions {
  readonly #allowed = new Set<string>();
  readonly #aggregates = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #needles = new Map<string, number>();
  readonly #combinators: readonly string[];

  constructor({ functions, tableFunctions, combinators }: Registry) {
    this.#combinators = combinators.map(lower);
    const categories = new Map(functions.map(({ name, category }) => [name, category]));
    for (const { name, aliasTo, aggregate } of functions) {
      const original = aliasTo === '' ? name : aliasTo;
      const listed = FUNCTION_CATEGORIES.includes(categories.get(original) ?? '') || FUNCTIONS.includes(original);
      const allowed = listed && !FUNCTIONS_REFUSED.includes(original);
      this.#take(name, allowed);
      if (allowed && aggregate) this.#aggregates.add(lower(name));
      const needle = NEEDLES.get(original);
      if (needle !== undefined) this.#needles.set(lower(name), needle);
    }
    for (const name of tableFunctions) this.#take(name, TABLE_FUNCTIONS.includes(name));
    for (const name of this.#refused) this.#allowed.delete(name);
  }

  #take(name: string, allowed: boolean): void {
    (allowed ? this.#allowed : this.#refused).add(lower(name));
  }

  /** True when this word may stand before an opening bracket. */
  mayCall(name: string): boolean {
    const word = lower(name);
    if (this.#refused.has(word)) return false;
    return this.#allowed.has(word) || this.#isCombined(word) || WORDS_BEFORE_BRACKET.has(name.toUpperCase());
  }

  /** True when this word may stand alone. `arrayMap(file, ...)` and `APPLY file` call a function without brackets. */
  mayStand(name: string): boolean {
    return !this.#refused.has(lower(name)) && !this.#needles.has(lower(name));
  }

  /** Number of the argument that must be a short literal; undefined: none. */
  needleOf(name: string): number | undefined {
    return this.#needles.get(lower(name));
  }

  /** The allowed names, sorted. */
  names(): readonly string[] {
    return [...this.#allowed].toSorted();
  }

  #isCombined(word: string): boolean {
    if (this.#aggregates.has(word)) return true;
    return this.#combinators.some(suffix => word.endsWith(suffix) && this.#isCombined(word.slice(0, -suffix.length)));
  }
}

const lower = (name: string): string => name.toLowerCase();
