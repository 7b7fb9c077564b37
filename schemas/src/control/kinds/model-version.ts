import { avroSerde } from '../../avro-serde.ts';
import type { ModelVersion } from '../../generated/records.ts';
import { entityKind } from './entity-kind.ts';

/** Id of the entity of a version. */
export const modelVersionId = (model: string, version: string): string => `${model}:${version}`;

export const modelVersion = entityKind<ModelVersion>()({
  serde: avroSerde<ModelVersion>('ModelVersion', 'single-object'),
  defaults: {},
  bearsOn: () => ({}),
  validate: () => [],
});
