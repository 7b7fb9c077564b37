import { checkedText } from '../arguments/bounds.ts';
import { checkedFilter } from '../arguments/violation-filter.ts';
import { mayQueryStore } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import { PRICES } from '../prices.ts';
import { type FilterWarning as FilterWarningShape, filterWarnings } from '../queries/filter-warnings.ts';
import { violationConnection } from '../queries/violation-connection.ts';
import { RiskLevel, ViolationState } from './enums.ts';
import { Violation } from './violation.ts';

export const ViolationFilter = builder.inputType('ViolationFilter', {
  description:
    "A filter of violations. All given fields must match; an empty text counts as absent. The readiness probe's store is left out unless it is named.",
  fields: t => ({
    storeId: t.id(),
    cameraId: t.id(),
    violationType: t.string(),
    state: t.field({ type: ViolationState }),
    riskLevel: t.field({ type: RiskLevel }),
    from: t.field({ type: 'DateTime', description: 'Started at this time or later.' }),
    to: t.field({ type: 'DateTime', description: 'Started before.' }),
  }),
});

export const FilterWarning = builder.objectRef<FilterWarningShape>('FilterWarning').implement({
  description: 'A value of the filter that names nothing that is there now. Violations of what was removed stay.',
  fields: t => ({
    field: t.exposeString('field', { description: 'Field of the filter.' }),
    message: t.exposeString('message'),
  }),
});

builder.queryFields(t => ({
  violations: t.connection(
    {
      type: Violation,
      description: 'Violations, newest first; at most 200 a page.',
      args: { filter: t.arg({ type: ViolationFilter }) },
      complexity: args => ({ field: PRICES.question, multiplier: args.first ?? args.last ?? 50 }),
      resolve: async (_, args, { violations, fold, viewer }) => {
        const filter = checkedFilter(args.filter, viewer);
        const connection = await violationConnection(violations, filter, args);
        return { ...connection, warnings: filterWarnings(filter, fold, viewer) };
      },
    },
    {
      name: 'ViolationConnection',
      fields: connection => ({
        totalCount: connection.int({ complexity: PRICES.count, resolve: ({ countAll }) => countAll() }),
        cursor: connection.expose('cursor', {
          type: 'Cursor',
          description:
            'The page has all events before this position. Send it to `violationEvents` as `after` to miss none.',
        }),
        degraded: connection.exposeBoolean('degraded', {
          description:
            'True: the analytics database cannot be reached or is too slow, so older violations are missing.',
        }),
        unreadable: connection.exposeInt('unreadable', {
          description: 'Number of violations left out of this page because their stored form is no longer readable.',
        }),
        warnings: connection.expose('warnings', {
          type: [FilterWarning],
          description: 'Values of the filter that name nothing that exists now.',
        }),
      }),
    },
    { name: 'ViolationEdge' },
  ),
  violation: t.field({
    type: Violation,
    nullable: true,
    complexity: PRICES.question,
    args: { id: t.arg.id({ required: true, description: 'The violationId, not the node id.' }) },
    resolve: async (_, { id }, { violations, viewer }) => {
      const violation = await violations.get(checkedText('id', id) ?? '');
      return violation !== undefined && mayQueryStore(viewer, violation.storeId) ? violation : null;
    },
  }),
}));
