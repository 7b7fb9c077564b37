import type { Camera, CameraStatus, Store } from '@sightline/schemas';
import type { ControlFold } from '@sightline/schemas/control';
import { PROBE_STORE } from '../arguments/violation-filter.ts';
import { mayQueryStore, type Viewer } from '../auth/viewer.ts';

type MaybeViewer = Viewer | undefined;
const byName = (a: { readonly name: string }, b: { readonly name: string }): number => a.name.localeCompare(b.name);

/** The viewer's stores without the readiness probe's, sorted by name. */
export function visibleStores(fold: ControlFold, viewer: MaybeViewer): readonly Store[] {
  return fold
    .all('store')
    .filter(store => store.storeId !== PROBE_STORE && mayQueryStore(viewer, store.storeId))
    .toSorted(byName);
}

/** Removed stores that the viewer may see, with their last values, in order of removal. */
export const removedStores = (fold: ControlFold, viewer: MaybeViewer): readonly Store[] =>
  fold.allRemoved('store').filter(({ storeId }) => storeId !== PROBE_STORE && mayQueryStore(viewer, storeId));

/** Cameras of the viewer's stores, or of `storeId`, sorted by name. The probe's camera only when `storeId` names its store. */
export function visibleCameras(fold: ControlFold, viewer: MaybeViewer, storeId?: string | null): readonly Camera[] {
  const cameras =
    storeId == null
      ? fold.all('camera').filter(camera => camera.storeId !== PROBE_STORE)
      : fold.camerasOfStore(storeId);
  return cameras.filter(camera => mayQueryStore(viewer, camera.storeId)).toSorted(byName);
}

/** The camera with this id, if the viewer may see it. */
export function visibleCamera(fold: ControlFold, viewer: MaybeViewer, cameraId: string): Camera | undefined {
  const camera = fold.entity('camera', cameraId)?.value;
  return camera !== undefined && mayQueryStore(viewer, camera.storeId) ? camera : undefined;
}

/** The last value of a removed camera, if the viewer may see it. */
export function removedCamera(fold: ControlFold, viewer: MaybeViewer, cameraId: string): Camera | undefined {
  const camera = fold.removed('camera', cameraId)?.value;
  return camera !== undefined && mayQueryStore(viewer, camera.storeId) ? camera : undefined;
}

/** Removed cameras of the viewer's stores with their last values, in order of removal. */
export const removedCameras = (fold: ControlFold, viewer: MaybeViewer): readonly Camera[] =>
  fold.allRemoved('camera').filter(({ storeId }) => storeId !== PROBE_STORE && mayQueryStore(viewer, storeId));

/** The camera with this id, or else with this name, if the viewer may see it. A removed one only if none is there now. */
export function cameraByIdOrName(fold: ControlFold, viewer: MaybeViewer, idOrName: string): Camera | undefined {
  const isIt = ({ name, storeId }: Camera): boolean => name === idOrName && mayQueryStore(viewer, storeId);
  return (
    visibleCamera(fold, viewer, idOrName) ??
    fold.all('camera').find(isIt) ??
    removedCamera(fold, viewer, idOrName) ??
    fold.allRemoved('camera').findLast(isIt)
  );
}

/** A file in the videos folder that is no camera of its own, as ingest reported it. */
export type FileNotice = CameraStatus & { readonly fileName: string };

/** The files in the videos folder that are no camera of their own, if the viewer may see their store. */
export const visibleFileNotices = (viewer: MaybeViewer, statuses: readonly CameraStatus[]): readonly FileNotice[] =>
  statuses
    .filter((status): status is FileNotice => status.fileName !== null)
    .filter(({ storeId }) => mayQueryStore(viewer, storeId));
