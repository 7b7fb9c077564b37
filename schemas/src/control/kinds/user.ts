import { avroSerde } from '../../avro-serde.ts';
import type { User } from '../../generated/records.ts';
import { entityKind } from './entity-kind.ts';

export const user = entityKind<User>()({
  serde: avroSerde<User>('User', 'single-object'),
  defaults: { storeIds: null, active: true },
  bearsOn: () => ({}),
  validate: () => [],
});
