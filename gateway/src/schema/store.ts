import type { OpeningHours as OpeningHoursRecord, Store as StoreRecord } from '@sightline/schemas';
import { mayQueryStore } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import { removedStores, visibleStores } from '../queries/configuration.ts';

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
