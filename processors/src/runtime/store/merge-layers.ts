import type { Span } from './ordered-names.ts';
import type { StoredValue } from './store-engine.ts';

export type NamedValue = readonly [name: string, value: StoredValue];

/** What each layer of a store has of one span, in its direction: at most as many as the span's limit. */
interface Slices {
  readonly committed: readonly NamedValue[];
  readonly frozen: readonly string[];
  readonly dirty: readonly string[];
}

interface Page {
  readonly found: readonly NamedValue[];
  /** Up to where the entries are complete; undefined: the span is done. */
  readonly end: string | undefined;
}

/** The entries of all layers together as `get` sees them; it answers undefined for one that is deleted. */
export function mergeLayers(
  span: Span,
  { committed, frozen, dirty }: Slices,
  get: (name: string) => StoredValue | undefined,
): Page {
  const end = nearest(span, [lastIfFull(span, committed)?.[0], lastIfFull(span, dirty), lastIfFull(span, frozen)]);
  if (dirty.length === 0 && frozen.length === 0) return { found: committed, end };
  const isBefore = span.backward ? (a: string, b: string) => a > b : (a: string, b: string) => a < b;
  const found: NamedValue[] = [];
  let at = 0;
  for (const name of union(dirty, frozen, span.backward)) {
    for (let entry = committed[at]; entry !== undefined && isBefore(entry[0], name); entry = committed[++at])
      found.push(entry);
    if (committed[at]?.[0] === name) at++;
    const value = get(name);
    if (value !== undefined) found.push([name, value]);
  }
  for (let entry = committed[at]; entry !== undefined; entry = committed[++at]) found.push(entry);
  return { found: end === undefined ? found : found.filter(([name]) => !isBefore(end, name)), end };
}

/** What a layer gave ends here when it may have more. */
function lastIfFull<T>({ limit }: Span, found: readonly T[]): T | undefined {
  return found.length === limit ? found[limit - 1] : undefined;
}

function nearest({ backward }: Span, ends: readonly (string | undefined)[]): string | undefined {
  let found: string | undefined;
  for (const end of ends) if (end !== undefined && (found === undefined || end < found !== backward)) found = end;
  return found;
}

function union(a: readonly string[], b: readonly string[], backward: boolean): readonly string[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const names = [...new Set([...a, ...b])].sort();
  return backward ? names.reverse() : names;
}
