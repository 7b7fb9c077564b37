/** An interval of camera time in ms: [startMs, endMs]. */
export interface Interval {
  readonly cameraId: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface Score {
  readonly truths: number;
  readonly found: number;
  readonly truePositives: number;
  /** truePositives / found; 1 when nothing was found and nothing was true. */
  readonly precision: number;
  /** truePositives / truths. */
  readonly recall: number;
  /** Absolute differences of start and of end of matched pairs, in ms, ascending. */
  readonly startErrorsMs: readonly number[];
  readonly endErrorsMs: readonly number[];
  readonly missed: readonly Interval[];
  readonly invented: readonly Interval[];
}

const overlapMs = (a: Interval, b: Interval): number => Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs);

/**
 * Matches found violations with true ones, one to one: same camera and overlapping times (touching counts), longest
 * overlap first. An unmatched true one is missed; an unmatched found one is invented.
 */
export function scoreViolations(truths: readonly Interval[], found: readonly Interval[]): Score {
  const pairs = truths
    .flatMap(truth =>
      found
        .filter(interval => interval.cameraId === truth.cameraId)
        .map(interval => ({ truth, interval, overlap: overlapMs(truth, interval) })),
    )
    .filter(pair => pair.overlap >= 0)
    .sort((a, b) => b.overlap - a.overlap);
  const takenTruths = new Set<Interval>();
  const takenFound = new Set<Interval>();
  const matched = pairs.filter(({ truth, interval }) => {
    if (takenTruths.has(truth) || takenFound.has(interval)) return false;
    takenTruths.add(truth);
    takenFound.add(interval);
    return true;
  });
  const ratio = (all: number): number => (all === 0 ? 1 : matched.length / all);
  const errors = (edge: 'startMs' | 'endMs'): readonly number[] =>
    matched.map(({ truth, interval }) => Math.abs(truth[edge] - interval[edge])).sort((a, b) => a - b);
  return {
    truths: truths.length,
    found: found.length,
    truePositives: matched.length,
    precision: ratio(found.length),
    recall: ratio(truths.length),
    startErrorsMs: errors('startMs'),
    endErrorsMs: errors('endMs'),
    missed: truths.filter(truth => !takenTruths.has(truth)),
    invented: found.filter(interval => !takenFound.has(interval)),
  };
}

/** Value at quantile `q` (0 to 1) of ascending numbers, by nearest rank; NaN for an empty list. */
export function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.min(ascending.length - 1, Math.max(0, Math.ceil(q * ascending.length) - 1))] ?? Number.NaN;
}
