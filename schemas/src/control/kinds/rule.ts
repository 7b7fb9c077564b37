import { avroSerde } from '../../avro-serde.ts';
import type { Rule } from '../../generated/records.ts';
import { validateRule } from '../validate.ts';
import { entityKind } from './entity-kind.ts';

export const rule = entityKind<Rule>()({
  serde: avroSerde<Rule>('Rule', 'single-object'),
  defaults: {
    zoneId: null,
    minConfidence: 0.3,
    minDurationMs: 500,
    gapMs: 400,
    cooldownMs: 0,
    schedule: [],
    active: true,
  },
  list: 'rules',
  bearsOn: ({ cameraId }) => ({ cameraId }),
  validate: value => validateRule(value),
});
