import { avroSerde } from '../../avro-serde.ts';
import type { Chain } from '../../generated/records.ts';
import { entityKind } from './entity-kind.ts';
import { refusePlan } from './refuse-plan.ts';

/** Id of the only entity of this kind. */
export const CHAIN_ID = 'chain';

export const chain = entityKind<Chain>()({
  serde: avroSerde<Chain>('Chain', 'single-object'),
  defaults: { plan: null },
  bearsOn: () => ({}),
  validate: ({ plan }) => refusePlan(plan),
});
