import type { ViolationRow } from '#generated/documents.ts';

/** Newest first; of equal times the id decides, as in the gateway's order. */
export function newestFirst(a: ViolationRow, b: ViolationRow): number {
  return Date.parse(b.startedAt) - Date.parse(a.startedAt) || (a.violationId < b.violationId ? 1 : -1);
}

/** The newer of two records of one violation; a still that is known stays known. */
export function newer(known: ViolationRow | undefined, next: ViolationRow): ViolationRow {
  if (!known) return next;
  const latest = next.revision >= known.revision ? next : known;
  return { ...latest, still: latest.still ?? known.still ?? next.still };
}

/** The list as loaded, each violation as the stream last knew it. */
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

/**
 * Violations that opened since the page was made, by camera. `recent` are the newest ones the page counted: what the
 * stream brings that is older than those was counted too.
 */
export function countsSince(
  recent: readonly ViolationRow[],
  latest: ReadonlyMap<string, ViolationRow>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of arrived(recent, latest)) counts.set(one.cameraId, (counts.get(one.cameraId) ?? 0) + 1);
  return counts;
}
