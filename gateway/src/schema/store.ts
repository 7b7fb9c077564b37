import type { OpeningHours as OpeningHoursRecord, Store as StoreRecord } from '@sightline/schemas';
import { mayQueryStore } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import { removedStores, visibleStores } from '../queries/configuration.ts';
import { PlanStep } from './plan-step.ts';

const OpeningHours = builder.objectRef<OpeningHoursRecord>('OpeningHours').implement({
  fields: t => ({
    days: t.exposeIntList('days', { description: '1 Monday to 7 Sunday.' }),
    from: t.exposeString('from', { description: 'Local time, HH:MM.' }),
    to: t.exposeString('to', { description: 'Local time, HH:MM; on the next day when before `from`.' }),
  }),
});

export const Store = builder.objectRef<StoreRecord>('Store');

builder.node(Store, {
  description: 'A shop of the chain.',
  id: { resolve: store => store.storeId },
  loadOne: (storeId: string, { fold, viewer }) =>
    mayQueryStore(viewer, storeId) ? (fold.entity('store', storeId)?.value ?? null) : null,
  isTypeOf: value => typeof value === 'object' && value !== null && 'timeZone' in value,
  fields: t => ({
    storeId: t.exposeID('storeId'),
    name: t.exposeString('name'),
    city: t.exposeString('city'),
    region: t.exposeString('region'),
    timeZone: t.exposeString('timeZone', { description: 'IANA name.' }),
    openingHours: t.expose('openingHours', { type: [OpeningHours], description: 'Empty: not stated.' }),
    subscriptionActive: t.exposeBoolean('subscriptionActive', { description: 'False: its cameras are stopped.' }),
    plan: t.expose('plan', {
      type: [PlanStep],
      nullable: true,
      description: "Models that look at the pictures of its cameras without a plan. Null: the chain's.",
    }),
    version: t.field({
      type: 'Long',
      description: 'Send it as expectedVersion to change the store.',
      resolve: ({ storeId }, _, { fold }) => fold.versionOf('store', storeId) ?? 0,
    }),
    demo: t.exposeBoolean('demo', { description: 'True: created by the demo.' }),
  }),
});

builder.queryFields(t => ({
  stores: t.field({ type: [Store], resolve: (_, _args, { fold, viewer }) => visibleStores(fold, viewer) }),
  removedStores: t.field({
    type: [Store],
    description: 'Removed stores as they last were. Their violations stay.',
    resolve: (_, _args, { fold, viewer }) => removedStores(fold, viewer),
  }),
}));
