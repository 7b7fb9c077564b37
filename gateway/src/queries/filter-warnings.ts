import type { ControlFold } from '@sightline/schemas/control';
import type { ViolationFilter } from '../arguments/violation-filter.ts';
import type { Viewer } from '../auth/viewer.ts';
import { mayQueryStore } from '../auth/viewer.ts';
import { removedCamera, visibleCamera } from './configuration.ts';

/** A well-formed value of a filter that names nothing that is there now. It explains an answer that surprises. */
export interface FilterWarning {
  readonly field: 'storeId' | 'cameraId' | 'violationType';
  readonly message: string;
}

/** Warnings for values that name nothing the viewer may see now. Violations of what was removed stay, and the warning says so. */
export function filterWarnings(
  filter: ViolationFilter,
  fold: ControlFold,
  viewer: Viewer | undefined,
): readonly FilterWarning[] {
  const messages = {
    storeId: storeWarning(filter, fold, viewer),
    cameraId: cameraWarning(filter, fold, viewer),
    violationType: typeWarning(filter, fold, viewer),
  };
  const fields = ['storeId', 'cameraId', 'violationType'] as const;
  return fields.flatMap(field => (messages[field] === undefined ? [] : [{ field, message: messages[field] }]));
}

const wasRemoved = (kind: string, name: string, id: string): string =>
  `the ${kind} '${name}' (${id}) was removed; its violations stay`;

function storeWarning({ storeId }: ViolationFilter, fold: ControlFold, viewer: Viewer | undefined): string | undefined {
  if (storeId === undefined) return undefined;
  if (!mayQueryStore(viewer, storeId)) return `there is no store '${storeId}'`;
  if (fold.entity('store', storeId) !== undefined) return undefined;
  const removed = fold.removed('store', storeId)?.value;
  return removed === undefined ? `there is no store '${storeId}'` : wasRemoved('store', removed.name, storeId);
}

function cameraWarning(
  { storeId, cameraId }: ViolationFilter,
  fold: ControlFold,
  viewer: Viewer | undefined,
): string | undefined {
  if (cameraId === undefined) return undefined;
  const removed = removedCamera(fold, viewer, cameraId);
  if (removed !== undefined) return wasRemoved('camera', removed.name, cameraId);
  const camera = visibleCamera(fold, viewer, cameraId);
  if (camera === undefined) return `there is no camera '${cameraId}'`;
  return storeId === undefined || camera.storeId === storeId
    ? undefined
    : `camera '${cameraId}' is not in store '${storeId}' now`;
}

function typeWarning(
  { violationType }: ViolationFilter,
  fold: ControlFold,
  viewer: Viewer | undefined,
): string | undefined {
  const finds = (rule: { readonly violationType: string; readonly cameraId: string }): boolean =>
    rule.violationType === violationType &&
    (visibleCamera(fold, viewer, rule.cameraId) ?? removedCamera(fold, viewer, rule.cameraId)) !== undefined;
  if (violationType === undefined || fold.all('rule').some(finds)) return undefined;
  return fold.allRemoved('rule').some(finds)
    ? `every rule that finds violations of type '${violationType}' was removed; its violations stay`
    : `no rule finds violations of type '${violationType}' now`;
}
