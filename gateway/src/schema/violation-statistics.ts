import { checkedTimeZone } from '../arguments/bounds.ts';
import { checkedFilter } from '../arguments/violation-filter.ts';
import { builder } from '../builder.ts';
import { PRICES } from '../prices.ts';
import { type FilterWarning as FilterWarningShape, filterWarnings } from '../queries/filter-warnings.ts';
import type {
  ViolationStatistics as Statistics,
  TimeCount as TimeCountShape,
  ViolationCount,
} from '../queries/violation-statistics.ts';
import { Camera } from './camera.ts';
import { Grain } from './enums.ts';
import { Store } from './store.ts';
import { FilterWarning, ViolationFilter } from './violations.ts';

const StoreCount = builder.objectRef<ViolationCount>('StoreCount').implement({
  fields: t => ({
    storeId: t.exposeID('key'),
    store: t.field({
      type: Store,
      nullable: true,
      resolve: ({ key }, _, { fold }) => fold.lastKnown('store', key)?.value ?? null,
    }),
    count: t.exposeInt('count'),
    open: t.exposeInt('open'),
  }),
});

const CameraCount = builder.objectRef<ViolationCount>('CameraCount').implement({
  fields: t => ({
    cameraId: t.exposeID('key'),
    camera: t.field({
      type: Camera,
      nullable: true,
      resolve: ({ key }, _, { fold }) => fold.lastKnown('camera', key)?.value ?? null,
    }),
    count: t.exposeInt('count'),
    open: t.exposeInt('open'),
  }),
});

const ViolationTypeCount = builder.objectRef<ViolationCount>('ViolationTypeCount').implement({
  fields: t => ({ violationType: t.exposeString('key'), count: t.exposeInt('count'), open: t.exposeInt('open') }),
});

const TimeCount = builder.objectRef<TimeCountShape>('TimeCount').implement({
  fields: t => ({
    time: t.expose('timeMs', { type: 'DateTime', description: 'Start of the step.' }),
    count: t.exposeInt('count'),
  }),
});

const ViolationStatistics = builder
  .objectRef<Statistics & { readonly warnings: readonly FilterWarningShape[] }>('ViolationStatistics')
  .implement({
    description:
      'Numbers of violations. Groups come by descending count; time steps come in order, without empty ones.',
    fields: t => ({
      total: t.exposeInt('total'),
      open: t.exposeInt('open'),
      byStore: t.expose('byStore', { type: [StoreCount] }),
      byCamera: t.expose('byCamera', { type: [CameraCount] }),
      byType: t.expose('byType', { type: [ViolationTypeCount] }),
      overTime: t.expose('overTime', { type: [TimeCount] }),
      stepsLeftOut: t.exposeInt('stepsLeftOut', {
        description:
          'Number of the oldest time steps left out of overTime, which has at most 5,000. All other numbers are complete.',
      }),
      cursor: t.expose('cursor', {
        type: 'Cursor',
        description: 'Exactly the events before this position are counted. `violationEvents` continues from it.',
      }),
      degraded: t.exposeBoolean('degraded', {
        description: 'True: the analytics database cannot be reached or is too slow, so older violations are missing.',
      }),
      warnings: t.expose('warnings', {
        type: [FilterWarning],
        description: 'Values of the filter that name nothing that exists now.',
      }),
    }),
  });

builder.queryField('violationStatistics', t =>
  t.field({
    type: ViolationStatistics,
    complexity: PRICES.statistics,
    args: {
      filter: t.arg({ type: ViolationFilter }),
      grain: t.arg({ type: Grain, defaultValue: 'HOUR' }),
      timezone: t.arg.string({
        defaultValue: 'UTC',
        description: 'IANA name of the time zone in which days and hours begin.',
      }),
    },
    resolve: async (_, { filter, grain, timezone }, { violations, fold, viewer }) => {
      const asked = checkedFilter(filter, viewer);
      const numbers = await violations.statistics(asked, grain ?? 'HOUR', checkedTimeZone(timezone));
      return { ...numbers, warnings: filterWarnings(asked, fold, viewer) };
    },
  }),
);
