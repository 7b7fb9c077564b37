/** Which records of two streams join: those of `right` from `beforeMs` before to `afterMs` after one of `left`. */
export interface JoinWindow {
  readonly beforeMs: number;
  readonly afterMs: number;
  /** How long after its end a window still takes records, in ms of event time. */
  readonly graceMs: number;
}

/**
 * All in ms, both ends included. A negative `before` or `after` moves the window to the other side. There is no default
 * grace.
 */
export function joinWindow(span: {
  readonly before: number;
  readonly after: number;
  readonly grace: number;
}): JoinWindow {
  const { before, after, grace } = span;
  if (!(before + after >= 0))
    throw new RangeError(`before (${before} ms) plus after (${after} ms) of a join window must not be negative`);
  if (!(grace >= 0)) throw new RangeError(`the grace of a join window must not be negative: ${grace} ms`);
  return { beforeMs: before, afterMs: after, graceMs: grace };
}
