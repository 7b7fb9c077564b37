import { builder } from '../builder.ts';
import { signedIn } from '../context.ts';
import type { ViolationEventItem as Item } from '../live/violation-events.ts';
import { currentViewer } from '../queries/configuration.ts';
import { checkedFilter, type ViolationFilter as Filter } from '../queries/violation-filter.ts';
import { ViolationAction } from './enums.ts';
import { Violation } from './violation.ts';
import { ViolationFilter } from './violations.ts';

type Kind<K> = Extract<Item, { readonly kind: K }>;

const ViolationEvent = builder.objectRef<Kind<'event'>>('ViolationEvent').implement({
  fields: t => ({
    cursor: t.expose('cursor', { type: 'Cursor', description: 'Give it as `after` to go on from here.' }),
    partition: t.exposeInt('partition', { description: 'Partition of the topic that the event lies in.' }),
    offset: t.expose('offset', {
      type: 'Long',
      description:
        "Its place there. An answer includes the event when this is less than the partition's offset in the answer's cursor.",
    }),
    action: t.field({ type: ViolationAction, resolve: ({ violation }) => violation.state }),
    violation: t.expose('violation', { type: Violation, description: 'As it stood after this event.' }),
  }),
});

const Heartbeat = builder.objectRef<Kind<'heartbeat'>>('Heartbeat').implement({
  description: 'Nothing new; the stream lives. One comes first, then one after every three seconds without an event.',
  fields: t => ({ cursor: t.expose('cursor', { type: 'Cursor' }), at: t.expose('atMs', { type: 'DateTime' }) }),
});

const Gap = builder.objectRef<Kind<'gap'>>('Gap').implement({
  description: 'Events of this time may be missing: ask for the list anew.',
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
    description:
      'Violations as they open, change and close; with `after`, from that place on, without a hole or a double.',
    args: { filter: t.arg({ type: ViolationFilter }), after: t.arg({ type: 'Cursor' }) },
    subscribe: (_, { filter, after }, { events, fold, viewer }) => {
      const subscriber = signedIn(viewer);
      const filterNow = (): Filter | undefined => {
        const now = currentViewer(fold, subscriber);
        return now && checkedFilter(filter, now);
      };
      filterNow(); // a wrong filter is refused at once
      return events.subscribe(filterNow, after ?? undefined);
    },
    resolve: item => item,
  }),
);
