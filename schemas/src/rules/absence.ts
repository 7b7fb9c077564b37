import { type Refusal, refusal, refuseShare } from '../control/refusal.ts';
import type { Absence } from '../generated/records.ts';
import { type RuleKind, refuseNoSubject } from './rule-kind.ts';

/** A subject in the zone without a required object. */
export const absence: RuleKind<Absence> = {
  defaults: {
    name: 'Something is missing',
    violationType: 'absence',
    models: [],
    minConfidence: 0.3,
    minDurationMs: 500,
    gapMs: 400,
    cooldownMs: 0,
    schedule: [],
    riskLevel: 'medium',
    active: true,
    parameters: { kind: 'absence', subjectClass: '', anchor: 'centre', conditions: [], minOverlap: 0.1 },
  },
  classesOf: ({ subjectClass, conditions }) => [
    { field: 'subjectClass', className: subjectClass },
    ...conditions.map(({ className }, i) => ({ field: `conditions[${i}].className`, className })),
  ],
  // A contact is short: what a hand touches between two looks would be missed.
  looksFor: ({ conditions }) => (conditions.some(({ negated }) => !negated) ? 'every_picture' : 'duration'),
  validate: parameters => [
    ...refuseNoSubject(parameters.subjectClass),
    ...refuseShare('minOverlap', parameters.minOverlap),
    ...refuseConditions(parameters),
  ],
};

function refuseConditions({ conditions }: Absence): readonly Refusal[] {
  if (!conditions.some(({ negated }) => negated))
    return refusal('conditions', 'no condition says what must be absent', 'give a condition with negated: true');
  return conditions.flatMap(({ className }, i) =>
    className.trim() === ''
      ? refusal(`conditions[${i}].className`, 'the condition names no class', 'name a class')
      : [],
  );
}
