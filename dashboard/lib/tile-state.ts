import type { CameraTile } from '#generated/documents.ts';

/** State of a camera's source, as its tile shows it. */
export type TileState = 'live' | 'waiting' | 'connecting' | 'down' | 'ended' | 'broken' | 'stopped';

/** The camera's newest view. */
export interface View {
  /** Time of arrival by the browser's clock. */
  readonly heardAtMs: number;
  /** Camera time, by ingest's clock. */
  readonly capturedAtMs: number;
}

/** A tile of a connected source stops being live after this time without a view. */
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
