import type { Rule } from '../generated/records.ts';

/**
 * The kitchen rule as it starts on every camera: a hand in the zone (null: anywhere in the picture) touches a pizza
 * and no scooper overlaps the hand, for at least half a second of camera time.
 */
export function handNoScooper(cameraId: string, zoneId: string | null): Rule {
  return {
    ruleId: `${cameraId}-hand-no-scooper`,
    cameraId,
    name: 'Hand without scooper',
    violationType: 'hand_no_scooper',
    kind: 'absence',
    zoneId,
    subjectClass: 'hand',
    anchor: 'overlap',
    conditions: [
      { kind: 'overlaps', className: 'pizza', negated: false },
      { kind: 'overlaps', className: 'scooper', negated: true },
    ],
    minOverlap: 0.1,
    minConfidence: 0.3,
    minDurationMs: 500,
    gapMs: 400,
    cooldownMs: 0,
    schedule: [],
    riskLevel: 'high',
    active: true,
  };
}
