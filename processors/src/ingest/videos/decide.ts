import type { Camera } from '@sightline/schemas';
import { videoFileOf } from '../video-file.ts';
import { cameraName, slug, stemOf } from './camera-name.ts';

/** A recording in the folder, whole and readable. */
export interface Recording {
  readonly fileName: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** SHA-256 of its first bytes, as many as the file of this name had when a camera took it; undefined: not longer. */
  readonly beginningSha256?: string | undefined;
}

/** The state of the configuration and the folder. */
export interface Surroundings {
  /** All cameras there are. */
  readonly cameras: readonly Camera[];
  /** The removed cameras, as they were before. */
  readonly removed: readonly Camera[];
  /** Does the file of this name hold the recording? undefined: it is there, but not read yet. */
  holds(fileName: string, sha256: string): boolean | undefined;
  /** Does any file of the folder hold the recording? undefined: a file that is not read yet may do. */
  isThere(sha256: string): boolean | undefined;
  /** True: the clock was set back since the camera got its epoch, so the rest of its recording cannot be taken. */
  isAhead(camera: Camera): boolean;
}

export type Decision =
  /** This camera plays it already. */
  | { readonly kind: 'known'; readonly cameraId: string }
  /** It is no camera of its own: this camera plays it from a file of another name, or did until a person removed it. */
  | { readonly kind: 'duplicate' | 'removed'; readonly camera: Camera }
  /** Decide again when more files are read: another file may hold the recording in question. */
  | { readonly kind: 'wait' }
  /** Create a camera. */
  | { readonly kind: 'create'; readonly cameraId: string; readonly name: string }
  /** The camera's file was replaced by another recording, or the clock was set back: a new epoch. */
  | { readonly kind: 'renew'; readonly camera: Camera }
  /** The camera's file grew: it begins with the camera's recording, which goes on in the same epoch. */
  | { readonly kind: 'grow'; readonly camera: Camera }
  /** The camera's recording now has another file name. */
  | { readonly kind: 'move'; readonly camera: Camera };

const isOfFolder = (camera: Camera): boolean => camera.source === 'file' && videoFileOf(camera) !== undefined;

/** Size of the recording that a camera took from this file, when the file is longer now. */
export function beginningBytes(
  { fileName, sizeBytes }: Pick<Recording, 'fileName' | 'sizeBytes'>,
  cameras: readonly Camera[],
): number | undefined {
  const bytes = cameras.filter(isOfFolder).find(camera => videoFileOf(camera) === fileName)?.fileBytes ?? undefined;
  return bytes !== undefined && bytes < sizeBytes ? bytes : undefined;
}

/**
 * Decides what to do with a recording in the folder. Pure. The same recording is the same camera under any file name,
 * also when files exchange names, and stays away under any file name once a person removed that camera.
 */
export function decide({ fileName, sha256, beginningSha256 }: Recording, around: Surroundings): Decision {
  const ours = around.cameras.filter(isOfFolder);
  const same = ours.find(camera => camera.fileSha256 === sha256);
  if (same !== undefined) {
    const oldName = videoFileOf(same) ?? '';
    if (oldName === fileName)
      return around.isAhead(same) ? { kind: 'renew', camera: same } : { kind: 'known', cameraId: same.cameraId };
    const held = around.holds(oldName, sha256);
    return held === undefined ? { kind: 'wait' } : { kind: held ? 'duplicate' : 'move', camera: same };
  }
  const replaced = ours.find(camera => videoFileOf(camera) === fileName);
  if (replaced !== undefined && beginningSha256 !== undefined && replaced.fileSha256 === beginningSha256)
    return { kind: 'grow', camera: replaced };
  if (replaced !== undefined) return replace(replaced, around);
  const removed = around.removed.filter(isOfFolder).find(camera => camera.fileSha256 === sha256);
  if (removed !== undefined) return { kind: 'removed', camera: removed };
  return create(fileName, sha256, around);
}

/** Another recording lies where the camera's was. A camera whose recording only has another file name now moves there. */
function replace(camera: Camera, around: Surroundings): Decision {
  const elsewhere = camera.fileSha256 === null ? false : around.isThere(camera.fileSha256);
  return elsewhere === false ? { kind: 'renew', camera } : { kind: 'wait' };
}

/**
 * The camera is named after the file without its extension. A second file of that name keeps the extension; an id in
 * use gets part of the hash. The id of a removed camera stays its own, with its violations.
 */
function create(fileName: string, sha256: string, around: Surroundings): Decision {
  const stem = stemOf(fileName);
  const names = stem === fileName ? [stem] : [stem, fileName];
  const ids = names.map(name => ({ name, cameraId: slug(name) }));
  ids.push({ name: fileName, cameraId: `${slug(fileName)}-${sha256.slice(0, 8)}` });
  const taken = new Set([...around.cameras, ...around.removed].map(({ cameraId }) => cameraId));
  for (const { name, cameraId } of ids)
    if (!taken.has(cameraId)) return { kind: 'create', cameraId, name: cameraName(name, cameraId) };
  return { kind: 'known', cameraId: ids[0]?.cameraId ?? slug(fileName) };
}
