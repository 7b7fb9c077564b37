import { avroSerde } from '../../avro-serde.ts';
import type { Camera } from '../../generated/records.ts';
import { named, refusal } from '../refusal.ts';
import { entityKind } from './entity-kind.ts';
import { refusePlan } from './refuse-plan.ts';

export const camera = entityKind<Camera>()({
  serde: avroSerde<Camera>('Camera', 'single-object'),
  defaults: {
    site: 'main',
    loginId: null,
    onvifUrl: null,
    maxFps: 5,
    active: true,
    fileSha256: null,
    fileBytes: null,
    fileEpoch: null,
    fileStartedAtMs: null,
    plan: null,
    demo: false,
  },
  bearsOn: ({ cameraId, storeId }) => ({ cameraId, storeId }),
  validate: ({ name, maxFps, plan }) => [
    ...named('camera', name),
    ...(maxFps > 0 && maxFps <= 60
      ? []
      : refusal('maxFps', `${maxFps} pictures a second are not possible`, 'give a number up to 60')),
    ...refusePlan(plan),
  ],
});
