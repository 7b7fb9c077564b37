import { ClickHouseError } from './errors.ts';
import { isName, nameOf, type Token } from './printed.ts';

/**
 * ClickHouse copies the definition of a name to each place that uses the name, before a limit or KILL can end the
 * statement. With `a1 AS (SELECT * FROM a0, a0), a2 AS (SELECT * FROM a1, a1), ...` 40 names make 2^40 copies. So the judge
 * counts the size of a statement with all copies, by tokens. A subquery and a join cost the analysis more than other tokens.
 */
const EXPANDED_LIMIT = 60_000;
const WEIGHTS: ReadonlyMap<string, number> = new Map([['SELECT', 100], ['JOIN', 1_000]]); // biome-ignore format: a table

/** Stands for all sizes above the limit. */
const CAPPED = EXPANDED_LIMIT + 1;

/** Most names that a statement may define. */
const NAMES_LIMIT = 1_000;

/** `name AS (query)` or `expression AS name`; body: indices of its tokens. */
interface Definition {
  readonly name: string;
  readonly isQuery: boolean;
  readonly from: number;
  readonly to: number;
}

/** Throws ClickHouseError 168 when the statement, with the definitions of all names copied in, is too large. */
export function judgeExpansion(tokens: readonly Token[]): void {
  const definitions = definitionsOf(tokens);
  if (definitions.length > NAMES_LIMIT) throw tooLarge(`defines more than ${NAMES_LIMIT} names`);
  const byName = Map.groupBy(definitions, ({ name }) => name);
  const sizes = sizesOf(tokens, definitions, byName);
  const queries = new Map(definitions.filter(({ isQuery }) => isQuery).map(query => [query.from, query]));
  let total = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const query = queries.get(at);
    const used = usedAt(tokens, at, byName);
    if (query !== undefined)
      at = query.to - 1; // a named query counts where its name is used
    else total += used === undefined ? weightAt(tokens, at) : largest(used, sizes);
  }
  if (total > EXPANDED_LIMIT)
    throw tooLarge('is too large once the query behind each name is copied to every place that uses the name');
}

const tooLarge = (what: string): ClickHouseError =>
  new ClickHouseError(168, `The statement ${what}; use fewer names, subqueries and joins`, 'TOO_BIG_AST');

type Sizes = ReadonlyMap<Definition, number>;
type ByName = ReadonlyMap<string, readonly Definition[]>;

/** Size of the largest definition that a use may mean. */
const largest = (definitions: readonly Definition[], sizes: Sizes): number =>
  definitions.reduce((most, definition) => Math.max(most, sizes.get(definition) ?? 1), 1);

const weightAt = (tokens: readonly Token[], at: number): number => WEIGHTS.get(tokens[at]?.text ?? '') ?? 1;

/** Size of each definition with all copies. */
function sizesOf(tokens: readonly Token[], definitions: readonly Definition[], byName: ByName): Sizes {
  const sizes = new Map(definitions.map(definition => [definition, 1]));
  const bodies = definitions.map(definition => bodyOf(tokens, definition, byName));
  // Each round copies one level deeper. Names in one order settle in two rounds, whichever order that is.
  for (let round = 0; round <= definitions.length; round += 1) {
    let isSettled = true;
    for (const { definition, own, uses } of round % 2 === 0 ? bodies : bodies.toReversed()) {
      const before = sizes.get(definition) ?? 1;
      const size = uses.reduce((sum, used) => sum + largest(used, sizes), own);
      if (size <= before) continue;
      isSettled &&= before === CAPPED;
      sizes.set(definition, Math.min(size, CAPPED));
    }
    if (isSettled) break;
  }
  return sizes;
}

interface Body {
  readonly definition: Definition;
  /** Size of its tokens without the names that it uses. */
  readonly own: number;
  /** For each use of a name, the definitions that it may mean. */
  readonly uses: readonly (readonly Definition[])[];
}

