import { TopologyError } from '@sightline/processors/runtime';

/**
 * Whose records move the time that closes windows. `task`: all records of the task, as in Kafka Streams. `key`: the
 * key's own records, so a slow key loses no records because of a fast one. With `key`, the state of a key without
 * further records stays, unless the source is `whenIdle`: its moves of time close windows of every key.
 */
export type WindowTime = 'task' | 'key';

export interface WindowOptions {
  /** How long after its end a window still takes records, ms of event time; 0: not at all. */
  readonly grace: number;
  readonly time?: WindowTime;
}

/** Windows `[start, start + size)` that begin at 0 and every `advanceMs` after it. */
export interface TimeWindows {
  readonly kind: 'time';
  readonly sizeMs: number;
  readonly advanceMs: number;
  readonly graceMs: number;
  readonly time: WindowTime;
}

/** Windows `[start, start + difference]`, one for each set of a key's records within that difference. */
export interface SlidingWindows {
  readonly kind: 'sliding';
  readonly timeDifferenceMs: number;
  readonly graceMs: number;
  readonly time: WindowTime;
}

/**
 * Runs of a key's records with at most `gapMs` between neighbours, from the first's time to the last's, both included.
 */
export interface SessionWindows {
  readonly kind: 'session';
  readonly gapMs: number;
  readonly graceMs: number;
  readonly time: WindowTime;
}

/** Windows without overlap or gaps. */
export function tumbling(sizeMs: number, options: WindowOptions): TimeWindows {
  return hopping(sizeMs, { ...options, advance: sizeMs });
}

/** Overlapping windows: a record is in up to size / advance of them, rounded up. */
export function hopping(sizeMs: number, options: WindowOptions & { readonly advance: number }): TimeWindows {
  const { advance, grace, time = 'task' } = options;
  check('the size of a window', sizeMs, 1);
  check('the advance of a window', advance, 1, sizeMs);
  check('a grace', grace, 0);
  return { kind: 'time', sizeMs, advanceMs: advance, graceMs: grace, time };
}

export function sliding(timeDifferenceMs: number, { grace, time = 'task' }: WindowOptions): SlidingWindows {
  check('the time difference of a sliding window', timeDifferenceMs, 0);
  check('a grace', grace, 0);
  return { kind: 'sliding', timeDifferenceMs, graceMs: grace, time };
}

export function session(gapMs: number, { grace, time = 'task' }: WindowOptions): SessionWindows {
  check('the gap of a session', gapMs, 1);
  check('a grace', grace, 0);
  return { kind: 'session', gapMs, graceMs: grace, time };
}

function check(what: string, ms: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(ms) && ms >= least && ms <= most) return;
  throw new TopologyError('TOPOLOGY_INVALID', `${what} cannot be ${ms} ms`);
}
