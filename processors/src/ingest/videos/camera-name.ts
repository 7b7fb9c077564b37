import { extname } from 'node:path';

/** Extensions of the files that are taken as videos. */
export const VIDEO_EXTENSIONS: ReadonlySet<string> = new Set(['.mp4', '.mov', '.avi', '.mkv', '.webm', '.ts']);

export const isVideoName = (fileName: string): boolean => VIDEO_EXTENSIONS.has(extname(fileName).toLowerCase());

export const stemOf = (fileName: string): string => fileName.slice(0, fileName.length - extname(fileName).length);

/** Lower-case letters, digits and hyphens of a name; 'video' when none is left. At most 60 characters. */
export function slug(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const joined = plain.replace(/[^a-z0-9]+/g, '-').slice(0, 60);
  return joined.replace(/^-+|-+$/g, '') || 'video';
}
