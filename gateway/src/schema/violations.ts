import { builder } from '../builder.ts';
import type { Viewer } from '../context.ts';
import { mayQueryStore } from '../queries/configuration.ts';
import { violationConnection } from '../queries/violation-connection.ts';
import type { ViolationFilter as Filter } from '../queries/violation-filter.ts';
import { RiskLevel, ViolationState } from './enums.ts';
import { Violation } from './violation.ts';

export const ViolationFilter = builder.inputType('ViolationFilter', {
  description:
    'Which violations; all that is given must hold. The store of the readiness probe is left out unless named.',
  fields: t => ({
    storeId: t.id(),
    cameraId: t.id(),
    violationType: t.string(),
    state: t.field({ type: ViolationState }),
    riskLevel: t.field({ type: RiskLevel }),
    from: t.field({ type: 'DateTime', description: 'Started at or after.' }),
    to: t.field({ type: 'DateTime', description: 'Started before.' }),
  }),
});

type FilterInput = typeof ViolationFilter.$inferInput;

/** The filter as given, inside what the viewer was granted. */
export function filterOf(input: FilterInput | null | undefined, viewer: Viewer | undefined): Filter {
  return {
    grantedStoreIds: viewer === undefined ? [] : viewer.storeIds,
    storeId: input?.storeId ?? undefined,
    cameraId: input?.cameraId ?? undefined,
    violationType: input?.violationType ?? undefined,
    state: input?.state ?? undefined,
    riskLevel: input?.riskLevel ?? undefined,
    fromMs: input?.from ?? undefined,
    toMs: input?.to ?? undefined,
  };
}

builder.queryFields(t => ({
  violations: t.connection(
    {
      type: Violation,
      description: 'Newest first. At most 200 a page.',
      args: { filter: t.arg({ type: ViolationFilter }) },
      complexity: args => ({ field: 5, multiplier: args.first ?? args.last ?? 50 }),
      resolve: (_, args, { violations, viewer }) =>
        violationConnection(violations, filterOf(args.filter, viewer), args),
    },
    {
      name: 'ViolationConnection',
      fields: connection => ({
        totalCount: connection.int({ resolve: ({ countAll }) => countAll() }),
        degraded: connection.exposeBoolean('degraded', {
          description: 'The analytics database is not reached: these are the last minutes alone.',
        }),
      }),
    },
    { name: 'ViolationEdge' },
  ),
  violation: t.field({
    type: Violation,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The plain violationId.' }) },
    resolve: async (_, { id }, { violations, viewer }) => {
      const violation = await violations.get(id);
      return violation !== undefined && mayQueryStore(viewer, violation.storeId) ? violation : null;
    },
  }),
}));