function bodyOf(tokens: readonly Token[], definition: Definition, byName: ByName): Body {
  const { name, from, to } = definition;
  // In a definition its own name is a column, or a definition within.
  const within = (byName.get(name) ?? []).filter(other => other !== definition && other.from >= from && other.to <= to);
  let own = 0;
  const uses: (readonly Definition[])[] = [];
  for (let at = from; at < to; at += 1) {
    const used = usedAt(tokens, at, byName);
    if (used === undefined) own += weightAt(tokens, at);
    else uses.push(used[0]?.name === name ? within : used);
  }
  return { definition, own, uses };
}

/** The definitions of the name that this token uses; undefined: it uses no name. */
function usedAt(tokens: readonly Token[], at: number, byName: ByName): readonly Definition[] | undefined {
  const [before, token, next] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (token === undefined || !isName(token) || before?.type === 'Dot' || next?.type === 'OpeningRoundBracket')
    return undefined;
  const namesQuery = next?.text === 'AS' && queryAfter(tokens, at + 1) !== undefined;
  if (before?.text === 'AS' || namesQuery) return undefined;
  const meant = byName.get(nameOf(token));
  // `query.column` only says whose column it is; `tuple.1` uses the tuple.
  const used = next?.type === 'Dot' ? meant?.filter(({ isQuery }) => !isQuery) : meant;
  return used?.length === 0 ? undefined : used;
}

const nameAt = (tokens: readonly Token[], at: number): string => {
  const token = tokens[at];
  return token === undefined ? '' : nameOf(token);
};

/** Words that begin a part of a statement. Names that a FROM or JOIN gives are of tables and are copied nowhere. */
const CLAUSES = new Set(
  `SELECT WITH FROM JOIN ON USING WHERE PREWHERE GROUP HAVING QUALIFY WINDOW ORDER LIMIT UNION EXCEPT INTERSECT`.split(
    ' ',
  ),
);
const TABLES = new Set(['FROM', 'JOIN']);

/** All definitions of names. */
function definitionsOf(tokens: readonly Token[]): readonly Definition[] {
  const found: Definition[] = [];
  /** For each open bracket: the clause, and where the present element of the list begins. */
  const open: { clause: string; element: number }[] = [{ clause: '', element: 0 }];
  for (const [at, token] of tokens.entries()) {
    const here = open.at(-1);
    if (token.type.startsWith('Opening')) open.push({ clause: '', element: at + 1 });
    else if (token.type.startsWith('Closing')) open.pop();
    else if (here === undefined) continue;
    else if (token.type === 'Comma') here.element = at + 1;
    else if (token.type === 'BareWord' && CLAUSES.has(token.text)) [here.clause, here.element] = [token.text, at + 1];
    else if (token.text === 'AS') found.push(...definitionAt(tokens, at, here));
  }
  return found;
}

function definitionAt(
  tokens: readonly Token[],
  at: number,
  { clause, element }: { readonly clause: string; readonly element: number },
): readonly Definition[] {
  const query = queryAfter(tokens, at);
  if (query !== undefined)
    return [{ name: nameAt(tokens, at - 1), isQuery: true, from: query, to: closing(tokens, query) + 1 }];
  const name = tokens[at + 1];
  if (name === undefined || !isName(name) || TABLES.has(clause)) return [];
  return [{ name: nameOf(name), isQuery: false, from: element, to: at }];
}

/** Index of the bracket that opens a query behind the AS at `at`; undefined: something else stands there. */
function queryAfter(tokens: readonly Token[], at: number): number | undefined {
  const start = tokens[at + 1]?.text === 'MATERIALIZED' ? at + 2 : at + 1;
  return tokens[start]?.type === 'OpeningRoundBracket' ? start : undefined;
}

/** Index of the bracket that closes the one at `from`. */
function closing(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const type = tokens[at]?.type ?? '';
    if (type.startsWith('Opening')) depth += 1;
    else if (type.startsWith('Closing') && --depth === 0) return at;
  }
  return tokens.length - 1;
}
