import type { Rule } from '../generated/records.ts';
import { newRule } from './kinds.ts';

/**
 * Template `hand_no_scooper`, the first rule of a kitchen camera: a hand in the zone (null: anywhere in the picture)
 * touches a pizza, and no scooper overlaps the hand, for at least half a second of camera time.
 */
export function handNoScooper(cameraId: string, zoneId: string | null): Rule {
  const rule = newRule('absence', { ruleId: `${cameraId}-hand-no-scooper`, cameraId, zoneId });
  return {
    ...rule,
    name: 'Hand without scooper',
    violationType: 'hand_no_scooper',
    riskLevel: 'high',
    parameters: {
      ...rule.parameters,
      subjectClass: 'hand',
      anchor: 'overlap',
      conditions: [
        { kind: 'overlaps', className: 'pizza', negated: false },
        { kind: 'overlaps', className: 'scooper', negated: true },
      ],
    },
  };
}
