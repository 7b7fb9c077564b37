import { checkedFilter, type ViolationFilter as Filter } from '../arguments/violation-filter.ts';
import { currentViewer, signedIn } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import type { ViolationEventItem as Item } from '../live/violation-event-item.ts';
import { ViolationAction } from './enums.ts';
import { Violation } from './violation.ts';
import { ViolationFilter } from './violations.ts';

type Kind<K> = Extract<Item, { readonly kind: K }>;

const ViolationEvent = builder.objectRef<Kind<'event'>>('ViolationEvent').implement({
  fields: t => ({
    cursor: t.expose('cursor', { type: 'Cursor', description: 'Send it as `after` to continue from here.' }),
    partition: t.exposeInt('partition', { description: "Partition of the event's record in the topic." }),
    offset: t.expose('offset', {
      type: 'Long',
      description:
        "Offset of the event's record. An answer includes the event when this is below the partition's offset in the answer's cursor.",
    }),
    action: t.field({ type: ViolationAction, resolve: ({ violation }) => violation.state }),
    violation: t.expose('violation', { type: Violation, description: 'The violation after this event.' }),
  }),
});

const Heartbeat = builder.objectRef<Kind<'heartbeat'>>('Heartbeat').implement({
  description: 'Sent when there is no event: first at the start, then after every three seconds without an event.',
  fields: t => ({ cursor: t.expose('cursor', { type: 'Cursor' }), at: t.expose('atMs', { type: 'DateTime' }) }),
});

const Gap = builder.objectRef<Kind<'gap'>>('Gap').implement({
  description: 'Events between these times may be missing: load the list again.',
  fields: t => ({
    cursor: t.expose('cursor', { type: 'Cursor' }),
    from: t.expose('fromMs', { type: 'DateTime' }),
    to: t.expose('toMs', { type: 'DateTime' }),
    reason: t.exposeString('reason'),
  }),
});

const typeOf = { event: ViolationEvent, heartbeat: Heartbeat, gap: Gap } as const;

const ViolationEventItem = builder.unionType('ViolationEventItem', {
  types: [ViolationEvent, Heartbeat, Gap],
  resolveType: item => typeOf[item.kind],
});

builder.subscriptionField('violationEvents', t =>
  t.field({
    type: ViolationEventItem,
    description: 'Violations when they open, change and close. With `after`: each event from that position on, once.',
    args: { filter: t.arg({ type: ViolationFilter }), after: t.arg({ type: 'Cursor' }) },
    subscribe: (_, { filter, after }, { events, fold, viewer }) => {
      const subscriber = signedIn(viewer);
      const filterNow = (): Filter | undefined => {
        const now = currentViewer(fold, subscriber);
        return now && checkedFilter(filter, now);
      };
      filterNow(); // refuses a wrong filter at once
      return events.subscribe(filterNow, after ?? undefined);
    },
    resolve: item => item,
  }),
);
