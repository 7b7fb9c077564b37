import type { Absence, RuleCondition } from '@sightline/schemas';
import { boxOverlap, isInZone, type RelativeBox } from '../zone.ts';
import type { Kind, PlacedBox, Scene } from './kind.ts';

/**
 * Breach: a subject in the zone for which every condition holds. The rule has one run, whichever subject breaks it
 * (DESIGN.md). Of several subjects in a frame it names the most confident, then the first. A required box that was
 * missed just now still counts: one missed detection is no absence.
 */
export const absence: Kind<Absence> = {
  judge(parameters, _, scene) {
    const [first, ...others] = scene.boxes.filter(box => breaks(parameters, box, scene));
    if (first === undefined) return { state: [], breaches: [] };
    const { index } = others.reduce((best, one) => (one.confidence > best.confidence ? one : best), first);
    return { state: [], breaches: [{ subject: '', box: index }] };
  },
  canonical: ({ conditions, ...rest }) => ({
    ...rest,
    conditions: conditions
      .map(({ kind, className, negated }) => ({ className, kind, negated }))
      .toSorted((a, b) => compare(JSON.stringify(a), JSON.stringify(b))),
  }),
  words: ({ subjectClass, conditions }) =>
    [subjectClass, ...conditions.map(({ className, negated }) => `${negated ? 'without' : 'on'} ${className}`)].join(
      ' ',
    ),
};

function breaks(parameters: Absence, subject: PlacedBox, { boxes, remembered, zone }: Scene): boolean {
  const holds = ({ className, negated }: RuleCondition): boolean => {
    const others = negated ? [...boxes, ...remembered] : boxes;
    const found = others.some(
      other => other.className === className && overlaps(other.place, subject.place, parameters.minOverlap),
    );
    return negated !== found;
  };
  return (
    subject.className === parameters.subjectClass &&
    (zone === null || isInZone(zone, subject.place, parameters)) &&
    parameters.conditions.every(holds)
  );
}

function overlaps(a: RelativeBox, b: RelativeBox, minOverlap: number): boolean {
  const overlap = boxOverlap(a, b);
  return overlap > 0 && overlap >= minOverlap;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
