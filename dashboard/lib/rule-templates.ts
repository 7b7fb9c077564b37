import type { SetRuleInput } from '#generated/documents.ts';

/** A rule that a person can add with one choice. */
export interface RuleTemplate {
  readonly name: string;
  /** What it finds, in a sentence. */
  readonly words: string;
  readonly input: Omit<SetRuleInput, 'cameraId' | 'zoneId'>;
}

const KITCHEN = ['hand', 'pizza', 'scooper'];
/** Classes of objects that come and go by themselves, so that a zone can be closed to them. */
const MOVING = ['person', 'bicycle', 'car', 'motorcycle', 'bus', 'truck', 'cat', 'dog', 'hand', 'face'];

/** The rules that models with these classes can judge. */
export function ruleTemplates(classes: readonly string[]): readonly RuleTemplate[] {
  const kitchen = KITCHEN.every(name => classes.includes(name)) ? [HAND_NO_SCOOPER] : [];
  return [...kitchen, ...MOVING.filter(name => classes.includes(name)).map(keepOut)];
}

const HAND_NO_SCOOPER: RuleTemplate = {
  name: 'Hand without scooper',
  words: 'A hand touches the pizza and no scooper is in that hand.',
  input: {
    name: 'Hand without scooper',
    violationType: 'hand_no_scooper',
    riskLevel: 'HIGH',
    parameters: {
      absence: {
        subjectClass: 'hand',
        anchor: 'OVERLAP',
        conditions: [
          { className: 'pizza', negated: false },
          { className: 'scooper', negated: true },
        ],
      },
    },
  },
};

const keepOut = (subjectClass: string): RuleTemplate => ({
  name: `No ${subjectClass} here`,
  words: `A ${subjectClass} is in the zone, or in the picture while there is no zone.`,
  input: {
    name: `No ${subjectClass} here`,
    violationType: 'restricted_zone',
    parameters: { restrictedZone: { subjectClass } },
  },
});
