import type { RiskLevel, ViolationFilter, ViolationState } from '#generated/documents.ts';
import { GatewayError } from './graphql-answer.ts';
import { isDay, nextDay, startOfDayMs } from './store-time.ts';

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
/** The gateway takes times from 1970 to 2100. */
const [EARLIEST_MS, LATEST_MS] = [0, Date.UTC(2100, 0, 1)];
const [FIRST_DAY, LAST_DAY] = ['1970-01-01', '2099-12-31'];
const keys = ['storeId', 'cameraId', 'violationType', 'state', 'riskLevel', 'from', 'to', 'after'] as const;

type Field = (typeof keys)[number];

/** A value of an address that is ignored, and why. */
export interface IgnoredValue {
  readonly field: Field;
  readonly message: string;
}

/** An address as the page uses it. */
export interface ReadQuery {
  readonly query: ViolationQuery;
  readonly ignored: readonly IgnoredValue[];
}

/** Reads an address. A wrong value is said and ignored, so an old link never breaks the page. */
export function parseViolationQuery(params: SearchParams): ReadQuery {
  const ignored: IgnoredValue[] = [];
  const text = (key: Field): string | undefined => {
    const value = params[key];
    return (typeof value === 'string' ? value : value?.[0]) || undefined;
  };
  const checked = <T>(field: Field, value: T | undefined, mustBe: string): T | undefined => {
    const given = text(field);
    if (given !== undefined && value === undefined)
      ignored.push({ field, message: `the address says ${field}=${shortened(given)}, which is ignored: ${mustBe}` });
    return value;
  };
  const day = (field: Field): string | undefined => {
    const value = text(field);
    const known = value !== undefined && isDay(value) && value >= FIRST_DAY && value <= LAST_DAY ? value : undefined;
    return checked(field, known, `a day of the calendar is needed, from ${FIRST_DAY} to ${LAST_DAY}`);
  };
  const state = states.find(one => one === text('state')?.toUpperCase());
  const riskLevel = riskLevels.find(one => one === text('riskLevel')?.toUpperCase());
  const query = withoutEmpty({
    storeId: text('storeId'),
    cameraId: text('cameraId'),
    violationType: text('violationType'),
    state: checked('state', state, 'open or closed is needed'),
    riskLevel: checked('riskLevel', riskLevel, 'low, medium or high is needed'),
    from: day('from'),
    to: day('to'),
    after: text('after'),
  });
  return { query, ignored };
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/**
 * Asks with a query. While the gateway refuses a value of it, asks again without that value, which is then ignored.
 * Throws any other error.
 */
export async function askWithout<T>(
  { query, ignored }: ReadQuery,
  ask: (query: ViolationQuery) => Promise<T>,
): Promise<ReadQuery & { readonly answer: T }> {
  try {
    return { query, ignored, answer: await ask(query) };
  } catch (error) {
    const field = error instanceof GatewayError && error.code === 'BAD_INPUT' ? error.field : undefined;
    const refused = keys.find(key => key === field && query[key] !== undefined);
    if (refused === undefined || !(error instanceof GatewayError)) throw error;
    const given = shortened(query[refused] ?? '');
    const message = `the address says ${refused}=${given}, which is ignored: ${error.message}`;
    const { [refused]: _, ...rest } = query;
    return askWithout({ query: rest, ignored: [...ignored, { field: refused, message }] }, ask);
  }
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
    from: query.from && timeOf(query.from, timeZone),
    to: query.to && timeOf(nextDay(query.to), timeZone),
  });
}

/** Start of a day. The first and the last day that the gateway takes may begin a little outside its range. */
function timeOf(day: string, timeZone: string): string {
  const startMs = startOfDayMs(day, timeZone);
  return new Date(Math.min(Math.max(startMs, EARLIEST_MS), LATEST_MS)).toISOString();
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
