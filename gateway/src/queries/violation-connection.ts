import { isId, isTime, type Violation } from '@sightline/schemas';
import type { ViolationFilter } from '../arguments/violation-filter.ts';
import { BadInputError } from '../errors.ts';
import type { ViolationPosition } from '../live/ordered-entries.ts';
import type { Violations } from './violations.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;
const MAX_CURSOR = 400;

interface ConnectionArgs {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

export interface ViolationConnection {
  readonly edges: readonly { readonly cursor: string; readonly node: Violation }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly cursor: string;
  readonly degraded: boolean;
  /** Number of violations that this page leaves out because they cannot be read. */
  readonly unreadable: number;
  countAll(): Promise<number>;
}

/** A Relay page, newest first. Pages go by position, so a new violation makes no other one skipped or repeated. */
export async function violationConnection(
  violations: Pick<Violations, 'page' | 'count'>,
  filter: ViolationFilter,
  args: ConnectionArgs,
): Promise<ViolationConnection> {
  const backward = args.last != null;
  if (backward && args.first != null) throw new BadInputError('last', 'give first or last, not both');
  const page = await violations.page({
    filter,
    olderThan: args.after == null ? undefined : parsePosition('after', args.after),
    newerThan: args.before == null ? undefined : parsePosition('before', args.before),
    from: backward ? 'oldest' : 'newest',
    limit: pageSize(backward ? 'last' : 'first', args.first ?? args.last ?? DEFAULT_PAGE),
  });
  const edges = page.violations.map(node => ({ cursor: positionCursor(node), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: backward ? args.before != null : page.hasMore,
      hasPreviousPage: backward ? page.hasMore : args.after != null,
      startCursor: page.first === undefined ? null : positionCursor(page.first),
      endCursor: page.last === undefined ? null : positionCursor(page.last),
    },
    cursor: page.cursor,
    degraded: page.degraded,
    unreadable: page.unreadable,
    countAll: () => violations.count(filter),
  };
}

function pageSize(field: string, asked: number): number {
  if (!Number.isInteger(asked) || asked < 0 || asked > MAX_PAGE)
    throw new BadInputError(field, `a page may have 0 to ${MAX_PAGE} violations`);
  return asked;
}

export function positionCursor({ startedAtMs, violationId }: ViolationPosition): string {
  return Buffer.from(`${startedAtMs}:${violationId}`).toString('base64url');
}

function parsePosition(field: string, cursor: string): ViolationPosition {
  const text = cursor.length > MAX_CURSOR ? '' : Buffer.from(cursor, 'base64url').toString();
  const [, startedAtMs, violationId = ''] = /^(\d{1,15}):(.*)$/.exec(text) ?? [];
  if (startedAtMs === undefined || !isTime(Number(startedAtMs)) || !isId(violationId))
    throw new BadInputError(field, 'this is not a cursor of this list');
  return { startedAtMs: Number(startedAtMs), violationId };
}
