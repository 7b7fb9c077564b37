import { basename, join } from 'node:path';
import type { Camera } from '@sightline/schemas';
import { videoFileOf } from './video-file.ts';

/** No source supports this camera's address; the message says why. */
export class SourceAddressError extends Error {
  readonly code = 'SOURCE_ADDRESS';
  readonly retriable = false;
}

export interface SourceFolders {
  readonly videos: string;
  readonly scenes: string;
}

/**
 * The address for the decoder. `videos:NAME` and `scenes:NAME` are files directly in these folders; rtsp:, rtsps:,
 * http: and https: are network addresses. Throws SourceAddressError.
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
  const name = kind === 'videos' ? (videoFileOf(camera) ?? '') : rest;
  if (name === '' || name !== basename(name) || name.includes('\0') || name === '.' || name === '..')
    throw new SourceAddressError('a recording is a file directly in its folder');
  return join(folders[kind], name);
}
