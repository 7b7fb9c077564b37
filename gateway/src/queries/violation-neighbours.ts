import type { Violation } from '@sightline/schemas';
import type { ViolationFilter } from '../arguments/violation-filter.ts';
import type { ViolationPosition } from '../live/ordered-entries.ts';
import type { Violations } from './violations.ts';

/**
 * The violations directly before and after a position in the list of a filter; null: there is none. While ClickHouse is
 * down older ones may be missing, as in the list.
 */
export async function violationNeighbours(
  violations: Pick<Violations, 'page'>,
  filter: ViolationFilter,
  at: ViolationPosition,
): Promise<{ readonly newer: Violation | null; readonly older: Violation | null }> {
  const [newer, older] = await Promise.all([
    violations.page({ filter, newerThan: at, from: 'oldest', limit: 1 }),
    violations.page({ filter, olderThan: at, from: 'newest', limit: 1 }),
  ]);
  return { newer: newer.violations[0] ?? null, older: older.violations[0] ?? null };
}
