import type { ControlFold } from '@sightline/schemas/control';
import type { ViolationFilter } from '../arguments/violation-filter.ts';
import type { Viewer } from '../auth/viewer.ts';
import { mayQueryStore } from '../auth/viewer.ts';
import { visibleCamera } from './configuration.ts';

/** A well-formed value of a filter that names nothing. It explains an empty answer. */
export interface FilterWarning {
  readonly field: 'storeId' | 'cameraId' | 'violationType';
  readonly message: string;
}

/** Warnings for values that name nothing the viewer may see. Removed stores, cameras and rules count as unknown too. */
export function filterWarnings(
  { storeId, cameraId, violationType }: ViolationFilter,
  fold: ControlFold,
  viewer: Viewer | undefined,
): readonly FilterWarning[] {
  const warnings: FilterWarning[] = [];
  if (storeId !== undefined && (fold.entity('store', storeId) === undefined || !mayQueryStore(viewer, storeId)))
    warnings.push({ field: 'storeId', message: `there is no store '${storeId}'` });
  const camera = cameraId === undefined ? undefined : visibleCamera(fold, viewer, cameraId);
  if (cameraId !== undefined && camera === undefined)
    warnings.push({ field: 'cameraId', message: `there is no camera '${cameraId}'` });
  else if (camera !== undefined && storeId !== undefined && camera.storeId !== storeId)
    warnings.push({ field: 'cameraId', message: `camera '${cameraId}' is not in store '${storeId}'` });
  if (violationType !== undefined && !fold.all('rule').some(rule => rule.violationType === violationType))
    warnings.push({ field: 'violationType', message: `no rule finds violations of type '${violationType}'` });
  return warnings;
}
