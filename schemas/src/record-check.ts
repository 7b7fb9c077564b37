import { days } from './duration.ts';
import type { Violation } from './generated/records.ts';
import type { RecordFacts } from './topic.ts';

/**
 * How far a time or an epoch in a record may be ahead of the time at which the log stored the record. More is a wrong
 * clock or a wrong unit, and a reader that keeps the highest so far would take nothing after it.
 */
export const MAX_AHEAD_MS = days(1);

/** As much for a violation that ended since the clock was set back: ten years. Beyond that no clock was ever set. */
const MAX_SET_BACK_MS = days(3_653);

type Check<V> = (value: V, facts: RecordFacts<string>) => string | undefined;

/** The fields by which readers order the records of a camera. */
interface Order<V> {
  readonly times: readonly (keyof V & string)[];
  /** Default: `sequence`. */
  readonly sequence?: keyof V & string;
}

/** This field of the value must be the record's key. */
export const keyedBy =
  <F extends string>(field: F): Check<Readonly<Record<F, string>>> =>
  ({ [field]: id }, { key }) =>
    id === key ? undefined : `${field} is ${shown(id)}, but the key is ${shown(key)}: write the ${field} as the key`;

const byCamera = keyedBy('cameraId');

/** A record of one camera. The key is its id, and neither epoch nor sequence nor these times are too far ahead. */
export const byCameraUpToNow =
  <V extends { readonly cameraId: string; readonly epoch: number }>(order: Order<V>): Check<V> =>
  (value, facts) =>
    byCamera(value, facts) ?? aheadIn(value, order, facts);

const VIOLATION_TIMES = { times: ['startedAtMs', 'lastSeenAtMs', 'endedAtMs'] } as const;
const FRAME_ORDER = { times: ['capturedAtMs'] } as const;

/**
 * As for the other records of a camera, with its three frames. A violation that ends because the clock was set back has
 * times of the wrong clock: they may be ten years ahead.
 */
export function checkViolation(value: Violation, facts: RecordFacts<string>): string | undefined {
  const refusal = byCamera(value, facts);
  if (refusal !== undefined) return refusal;
  const mostMs = value.closeReason === 'clock_set_back' ? MAX_SET_BACK_MS : MAX_AHEAD_MS;
  return (
    aheadIn(value, VIOLATION_TIMES, facts, '', mostMs) ??
    aheadIn(value.firstFrame, FRAME_ORDER, facts, 'firstFrame.', mostMs) ??
    aheadIn(value.peakFrame, FRAME_ORDER, facts, 'peakFrame.', mostMs) ??
    aheadIn(value.lastFrame, FRAME_ORDER, facts, 'lastFrame.', mostMs)
  );
}

/** An epoch has at most one sequence for each ms from two days before its start. `path`: the value's place, with a dot. */
function aheadIn<V extends { readonly epoch?: number } | Violation>(
  value: V,
  { times, sequence: counter = 'sequence' as keyof V & string }: Order<V>,
  { writtenAtMs }: RecordFacts<string>,
  path = '',
  mostMs = MAX_AHEAD_MS,
): string | undefined {
  const latestMs = writtenAtMs + mostMs;
  const epoch = 'epoch' in value ? (value.epoch ?? 0) : 0;
  const sequence = value[counter];
  const ahead = (field: string, timeMs: number): string => aheadBy(field, timeMs, writtenAtMs, mostMs);
  if (epoch > latestMs) return ahead(`${path}epoch`, epoch);
  const most = latestMs + MAX_AHEAD_MS - epoch;
  if (typeof sequence === 'number' && sequence > most)
    return `${path}${counter} is ${sequence}, but this epoch can have ${most} records at most: count them from 0`;
  for (const field of times) {
    const timeMs = value[field];
    if (typeof timeMs === 'number' && timeMs > latestMs) return ahead(path + field, timeMs);
  }
  return undefined;
}

const aheadBy = (field: string, timeMs: number, writtenAtMs: number, mostMs: number): string =>
  `${field} is ${timeMs}, over ${mostMs === MAX_AHEAD_MS ? 'a day' : 'ten years'} after the time at which the log stored the record, ${writtenAtMs}: write ms since 1970, and set the clocks of the writer and of the brokers right`;

/** The start of a text: a long id makes no long sentence. */
const shown = (text: string): string => JSON.stringify(text.slice(0, 100));
