import { extname } from 'node:path';
import { showsNothing, UNPRINTABLE } from '@sightline/schemas';

/** Extensions of the files that are taken as videos. */
export const VIDEO_EXTENSIONS: ReadonlySet<string> = new Set(
  '.mp4 .m4v .mov .3gp .avi .mkv .webm .ts .mts .m2ts'.split(' '),
);

/** Extensions of files that people take for something that can be seen here, in formats that are not read. */
const OTHER_MEDIA =
  /\.(jpe?g|png|gif|bmp|tiff?|webp|heic|wmv|asf|flv|mpe?g|vob|mxf|ogv|h26[45]|hevc|dav|mp3|m4a|wav)$/i;

export const isVideoName = (fileName: string): boolean => VIDEO_EXTENSIONS.has(extname(fileName).toLowerCase());

export const isOtherMedia = (fileName: string): boolean => OTHER_MEDIA.test(fileName);

export const stemOf = (fileName: string): string => fileName.slice(0, fileName.length - extname(fileName).length);

/** Lower-case letters, digits and hyphens of a name; 'video' when none is left. At most 60 characters. */
export function slug(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const joined = plain.replace(/[^a-z0-9]+/g, '-').slice(0, 60);
  return joined.replace(/^-+|-+$/g, '') || 'video';
}

const NAME_CHARACTERS = 200;
/** The first half of a character of two UTF-16 units, left by a cut. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;

/** The name of a camera made from a file's name: one line of at most 200 characters. `otherwise`: when the file's name shows nothing. */
export function cameraName(fileName: string, otherwise: string): string {
  const plain = fileName.toWellFormed().replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim();
  const cut =
    plain.length > NAME_CHARACTERS ? `${plain.slice(0, NAME_CHARACTERS - 1).replace(HALF_CHARACTER, '')}…` : plain;
  return showsNothing(cut) ? otherwise : cut;
}
