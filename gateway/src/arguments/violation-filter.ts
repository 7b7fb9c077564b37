import type { RiskLevel, Violation } from '@sightline/schemas';
import type { Viewer } from '../auth/viewer.ts';
import { BadInputError } from '../errors.ts';
import { checkedText, checkedTime } from './bounds.ts';

/** The readiness probe's store. Answers leave it out unless a filter names it. */
export const PROBE_STORE = 'probe';

export type OpenOrClosed = 'OPEN' | 'CLOSED';

/** A checked filter of violations. Times are those of the first breaching frame; `fromMs` is inclusive, `toMs` exclusive. */
export interface ViolationFilter {
  /** Stores that the viewer may see; null: all. */
  readonly grantedStoreIds: null | readonly string[];
  readonly storeId?: string | undefined;
  readonly cameraId?: string | undefined;
  readonly violationType?: string | undefined;
  readonly state?: OpenOrClosed | undefined;
  readonly riskLevel?: RiskLevel | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** A filter from a caller. Null, undefined and empty text all mean: no restriction. */
export interface FilterInput {
  readonly storeId?: string | null | undefined;
  readonly cameraId?: string | null | undefined;
  readonly violationType?: string | null | undefined;
  readonly state?: OpenOrClosed | null | undefined;
  readonly riskLevel?: RiskLevel | null | undefined;
  /** Violations that started at `from` or later, and before `to`; ms since 1970. */
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
}

/** Checks a filter and limits it to the viewer's stores. Throws BadInputError naming the wrong field. */
export function checkedFilter(input: FilterInput | null | undefined, viewer: Viewer | undefined): ViolationFilter {
  const [fromMs, toMs] = [checkedTime('from', input?.from), checkedTime('to', input?.to)];
  if (fromMs !== undefined && toMs !== undefined && toMs < fromMs)
    throw new BadInputError('to', '`to` lies before `from`: exchange them');
  return {
    grantedStoreIds: viewer === undefined ? [] : viewer.storeIds,
    storeId: checkedText('storeId', input?.storeId),
    cameraId: checkedText('cameraId', input?.cameraId),
    violationType: checkedText('violationType', input?.violationType),
    state: input?.state ?? undefined,
    riskLevel: input?.riskLevel ?? undefined,
    fromMs,
    toMs,
  };
}

export const openOrClosed = ({ state }: Pick<Violation, 'state'>): OpenOrClosed =>
  state === 'closed' ? 'CLOSED' : 'OPEN';

/** Fields of a violation that a filter compares. */
export type Filtered = Pick<
  Violation,
  'storeId' | 'cameraId' | 'violationType' | 'state' | 'riskLevel' | 'startedAtMs'
>;

export function storeVisible(filter: ViolationFilter, storeId: string): boolean {
  if (filter.grantedStoreIds !== null && !filter.grantedStoreIds.includes(storeId)) return false;
  return filter.storeId === undefined ? storeId !== PROBE_STORE : filter.storeId === storeId;
}

/** Applies the whole filter, in the same way as the SQL. */
export function matches(filter: ViolationFilter, violation: Filtered): boolean {
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
