import type { Box } from '@sightline/schemas';
import type { Motion } from './motion.ts';

/** Least overlap (intersection over union) at which a box counts as being in the expected place. */
const MIN_OVERLAP = 0.1;
/** Largest distance from the expected place, in object lengths: at once, and more per second unseen. */
const REACH = 0.6;
const REACH_PER_SECOND = 8;
const MAX_REACH = 2.5;
/** Largest ratio of the two areas when they do not overlap. */
const MAX_AREA_RATIO = 3;

/**
 * Distance between a box and a track expected at `expected`. 0 (same place) to 1 when they overlap; 1 to 2, by the
 * distance of the centres, when they do not; Infinity beyond reach. At 5 pictures a second a fast hand no longer
 * overlaps its last box.
 */
export function unlikeness(expected: Motion, box: Box, elapsedMs: number): number {
  const [x = 0, y = 0, width = 0, height = 0] = expected;
  const boxWidth = box.x2Px - box.x1Px;
  const boxHeight = box.y2Px - box.y1Px;
  const across = Math.min(x + width / 2, box.x2Px) - Math.max(x - width / 2, box.x1Px);
  const down = Math.min(y + height / 2, box.y2Px) - Math.max(y - height / 2, box.y1Px);
  const area = width * height;
  const boxArea = boxWidth * boxHeight;
  if (across > 0 && down > 0) {
    const common = across * down;
    const overlap = common / (area + boxArea - common);
    if (overlap >= MIN_OVERLAP) return 1 - overlap;
  }
  if (Math.max(area, boxArea) > MAX_AREA_RATIO * Math.min(area, boxArea)) return Number.POSITIVE_INFINITY;
  const length = Math.sqrt(Math.sqrt(area * boxArea));
  const distance = Math.hypot(x - (box.x1Px + box.x2Px) / 2, y - (box.y1Px + box.y2Px) / 2) / length;
  const reach = Math.min(REACH + (REACH_PER_SECOND * elapsedMs) / 1000, MAX_REACH);
  return distance <= reach ? 1 + distance / reach : Number.POSITIVE_INFINITY;
}
