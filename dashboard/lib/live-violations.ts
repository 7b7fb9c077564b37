import type { ViolationFilter, ViolationRow } from '#generated/documents.ts';
import { isAfter, type Place } from './event-place.ts';
import { matchesFilter } from './violation-query.ts';

/** A violation as the stream gave it, with the positions of its events. */
export interface Heard {
  readonly violation: ViolationRow;
  readonly last: Place;
  /** Positions of the opening and closing events; null: the stream had none. */
  readonly opened: Place | null;
  readonly closed: Place | null;
}

export type HeardViolations = ReadonlyMap<string, Heard>;

/** Adds one event to the state of a violation. */
export function heard(known: Heard | undefined, violation: ViolationRow, place: Place): Heard {
  return {
    violation: newer(known?.violation, violation),
    last: place,
    opened: violation.revision === 1 ? place : (known?.opened ?? null),
    closed: violation.state === 'CLOSED' ? place : (known?.closed ?? null),
  };
}

/** Sorts newest first, then by id, as the gateway does. */
export function newestFirst(a: ViolationRow, b: ViolationRow): number {
  return Date.parse(b.startedAt) - Date.parse(a.startedAt) || (a.violationId < b.violationId ? 1 : -1);
}

/** The newer of two records of one violation. Keeps a still that one of them has. */
export function newer(known: ViolationRow | undefined, next: ViolationRow): ViolationRow {
  if (!known) return next;
  const latest = next.revision >= known.revision ? next : known;
  return { ...latest, still: latest.still ?? known.still ?? next.still };
}

/** Violations with an event after `cursor`, each in its newest revision. */
export function latestSince(all: HeardViolations, cursor: string): ReadonlyMap<string, ViolationRow> {
  const since = [...all].filter(([, { last }]) => isAfter(last, cursor));
  return new Map(since.map(([id, { violation }]) => [id, violation]));
}

/** The loaded list, with each violation in the stream's newest revision. */
export function refreshed(
  loaded: readonly ViolationRow[],
  latest: ReadonlyMap<string, ViolationRow>,
): readonly ViolationRow[] {
  return loaded.map(one => newer(one, latest.get(one.violationId) ?? one));
}

/** Those of the stream that the loaded list lacks though they would stand in it or above it; newest first. */
export function arrived(
  loaded: readonly ViolationRow[],
  latest: ReadonlyMap<string, ViolationRow>,
): readonly ViolationRow[] {
  const known = new Set(loaded.map(one => one.violationId));
  const oldest = loaded.at(-1);
  return [...latest.values()]
    .filter(one => !known.has(one.violationId))
    .filter(one => oldest === undefined || newestFirst(one, oldest) < 0)
    .sort(newestFirst);
}

/** Of the violations heard of, the one that stands right above this one in the list of a filter. */
export function nextNewer(
  latest: ReadonlyMap<string, ViolationRow>,
  filter: ViolationFilter,
  of: ViolationRow,
): ViolationRow | undefined {
  return [...latest.values()]
    .filter(one => newestFirst(one, of) < 0 && matchesFilter(filter, one))
    .sort(newestFirst)
    .at(-1);
}

/** Violations that opened after the cursor and started at or after `since`, by camera. */
export function openedSince(all: HeardViolations, cursor: string, since: string): ReadonlyMap<string, number> {
  return sumByCamera(all, ({ opened, violation }) =>
    opened !== null && isAfter(opened, cursor) && Date.parse(violation.startedAt) >= Date.parse(since) ? 1 : 0,
  );
}

/** By how much the number of open violations changed after the cursor, by camera. */
export function openChange(all: HeardViolations, cursor: string): ReadonlyMap<string, number> {
  const counts = (place: Place | null): number => (place !== null && isAfter(place, cursor) ? 1 : 0);
  return sumByCamera(all, ({ opened, closed }) => counts(opened) - counts(closed));
}

function sumByCamera(all: HeardViolations, share: (one: Heard) => number): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const one of all.values()) {
    const { cameraId } = one.violation;
    sums.set(cameraId, (sums.get(cameraId) ?? 0) + share(one));
  }
  return sums;
}
