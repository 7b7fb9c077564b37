import type { Violation } from '@sightline/schemas';
import type { ViolationFilter } from './violation-filter.ts';

/** Place of a violation in the newest-first order; both parts never change for an id. */
export interface ViolationPosition {
  readonly startedAtMs: number;
  readonly violationId: string;
}

/** `older` than or `newer` than a position; newest first either way. */
export interface ViolationPageRequest {
  readonly filter: ViolationFilter;
  readonly olderThan?: ViolationPosition | undefined;
  readonly newerThan?: ViolationPosition | undefined;
  /** `newest`: the page's top is at olderThan; `oldest`: its bottom is at newerThan. */
  readonly from: 'newest' | 'oldest';
  readonly limit: number;
}

/** Newest first. `degraded`: ClickHouse was not reached, so these are the last minutes alone. */
export interface ViolationPage {
  readonly violations: readonly Violation[];
  readonly hasMore: boolean;
  readonly degraded: boolean;
}
