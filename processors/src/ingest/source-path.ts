import { basename, join } from 'node:path';
import type { Camera } from '@sightline/schemas';

/** A camera's address that no source here understands; the message says what is wrong. */
export class SourceAddressError extends Error {
  readonly code = 'SOURCE_ADDRESS';
  readonly retriable = false;
}

export interface SourceFolders {
  readonly videos: string;
  readonly scenes: string;
}

/**
 * What the decoder opens: `videos:NAME` and `scenes:NAME` are files of these folders, names without a way out of them;
 * rtsp:, rtsps:, http: and https: are addresses. Throws SourceAddressError.
 */
export function sourceUrl(camera: Camera, folders: SourceFolders): string {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/is.exec(camera.url) ?? [];
  const kind = scheme.toLowerCase();
  if (camera.source === 'live') {
    if (['rtsp', 'rtsps', 'http', 'https'].includes(kind)) return camera.url;
    throw new SourceAddressError('a live camera needs an rtsp:, rtsps:, http: or https: address');
  }
  if (kind !== 'videos' && kind !== 'scenes')
    throw new SourceAddressError('a recording is named videos:NAME or scenes:NAME');
  if (rest === '' || rest !== basename(rest) || rest === '.' || rest === '..')
    throw new SourceAddressError('a recording is a file directly in its folder');
  return join(folders[kind], rest);
}
