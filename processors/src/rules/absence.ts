import type { Box, Rule, Zone } from '@sightline/schemas';
import { boxOverlap, isInZone, type RelativeBox, relativeBox, type Size } from './zone.ts';

/**
 * The box that breaks an `absence` rule in one frame: a subject in the zone for which every condition holds; of
 * several the most confident, then the first. -1: none. Boxes below the rule's confidence are not there for it.
 */
export function findBreach(rule: Rule, zone: Zone | null, boxes: readonly Box[], size: Size): number {
  const seen = boxes.map((box, index) => ({ index, box, place: relativeBox(box, size) }));
  const visible = seen.filter(({ box }) => box.confidence >= rule.minConfidence);
  const breaching = visible.filter(
    ({ box, place }) =>
      box.className === rule.subjectClass &&
      (zone === null || isInZone(zone, place, rule.anchor, rule.minOverlap)) &&
      rule.conditions.every(
        condition =>
          condition.negated !==
          visible.some(other => other.box.className === condition.className && overlaps(other.place, place, rule)),
      ),
  );
  const [first, ...others] = breaching;
  if (first === undefined) return -1;
  return others.reduce((best, one) => (one.box.confidence > best.box.confidence ? one : best), first).index;
}

function overlaps(a: RelativeBox, b: RelativeBox, rule: Rule): boolean {
  const overlap = boxOverlap(a, b);
  return overlap > 0 && overlap >= rule.minOverlap;
}
