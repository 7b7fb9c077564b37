import type { Box, Rule, Zone } from '@sightline/schemas';
import { boxOverlap, isInZone, type RelativeBox, relativeBox, type Size } from './zone.ts';

/** What is to be seen in a frame, and what was missed in it and was there a moment ago. */
export interface Scene {
  readonly boxes: readonly Box[];
  readonly remembered: readonly Box[];
}

/**
 * The box that breaks an `absence` rule in one frame: a subject in the zone for which every condition holds; of
 * several the most confident, then the first. -1: none. Boxes below the rule's confidence are not there for it. What
 * must be absent has to be gone, not just missed: one frame without its box is no breach.
 */
export function findBreach(rule: Rule, zone: Zone | null, { boxes, remembered }: Scene, size: Size): number {
  const placed = (box: Box, index: number) => ({ index, box, place: relativeBox(box, size) });
  const isVisible = ({ box }: { readonly box: Box }): boolean => box.confidence >= rule.minConfidence;
  const visible = boxes.map(placed).filter(isVisible);
  const lately = [...visible, ...remembered.map(placed).filter(isVisible)];
  const breaching = visible.filter(
    ({ box, place }) =>
      box.className === rule.subjectClass &&
      (zone === null || isInZone(zone, place, rule.anchor, rule.minOverlap)) &&
      rule.conditions.every(
        ({ className, negated }) =>
          negated !==
          (negated ? lately : visible).some(
            other => other.box.className === className && overlaps(other.place, place, rule),
          ),
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
