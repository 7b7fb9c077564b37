import type { Violation } from '@sightline/schemas';
import type { Parts } from '../context.ts';
import { BadInputError } from '../errors.ts';
import type { ViolationFilter } from './violation-filter.ts';
import type { ViolationPosition } from './violations.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;

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
  readonly degraded: boolean;
  countAll(): Promise<number>;
}

/** A Relay page, newest first, by position: pages neither skip nor repeat a violation while new ones open. */
export async function violationConnection(
  violations: Parts['violations'],
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
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    degraded: page.degraded,
    countAll: () => violations.count(filter),
  };
}

function pageSize(field: string, asked: number): number {
  if (asked < 0 || asked > MAX_PAGE) throw new BadInputError(field, `a page has 0 to ${MAX_PAGE} violations`);
  return asked;
}

export function positionCursor({ startedAtMs, violationId }: ViolationPosition): string {
  return Buffer.from(`${startedAtMs}:${violationId}`).toString('base64url');
}

function parsePosition(field: string, cursor: string): ViolationPosition {
  const [, startedAtMs, violationId] = /^(\d{1,15}):([\w-]+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (startedAtMs === undefined || violationId === undefined)
    throw new BadInputError(field, 'not a cursor of this list');
  return { startedAtMs: Number(startedAtMs), violationId };
}
