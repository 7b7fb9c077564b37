interface Played {
  readonly name: string;
  readonly source: string;
  readonly url: string;
}

const SCHEME = 'videos:';

/**
 * The file in the videos folder that a camera plays, as people see it: characters that cannot be shown stay
 * percent-encoded. undefined: it plays none.
 */
export const videoFileOf = ({ source, url }: Pick<Played, 'source' | 'url'>): string | undefined =>
  source === 'FILE' && url.startsWith(SCHEME) ? url.slice(SCHEME.length).replaceAll('%25', '%') : undefined;

/** What to say when a camera is named after a file that has another name now; undefined: nothing. */
export function renamedNote(camera: Played): string | undefined {
  const fileName = videoFileOf(camera);
  if (fileName === undefined || fileName === camera.name) return undefined;
  const dot = fileName.lastIndexOf('.');
  if (dot > 0 && fileName.slice(0, dot) === camera.name) return undefined;
  return `The file is called ${fileName} now. It holds the same recording, so it is the same camera.`;
}
