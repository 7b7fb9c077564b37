import { avroSerde } from '../../avro-serde.ts';
import type { Model } from '../../generated/records.ts';
import { refusal } from '../refusal.ts';
import { entityKind } from './entity-kind.ts';

export const model = entityKind<Model>()({
  serde: avroSerde<Model>('Model', 'single-object'),
  defaults: { previous: null, candidate: null, shadow: null },
  bearsOn: () => ({}),
  validate: ({ serving, candidate, shadow }) => [
    ...(candidate !== null && candidate.percent > 100
      ? refusal('candidate.percent', `${candidate.percent} percent of the cameras are not possible`, 'give 0 to 100')
      : []),
    ...(candidate?.version === serving
      ? refusal('candidate.version', `the version ${serving} serves already`, 'choose another version')
      : []),
    ...(shadow === serving
      ? refusal('shadow', `the version ${serving} serves, so it cannot be its own shadow`, 'choose another version')
      : []),
  ],
});
