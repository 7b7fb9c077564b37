import { refuseShare } from '../control/refusal.ts';
import type { RestrictedZone } from '../generated/records.ts';
import { type RuleKind, refuseNoSubject } from './rule-kind.ts';

/** A subject in a zone where it may not be. */
export const restrictedZone: RuleKind<RestrictedZone> = {
  defaults: {
    name: 'Restricted zone',
    violationType: 'restricted_zone',
    models: [],
    minConfidence: 0.4,
    minDurationMs: 1_000,
    gapMs: 800,
    cooldownMs: 0,
    schedule: [],
    riskLevel: 'medium',
    active: true,
    parameters: {
      kind: 'restricted_zone',
      subjectClass: '',
      anchor: 'bottom_centre',
      minOverlap: 0.1,
      leaveMargin: 0.02,
    },
  },
  classesOf: ({ subjectClass }) => [{ field: 'subjectClass', className: subjectClass }],
  looksFor: () => 'duration',
  validate: ({ subjectClass, minOverlap, leaveMargin }) => [
    ...refuseNoSubject(subjectClass),
    ...refuseShare('minOverlap', minOverlap),
    ...refuseShare('leaveMargin', leaveMargin),
  ],
};
