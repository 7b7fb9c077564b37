/** Which records of two streams meet: those of `right` from `beforeMs` before to `afterMs` after one of `left`. */
export interface JoinWindow {
  readonly beforeMs: number;
  readonly afterMs: number;
  /** How long after a window's end its records are still expected. */
  readonly graceMs: number;
}

/** All in ms, both ends included; a negative `before` or `after` looks only to the other side. Grace is never implied. */
export function joinWindow(span: {
  readonly before: number;
  readonly after: number;
  readonly grace: number;
}): JoinWindow {
  const { before, after, grace } = span;
  if (!(before + after >= 0)) throw new RangeError(`a join window of ${before} ms before and ${after} ms after`);
  if (!(grace >= 0)) throw new RangeError(`a grace of ${grace} ms`);
  return { beforeMs: before, afterMs: after, graceMs: grace };
}
