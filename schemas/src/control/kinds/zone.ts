import { avroSerde } from '../../avro-serde.ts';
import type { Zone } from '../../generated/records.ts';
import { validatePolygon } from '../polygon.ts';
import { named } from '../refusal.ts';
import { entityKind } from './entity-kind.ts';

export const zone = entityKind<Zone>()({
  serde: avroSerde<Zone>('Zone', 'single-object'),
  defaults: {},
  list: 'zones',
  bearsOn: ({ cameraId }) => ({ cameraId }),
  validate: ({ name, polygon }) => [...validatePolygon(polygon), ...named('zone', name)],
});
