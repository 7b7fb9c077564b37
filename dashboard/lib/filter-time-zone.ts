import type { ViolationFilterChoicesResult } from '#generated/documents.ts';
import type { ViolationQuery } from './violation-query.ts';

/** The time zone of a filter's days: that of its store, or that of all stores if they share one, or else UTC. */
export function filterTimeZone(query: ViolationQuery, choices: ViolationFilterChoicesResult): string {
  const { stores, removedStores, cameras, removedCameras } = choices;
  const ofFilter = [...cameras, ...removedCameras].find(camera => camera.cameraId === query.cameraId);
  const storeId = query.storeId ?? ofFilter?.storeId;
  const asked =
    storeId === undefined ? stores : [...stores, ...removedStores].filter(store => store.storeId === storeId);
  const zones = new Set(asked.map(store => store.timeZone));
  const [zone] = zones;
  return zones.size === 1 && zone !== undefined ? zone : 'UTC';
}
