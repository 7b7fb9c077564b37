import type { HandPose } from './hand.ts';
import type { Point } from './layout.ts';
import type { Look } from './look.ts';
import type { Tool, ToolPose } from './tool.ts';

/** Place of a hand at a time; between two waypoints the hand moves smoothly. */
export type Waypoint = Point & { readonly atMs: number; readonly curl: number; readonly spread: number };

/** One hand from entering the picture until it has left. */
export type HandTrack = {
  readonly actor: number;
  readonly look: Look;
  readonly side: -1 | 1;
  /** The elbow, outside the picture; the arm is a straight line from it. */
  readonly elbow: Point;
  readonly lengthPx: number;
  readonly waypoints: readonly Waypoint[];
  /** Small movements of a resting hand, px and turns a second. */
  readonly fidgetPx: number;
  readonly fidgetHz: number;
  readonly holds?: Tool;
  readonly holdActor: number;
  readonly holdTurn: number;
};

export function startMs(track: HandTrack): number {
  return track.waypoints[0]?.atMs ?? 0;
}

export function endMs(track: HandTrack): number {
  return track.waypoints.at(-1)?.atMs ?? 0;
}

/** Undefined while the hand is away. */
export function handAt(track: HandTrack, timeMs: number): HandPose | undefined {
  const { waypoints } = track;
  for (let i = 1; i < waypoints.length; i++) {
    const from = waypoints[i - 1] as Waypoint;
    const to = waypoints[i] as Waypoint;
    if (timeMs < from.atMs || timeMs > to.atMs) continue;
    const t = minimumJerk((timeMs - from.atMs) / Math.max(1, to.atMs - from.atMs));
    return poseAt(track, timeMs, {
      x: from.x + (to.x - from.x) * t,
      y: from.y + (to.y - from.y) * t,
      curl: from.curl + (to.curl - from.curl) * t,
      spread: from.spread + (to.spread - from.spread) * t,
    });
  }
  return undefined;
}

function poseAt(
  track: HandTrack,
  timeMs: number,
  at: Point & { readonly curl: number; readonly spread: number },
): HandPose {
  const phase = (timeMs / 1000) * track.fidgetHz * 2 * Math.PI;
  const xPx = at.x + track.fidgetPx * Math.sin(phase + track.actor);
  const yPx = at.y + track.fidgetPx * 0.7 * Math.cos(phase * 0.83);
  const dx = xPx - track.elbow.x;
  const dy = yPx - track.elbow.y;
  const length = Math.sqrt(dx * dx + dy * dy) || 1;
  return {
    xPx,
    yPx,
    dirX: dx / length,
    dirY: dy / length,
    lengthPx: track.lengthPx,
    side: track.side,
    curl: at.curl,
    spread: at.spread,
  };
}

/** Place of the tool in a hand: through the fist, turned a little. */
export function heldPose(track: HandTrack, hand: HandPose): ToolPose {
  const sin = Math.sin(track.holdTurn);
  const cos = Math.cos(track.holdTurn);
  const back = -0.24 * hand.lengthPx;
  return {
    xPx: hand.xPx + hand.dirX * back,
    yPx: hand.yPx + hand.dirY * back,
    dirX: hand.dirX * cos - hand.dirY * sin,
    dirY: hand.dirX * sin + hand.dirY * cos,
  };
}

/** From 0 to 1 with zero speed and acceleration at both ends. Source: Flash and Hogan 1985. */
function minimumJerk(t: number): number {
  return t * t * t * (10 - 15 * t + 6 * t * t);
}
