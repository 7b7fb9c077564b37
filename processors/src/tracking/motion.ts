import type { Box } from '@sightline/schemas';

/** Centre x, centre y, width, height in pixels; velocity of the centre along x and y in pixels per second. */
export type Motion = readonly number[];

/** Further than this a motion is not extrapolated: hands turn round. */
const COAST_MS = 400;
/** Share of the innovation taken over by place and size, and by velocity (alpha-beta filter). */
const PLACE_GAIN = 0.85;
const VELOCITY_GAIN = 0.5;

/** The motion of an object first seen: at rest. */
export const atRest = (box: Box): Motion => [...measured(box), 0, 0];

/** Where the object is expected `elapsedMs` after it was last seen; velocity stays. */
export function predicted(motion: Motion, elapsedMs: number): Motion {
  const [x = 0, y = 0, width = 0, height = 0, vx = 0, vy = 0] = motion;
  const seconds = Math.min(elapsedMs, COAST_MS) / 1000;
  return [x + vx * seconds, y + vy * seconds, width, height, vx, vy];
}

/**
 * The motion after the object was seen at `box`. The first time after it began (`hits` 1) two points give its
 * velocity; later the innovation corrects place and velocity by fixed gains.
 * Source: alpha-beta filter, Benedict and Bordner 1962.
 */
export function corrected(motion: Motion, box: Box, elapsedMs: number, hits: number): Motion {
  const expected = predicted(motion, elapsedMs);
  const seen = measured(box);
  const placeGain = hits === 1 ? 1 : PLACE_GAIN;
  const velocityGain = hits === 1 ? 1 : VELOCITY_GAIN;
  const place = seen.map((value, i) => (expected[i] ?? 0) + placeGain * (value - (expected[i] ?? 0)));
  const velocity = [0, 1].map(axis => {
    const before = motion[4 + axis] ?? 0;
    if (elapsedMs <= 0) return before;
    return before + (velocityGain * ((seen[axis] ?? 0) - (expected[axis] ?? 0)) * 1000) / elapsedMs;
  });
  return [...place, ...velocity];
}

/** The same motion brought to rest, for a picture in which nothing moved. */
export const stopped = (motion: Motion): Motion => [...motion.slice(0, 4), 0, 0];

const measured = (box: Box): readonly number[] => [
  (box.x1Px + box.x2Px) / 2,
  (box.y1Px + box.y2Px) / 2,
  box.x2Px - box.x1Px,
  box.y2Px - box.y1Px,
];
