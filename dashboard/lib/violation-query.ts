import type { RiskLevel, ViolationFilter, ViolationState } from '#generated/documents.ts';
import { nextDay, startOfDayMs } from './store-time.ts';

/** The filters in the address of the violations list. Days are YYYY-MM-DD, both inclusive. */
export interface ViolationQuery {
  readonly storeId?: string | undefined;
  readonly cameraId?: string | undefined;
  readonly violationType?: string | undefined;
  readonly state?: ViolationState | undefined;
  readonly riskLevel?: RiskLevel | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Cursor of the page before. */
  readonly after?: string | undefined;
}

export type SearchParams = Readonly<Record<string, string | readonly string[] | undefined>>;

const states: readonly ViolationState[] = ['OPEN', 'CLOSED'];
const riskLevels: readonly RiskLevel[] = ['LOW', 'MEDIUM', 'HIGH'];
const keys = ['storeId', 'cameraId', 'violationType', 'state', 'riskLevel', 'from', 'to', 'after'] as const;

/** Reads an address. Ignores unknown values, so an old link never breaks the page. */
export function parseViolationQuery(params: SearchParams): ViolationQuery {
  const text = (key: string): string | undefined => {
    const value = params[key];
    return (typeof value === 'string' ? value : value?.[0]) || undefined;
  };
  const day = (key: string): string | undefined => {
    const value = text(key);
    return value && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
  };
  return withoutEmpty({
    storeId: text('storeId'),
    cameraId: text('cameraId'),
    violationType: text('violationType'),
    state: states.find(state => state === text('state')?.toUpperCase()),
    riskLevel: riskLevels.find(level => level === text('riskLevel')?.toUpperCase()),
    from: day('from'),
    to: day('to'),
    after: text('after'),
  });
}

/** The address of a query: keys in a fixed order, values in lower case where they are words of ours. */
export function violationHref(query: ViolationQuery): '/violations' | `/violations?${string}` {
  const search = searchOf(query);
  return search === '' ? '/violations' : `/violations?${search}`;
}

/** The address of one violation, with the filters of the list that it is looked at in. */
export function violationPageHref(
  violationId: string,
  { after, ...filters }: ViolationQuery = {},
): `/violations/${string}` {
  const search = searchOf(filters);
  return `/violations/${encodeURIComponent(violationId)}${search === '' ? '' : `?${search}`}`;
}

function searchOf(query: ViolationQuery): string {
  const params = new URLSearchParams();
  for (const key of keys) {
    const value = query[key];
    if (value) params.set(key, key === 'state' || key === 'riskLevel' ? value.toLowerCase() : value);
  }
  return params.toString();
}

/** The query as the gateway's filter. Days begin and end at midnight in `timeZone`. */
export function toViolationFilter(query: ViolationQuery, timeZone: string): ViolationFilter {
  return withoutEmpty({
    storeId: query.storeId,
    cameraId: query.cameraId,
    violationType: query.violationType,
    state: query.state,
    riskLevel: query.riskLevel,
    from: query.from && new Date(startOfDayMs(query.from, timeZone)).toISOString(),
    to: query.to && new Date(startOfDayMs(nextDay(query.to), timeZone)).toISOString(),
  });
}

interface Matchable {
  readonly storeId: string;
  readonly cameraId: string;
  readonly violationType: string;
  readonly state: ViolationState;
  readonly riskLevel: RiskLevel;
  readonly startedAt: string;
}

/** True when the gateway would list a new violation under this filter. */
export function matchesFilter(filter: ViolationFilter, violation: Matchable): boolean {
  return (
    (filter.storeId == null || filter.storeId === violation.storeId) &&
    (filter.cameraId == null || filter.cameraId === violation.cameraId) &&
    (filter.violationType == null || filter.violationType === violation.violationType) &&
    (filter.state == null || filter.state === violation.state) &&
    (filter.riskLevel == null || filter.riskLevel === violation.riskLevel) &&
    (filter.from == null || Date.parse(filter.from) <= Date.parse(violation.startedAt)) &&
    (filter.to == null || Date.parse(violation.startedAt) < Date.parse(filter.to))
  );
}

type WithoutEmpty<T> = { [K in keyof T]?: Exclude<T[K], undefined | ''> };

function withoutEmpty<T extends object>(value: T): WithoutEmpty<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== undefined && one !== ''),
  ) as WithoutEmpty<T>;
}
