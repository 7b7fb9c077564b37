/** What the counting topology must have written, decided by its input alone. */
export interface CountingResult {
  /** Keys of the input partition by offset; offsets without gaps. */
  readonly input: readonly string[];
  /** Committed outputs of the same partition, in order: `count:offset`. */
  readonly output: readonly { readonly key: string; readonly value: string }[];
}

/** Every way in which the output of one partition is wrong; empty when each record counted exactly once, in order. */
export function faultsOf({ input, output }: CountingResult): string[] {
  const counts = new Map<string, number>();
  const expected = input.map((key, offset) => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return `${key}=${count}:${offset}`;
  });
  const seen = output.map(({ key, value }) => `${key}=${value}`);
  const faults: string[] = [];
  const times = Map.groupBy(seen, entry => entry);
  for (const entry of expected) if (!times.has(entry)) faults.push(`lost ${entry}`);
  for (const [entry, list] of times) if (list.length > 1) faults.push(`${list.length} times ${entry}`);
  const wanted = new Set(expected);
  for (const entry of times.keys()) if (!wanted.has(entry)) faults.push(`wrong ${entry}`);
  if (faults.length === 0 && seen.some((entry, index) => entry !== expected[index])) faults.push('out of order');
  return faults;
}
