import type { ControlFold } from '@sightline/schemas/control';
import type { Viewer } from '../auth/viewer.ts';
import { visibleCamera } from './configuration.ts';

type Details = Readonly<Record<string, unknown>>;

/**
 * Details of a process's health as this viewer may read them. Viewers of all stores read all details. Others read plain
 * values, and the cameras of their stores.
 */
export function visibleDetails(fold: ControlFold, viewer: Viewer | undefined, details: Details): Details {
  if (viewer?.storeIds === null) return details;
  const plain = Object.entries(details).filter(([, value]) => typeof value !== 'object');
  const { cameras } = details;
  const visible =
    Array.isArray(cameras) &&
    cameras.filter(camera => isNamed(camera) && visibleCamera(fold, viewer, camera.cameraId) !== undefined);
  return { ...Object.fromEntries(plain), ...(visible && { cameras: visible }) };
}

const isNamed = (camera: unknown): camera is { readonly cameraId: string } =>
  typeof camera === 'object' && camera !== null && 'cameraId' in camera && typeof camera.cameraId === 'string';
