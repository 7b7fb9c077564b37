import type { CameraTile } from '#generated/documents.ts';

/** What a tile says about its source: `paused` is ours (not on the screen), the others are the camera's. */
export type TileState = 'live' | 'waiting' | 'connecting' | 'down' | 'ended' | 'broken' | 'stopped';

/** No picture for this long while the source is connected, and the tile no longer says live. */
const STALE_MS = 4000;

/**
 * The state of a camera as one word. A source in trouble or at its end speaks first; a connected one is live only
 * while pictures come. `lastDrawnAtMs` and `nowMs` are the browser's clock; null before the first picture.
 */
export function tileState(
  camera: Pick<CameraTile, 'active' | 'status'>,
  lastDrawnAtMs: number | null,
  nowMs: number,
): TileState {
  if (!camera.active) return 'stopped';
  const fresh = lastDrawnAtMs !== null && nowMs - lastDrawnAtMs <= STALE_MS;
  switch (camera.status?.state) {
    case 'BROKEN':
      return 'broken';
    case 'ENDED':
      return 'ended';
    case 'DOWN':
      return fresh ? 'live' : 'down';
    case 'CONNECTED':
    case 'UNKNOWN':
      return fresh ? 'live' : 'waiting';
    default:
      return fresh ? 'live' : 'connecting';
  }
}
