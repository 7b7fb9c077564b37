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
  /** The camera of this id just before it was removed; undefined when it exists or never did. */
  removed(cameraId: string): Camera | undefined;
  /** True when the folder has a file of this name. */
  isThere(fileName: string): boolean;
}

export type Decision =
  /** Nothing to do: this camera plays it already (`duplicate`: from a file of another name), or a person removed it. */
  | { readonly kind: 'known' | 'duplicate' | 'removed'; readonly cameraId: string }
  /** Create a camera. */
  | { readonly kind: 'create'; readonly cameraId: string; readonly name: string }
  /** The camera's file was replaced by another recording: a new epoch. */
  | { readonly kind: 'renew'; readonly camera: Camera }
  /** The camera's recording now has another file name. */
  | { readonly kind: 'move'; readonly camera: Camera };

export const videosUrl = (fileName: string): string => `videos:${fileName}`;
const fileNameOf = (camera: Camera): string => camera.url.slice('videos:'.length);
const isOfFolder = (camera: Camera): boolean => camera.source === 'file' && camera.url.startsWith('videos:');

/**
 * Decides what to do with a recording in the folder. Pure. The same recording is the same camera under any file name.
 */
export function decide({ fileName, sha256 }: Recording, around: Surroundings): Decision {
  const ours = around.cameras.filter(isOfFolder);
  const same = ours.find(camera => camera.fileSha256 === sha256);
  if (same !== undefined) {
    const oldName = fileNameOf(same);
    if (oldName === fileName) return { kind: 'known', cameraId: same.cameraId };
    return around.isThere(oldName) ? { kind: 'duplicate', cameraId: same.cameraId } : { kind: 'move', camera: same };
  }
  const replaced = ours.find(camera => fileNameOf(camera) === fileName);
  if (replaced !== undefined) return { kind: 'renew', camera: replaced };
  return create(fileName, sha256, around);
}

/**
 * The camera is named after the file without its extension. A second file of that name keeps the extension; an id in
 * use gets part of the hash.
 */
function create(fileName: string, sha256: string, around: Surroundings): Decision {
  const stem = stemOf(fileName);
  const names = stem === fileName ? [stem] : [stem, fileName];
  const ids = names.map(name => ({ name, cameraId: slug(name) }));
  ids.push({ name: fileName, cameraId: `${slug(fileName)}-${sha256.slice(0, 8)}` });
  for (const { name, cameraId } of ids) {
    if (around.removed(cameraId)?.fileSha256 === sha256) return { kind: 'removed', cameraId };
    if (around.cameras.some(camera => camera.cameraId === cameraId)) continue;
    return { kind: 'create', cameraId, name };
  }
  return { kind: 'known', cameraId: ids[0]?.cameraId ?? slug(fileName) };
}
