import type { Camera } from '@sightline/schemas';
import { slug, stemOf } from './camera-name.ts';

/** A recording in the folder, whole and readable. */
export interface Recording {
  readonly fileName: string;
  readonly sha256: string;
}

/** The state of the configuration and the folder. */
export interface Surroundings {
  /** All cameras there are. */
  readonly cameras: readonly Camera[];
  /** The removed cameras, as they were before. */
  readonly removed: readonly Camera[];
  /** True when the folder has a file of this name. */
  isThere(fileName: string): boolean;
}

export type Decision =
  /** This camera plays it already. */
  | { readonly kind: 'known'; readonly cameraId: string }
  /** It is no camera of its own: this camera plays it from a file of another name, or did until a person removed it. */
  | { readonly kind: 'duplicate' | 'removed'; readonly camera: Camera }
  /** Create a camera. */
  | { readonly kind: 'create'; readonly cameraId: string; readonly name: string }
  /** The camera's file was replaced by another recording: a new epoch. */
  | { readonly kind: 'renew'; readonly camera: Camera }
  /** The camera's recording now has another file name. */
  | { readonly kind: 'move'; readonly camera: Camera };

/** Characters that a camera's name may have. */
const LONGEST_NAME = 200;

export const videosUrl = (fileName: string): string => `videos:${fileName}`;
const fileNameOf = (camera: Camera): string => camera.url.slice('videos:'.length);
const isOfFolder = (camera: Camera): boolean => camera.source === 'file' && camera.url.startsWith('videos:');

/**
 * Decides what to do with a recording in the folder. Pure. The same recording is the same camera under any file name,
 * and stays away under any file name once a person removed that camera.
 */
export function decide({ fileName, sha256 }: Recording, around: Surroundings): Decision {
  const ours = around.cameras.filter(isOfFolder);
  const same = ours.find(camera => camera.fileSha256 === sha256);
  if (same !== undefined) {
    const oldName = fileNameOf(same);
    if (oldName === fileName) return { kind: 'known', cameraId: same.cameraId };
    return { kind: around.isThere(oldName) ? 'duplicate' : 'move', camera: same };
  }
  const replaced = ours.find(camera => fileNameOf(camera) === fileName);
  if (replaced !== undefined) return { kind: 'renew', camera: replaced };
  const removed = around.removed.filter(isOfFolder).find(camera => camera.fileSha256 === sha256);
  if (removed !== undefined) return { kind: 'removed', camera: removed };
  return create(fileName, sha256, around);
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
    if (!taken.has(cameraId)) return { kind: 'create', cameraId, name: name.slice(0, LONGEST_NAME) };
  return { kind: 'known', cameraId: ids[0]?.cameraId ?? slug(fileName) };
}
