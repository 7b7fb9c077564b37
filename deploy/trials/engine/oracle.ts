/** The expected results of the counting application, derived only from the records in its topics. */
export interface Seen {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
}

export interface Evidence {
  /** All records of the input topic. */
  readonly input: readonly Seen[];
  /** Committed outputs of each partition, in order: for each input record `count of its key so far:its offset`. */
  readonly output: readonly Seen[];
  /** The committed changelog; the last value of a key is its count. */
  readonly changelog: readonly Seen[];
  /** The group's committed offset, by partition. */
  readonly groupOffsets: ReadonlyMap<number, number | undefined>;
}

export interface Verdict {
  /** Number of input records without an output. */
  readonly lost: number;
  /** Number of additional outputs for the same input record. */
  readonly duplicate: number;
  /** Number of parts of a transaction that disagree: wrong counts, order, changelog or group offset. */
  readonly torn: number;
  /** The first few findings, for people. */
  readonly examples: readonly string[];
}

/**
 * Exactly once means: every input record has one output, counts rise by one, and changelog and offsets agree with them.
 */
export function judge({ input, output, changelog, groupOffsets }: Evidence): Verdict {
  const lost: string[] = [];
  const duplicate: string[] = [];
  const torn: string[] = [];
  const outputsOf = Map.groupBy(output, ({ partition }) => partition);
  const changesOf = Map.groupBy(changelog, ({ partition }) => partition);
  for (const [partition, records] of Map.groupBy(input, ({ partition: number }) => number)) {
    const counts = new Map<string, number>();
    const seen = Map.groupBy(outputsOf.get(partition) ?? [], ({ value }) => Number(value.split(':')[1]));
    for (const { key, offset } of records) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      const [first, ...more] = seen.get(offset) ?? [];
      const where = `${partition}/${offset}`;
      if (first === undefined) lost.push(`lost ${where} (${key} ${count})`);
      else if (first.key !== key || first.value !== `${count}:${offset}`)
        torn.push(`output of ${where} is ${first.key}=${first.value}, but its count is ${count}`);
      for (const again of more) duplicate.push(`again ${where}: ${again.key}=${again.value}`);
      seen.delete(offset);
    }
    for (const [foreign] of seen.values())
      torn.push(`an output without an input: ${partition} ${foreign?.key}=${foreign?.value}`);
    torn.push(...disordered(partition, outputsOf.get(partition) ?? []));
    torn.push(...disagreeing(partition, counts, changesOf.get(partition) ?? []));
    const end = Math.max(...records.map(({ offset }) => offset)) + 1;
    const committed = groupOffsets.get(partition);
    if (committed !== end) torn.push(`group offset of ${partition} is ${committed}, but its input ends at ${end}`);
  }
  const examples = [lost, duplicate, torn].flatMap(list => list.slice(0, 3));
  return { lost: lost.length, duplicate: duplicate.length, torn: torn.length, examples };
}

/** Outputs must be in the order of their inputs. A duplicate is reported elsewhere, not here. */
function disordered(partition: number, outputs: readonly Seen[]): readonly string[] {
  const offsets = [...new Set(outputs.map(({ value }) => Number(value.split(':')[1])))];
  return offsets.flatMap((offset, index) => {
    const before = offsets[index - 1] ?? -1;
    return offset < before ? [`output of ${partition}/${offset} comes after that of ${before}`] : [];
  });
}

function disagreeing(partition: number, counts: ReadonlyMap<string, number>, changes: readonly Seen[]): string[] {
  const last = new Map(changes.map(({ key, value }) => [key, Number(value)]));
  const wrong = [...counts].filter(([key, count]) => last.get(key) !== count);
  return wrong.map(
    ([key, count]) => `changelog of ${partition} has ${key}=${last.get(key)}, but the count is ${count}`,
  );
}
