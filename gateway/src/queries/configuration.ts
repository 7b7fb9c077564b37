import type { Camera, CameraStatus, Store } from '@sightline/schemas';
import type { ControlFold } from '@sightline/schemas/control';
import type { Viewer } from '../context.ts';
import { PROBE_STORE } from './violation-filter.ts';

type MaybeViewer = Viewer | undefined;
const byName = (a: { readonly name: string }, b: { readonly name: string }): number => a.name.localeCompare(b.name);

/** The viewer as role and grants stand now; undefined: shut out since. */
export function currentViewer(fold: ControlFold, { userId, login }: Pick<Viewer, 'userId' | 'login'>): MaybeViewer {
  const user = fold.entity('user', userId)?.value;
  // A role of a newer version grants nothing here.
  return user?.active && user.role !== 'unknown'
    ? { userId, login, role: user.role, storeIds: user.storeIds }
    : undefined;
}

/** True when the viewer was granted the store. */
export function mayQueryStore(viewer: MaybeViewer, storeId: string): boolean {
  return viewer !== undefined && (viewer.storeIds === null || viewer.storeIds.includes(storeId));
}

/** All stores of the viewer but the readiness probe's, by name. */
export function visibleStores(fold: ControlFold, viewer: MaybeViewer): readonly Store[] {
  return fold
    .all('store')
    .filter(store => store.storeId !== PROBE_STORE && mayQueryStore(viewer, store.storeId))
    .toSorted(byName);
}

/** Cameras of the viewer's stores, or of one store, by name; the probe's only when its store is named. */
export function visibleCameras(fold: ControlFold, viewer: MaybeViewer, storeId?: string | null): readonly Camera[] {
  const cameras =
    storeId == null
      ? fold.all('camera').filter(camera => camera.storeId !== PROBE_STORE)
      : fold.camerasOfStore(storeId);
  return cameras.filter(camera => mayQueryStore(viewer, camera.storeId)).toSorted(byName);
}

/** The camera of this id, if the viewer may see it. */
export function visibleCamera(fold: ControlFold, viewer: MaybeViewer, cameraId: string): Camera | undefined {
  const camera = fold.entity('camera', cameraId)?.value;
  return camera !== undefined && mayQueryStore(viewer, camera.storeId) ? camera : undefined;
}

/** The camera of this id, else the one of this name. */
export function cameraByIdOrName(fold: ControlFold, viewer: MaybeViewer, idOrName: string): Camera | undefined {
  return (
    visibleCamera(fold, viewer, idOrName) ??
    fold.all('camera').find(camera => camera.name === idOrName && mayQueryStore(viewer, camera.storeId))
  );
}

/** Broken files placed in `videos/` that never became a camera, if the viewer may see their store. */
export function visibleBrokenFiles(
  fold: ControlFold,
  viewer: MaybeViewer,
  statuses: readonly CameraStatus[],
): readonly CameraStatus[] {
  return statuses
    .filter(({ state, cameraId }) => state === 'broken' && fold.entity('camera', cameraId) === undefined)
    .filter(({ storeId }) => mayQueryStore(viewer, storeId));
}
