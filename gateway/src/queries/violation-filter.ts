import type { RiskLevel, Violation } from '@sightline/schemas';

/** The readiness probe's store: left out of everything unless a filter names it. */
export const PROBE_STORE = 'probe';

export type OpenOrClosed = 'OPEN' | 'CLOSED';

/** Which violations. Times are of the first breaching frame: `fromMs` inclusive, `toMs` exclusive. */
export interface ViolationFilter {
  /** Stores the viewer may see; null: all. */
  readonly grantedStoreIds: null | readonly string[];
  readonly storeId?: string | undefined;
  readonly cameraId?: string | undefined;
  readonly violationType?: string | undefined;
  readonly state?: OpenOrClosed | undefined;
  readonly riskLevel?: RiskLevel | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

export const openOrClosed = (violation: Violation): OpenOrClosed => (violation.state === 'closed' ? 'CLOSED' : 'OPEN');

export function storeVisible(filter: ViolationFilter, storeId: string): boolean {
  if (filter.grantedStoreIds !== null && !filter.grantedStoreIds.includes(storeId)) return false;
  return filter.storeId === undefined ? storeId !== PROBE_STORE : filter.storeId === storeId;
}

/** The whole filter, as ClickHouse applies it. */
export function matches(filter: ViolationFilter, violation: Violation): boolean {
  return (
    storeVisible(filter, violation.storeId) &&
    (filter.cameraId === undefined || filter.cameraId === violation.cameraId) &&
    (filter.violationType === undefined || filter.violationType === violation.violationType) &&
    (filter.state === undefined || filter.state === openOrClosed(violation)) &&
    (filter.riskLevel === undefined || filter.riskLevel === violation.riskLevel) &&
    (filter.fromMs === undefined || filter.fromMs <= violation.startedAtMs) &&
    (filter.toMs === undefined || violation.startedAtMs < filter.toMs)
  );
}
