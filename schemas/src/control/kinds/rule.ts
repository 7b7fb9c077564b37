import { avroSerde } from '../../avro-serde.ts';
import type { Rule } from '../../generated/records.ts';
import { validateRule } from '../../rules/validate-rule.ts';
import { entityKind } from './entity-kind.ts';

export const rule = entityKind<Rule>()({
  serde: avroSerde<Rule>('Rule', 'single-object'),
  defaults: { zoneId: null, models: [], schedule: [], active: true },
  list: 'rules',
  bearsOn: ({ cameraId }) => ({ cameraId }),
  validate: value => validateRule(value),
});
