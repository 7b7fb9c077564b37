import type { CameraTile } from '#generated/documents.ts';

/** What a tile says about its source. */
export type TileState = 'live' | 'waiting' | 'connecting' | 'down' | 'ended' | 'broken' | 'stopped';

/** The camera's newest view. */
export interface View {
  /** The browser's clock when it came. */
  readonly heardAtMs: number;
  /** Camera time, by ingest's clock. */
  readonly capturedAtMs: number;
}

/** No view for this long while the source is connected, and the tile no longer says live. */
const STALE_MS = 4000;

/**
 * The state of a camera as one word. A connected source is live only while views come, and one that was said to be down
 * or connecting only when a view is newer than that word. `nowMs` is the browser's clock.
 */
export function tileState(camera: Pick<CameraTile, 'active' | 'status'>, view: View | null, nowMs: number): TileState {
  if (!camera.active) return 'stopped';
  const { state, at } = camera.status ?? { state: 'CONNECTING', at: '1970-01-01T00:00:00Z' };
  const fresh = view !== null && nowMs - view.heardAtMs <= STALE_MS;
  const newer = fresh && view.capturedAtMs > Date.parse(at);
  switch (state) {
    case 'BROKEN':
      return 'broken';
    case 'ENDED':
      return 'ended';
    case 'CONNECTED':
    case 'UNKNOWN':
      return fresh ? 'live' : 'waiting';
    case 'DOWN':
      return newer ? 'live' : 'down';
    default:
      return newer ? 'live' : 'connecting';
  }
}
