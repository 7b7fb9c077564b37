import type { Span } from './ordered-names.ts';
import type { StoredValue } from './store-engine.ts';

export type NamedValue = readonly [name: string, value: StoredValue];

/** The entries that each layer of a store has in one span, in its direction, at most the span's limit. */
interface Slices {
  readonly committed: readonly NamedValue[];
  readonly frozen: readonly string[];
  readonly dirty: readonly string[];
}

interface Page {
  readonly found: readonly NamedValue[];
  /** The name up to which the entries are complete; undefined: the span is complete. */
  readonly end: string | undefined;
}

/** Merges the entries of all layers. `get` gives the current value of a name, or undefined when it is deleted. */
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

/** The name at which a layer's entries end; undefined when the layer has no more. */
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
