import { type Camera, UNPRINTABLE } from '@sightline/schemas';

const SCHEME = 'videos:';

/** A file's name in which `%` and the characters that cannot be shown are percent-encoded. */
export const plainName = (fileName: string): string =>
  fileName.replaceAll('%', '%25').replace(UNPRINTABLE, encodeURIComponent);

/** The url of a file in the videos folder. */
export const videosUrl = (fileName: string): string => SCHEME + plainName(fileName);

/** The file in the videos folder that a url names; undefined: it names none. */
export function videoFileOf({ url }: Pick<Camera, 'url'>): string | undefined {
  if (!url.startsWith(SCHEME)) return undefined;
  const name = url.slice(SCHEME.length);
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // written by a person, with a % of its own
  }
}

/** A file's name for people, on one line: what cannot be shown is U+FFFD, a question mark in a diamond. */
export const shownName = (fileName: string): string => fileName.replace(UNPRINTABLE, '\ufffd');

/** May a camera's recording be read from its file? `later`: the file is being looked at. `lost`: it holds another recording, or none. */
export type Readable = 'yes' | 'later' | 'lost';
