import { avroSerde } from '../../avro-serde.ts';
import type { Store } from '../../generated/records.ts';
import { validateHours } from '../hours.ts';
import { named, type Refusal, refusal } from '../refusal.ts';
import { entityKind } from './entity-kind.ts';
import { refusePlan } from './refuse-plan.ts';

export const store = entityKind<Store>()({
  serde: avroSerde<Store>('Store', 'single-object'),
  defaults: {
    city: '',
    region: '',
    timeZone: 'UTC',
    openingHours: [],
    subscriptionActive: true,
    plan: null,
    demo: false,
  },
  bearsOn: ({ storeId }) => ({ storeId }),
  validate: ({ name, timeZone, openingHours, plan }) => [
    ...named('store', name),
    ...unknownTimeZone(timeZone),
    ...refusePlan(plan),
    ...openingHours.flatMap((hours, index) => validateHours(hours, `openingHours[${index}]`)),
  ],
});

function unknownTimeZone(timeZone: string): readonly Refusal[] {
  try {
    Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch {
    return refusal('timeZone', `${timeZone} is not a time zone`, 'give a name of the IANA list, e.g. Europe/Berlin');
  }
}
