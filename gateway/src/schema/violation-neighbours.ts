import type { Violation as ViolationRecord } from '@sightline/schemas';
import { checkedFilter } from '../arguments/violation-filter.ts';
import { builder } from '../builder.ts';
import { PRICES } from '../prices.ts';
import { violationNeighbours } from '../queries/violation-neighbours.ts';
import { Violation } from './violation.ts';
import { ViolationFilter } from './violations.ts';

interface Neighbours {
  readonly newer: ViolationRecord | null;
  readonly older: ViolationRecord | null;
}

const ViolationNeighbours = builder.objectRef<Neighbours>('ViolationNeighbours').implement({
  description: 'The violations directly before and after one in a list.',
  fields: t => ({
    newer: t.expose('newer', { type: Violation, nullable: true, description: 'Null: the list has no newer one.' }),
    older: t.expose('older', { type: Violation, nullable: true, description: 'Null: the list has no older one.' }),
  }),
});

builder.objectField(Violation, 'neighbours', t =>
  t.field({
    type: ViolationNeighbours,
    complexity: 2 * PRICES.question,
    description: 'Its neighbours in the list of this filter. The violation itself need not match the filter.',
    args: { filter: t.arg({ type: ViolationFilter }) },
    resolve: (violation, { filter }, { violations, viewer }) =>
      violationNeighbours(violations, checkedFilter(filter, viewer), violation),
  }),
);
