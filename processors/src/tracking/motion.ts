import type { Box } from '@sightline/schemas';

/** Centre x, centre y, width, height in pixels; velocity of the centre along x and y in pixels per second. */
export type Motion = readonly number[];

/** Motion is extrapolated for no longer than this: hands turn round. */
const COAST_MS = 400;
/** Share of the innovation that corrects place and size, and velocity (alpha-beta filter). */
const PLACE_GAIN = 0.85;
const VELOCITY_GAIN = 0.5;

/** The motion of a newly seen object: at rest. */
export const atRest = (box: Box): Motion => [...measured(box), 0, 0];

/** The expected place `elapsedMs` after the last sighting, at constant velocity. */
export function predicted(motion: Motion, elapsedMs: number): Motion {
  const [x = 0, y = 0, width = 0, height = 0, vx = 0, vy = 0] = motion;
  const seconds = Math.min(elapsedMs, COAST_MS) / 1000;
  return [x + vx * seconds, y + vy * seconds, width, height, vx, vy];
}

/**
 * The motion after a sighting at `box`. At the second sighting (`hits` 1) two points give the velocity. Later the
 * innovation corrects place and velocity by fixed gains.
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

/** The same place with velocity 0, for a picture in which nothing moved. */
export const stopped = (motion: Motion): Motion => [...motion.slice(0, 4), 0, 0];

const measured = (box: Box): readonly number[] => [
  (box.x1Px + box.x2Px) / 2,
  (box.y1Px + box.y2Px) / 2,
  box.x2Px - box.x1Px,
  box.y2Px - box.y1Px,
];
