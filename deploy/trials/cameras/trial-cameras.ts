import type { Change } from '@sightline/processors/control';
import type { Camera } from '@sightline/schemas';

export const TRIAL_STORE = 'cameras-trial';

export interface TrialAddress {
  readonly cameraId: string;
  readonly url: string;
}

/** Their store. */
export const trialStore: Change = {
  kind: 'store',
  id: TRIAL_STORE,
  value: {
    ...{ storeId: TRIAL_STORE, name: 'Trial', city: '', region: '', timeZone: 'UTC', openingHours: [] },
    ...{ subscriptionActive: true, plan: null, demo: true },
  },
};

/** The change that makes a live camera of an address, looked at by the kitchen model; `active` false stops it. */
export function trialCamera({ cameraId, url }: TrialAddress, maxFps: number, active = true): Change {
  const value: Camera = {
    ...{ cameraId, storeId: TRIAL_STORE, name: cameraId, site: 'main', source: 'live', url, maxFps, active },
    ...{
      fileSha256: null,
      fileBytes: null,
      fileEpoch: null,
      fileStartedAtMs: null,
      loginId: null,
      onvifUrl: null,
      demo: true,
    },
    plan: [{ model: 'kitchen', maxFps: null, byRules: false, tiles: null }],
  };
  return { kind: 'camera', id: cameraId, value };
}
