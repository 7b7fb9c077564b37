import { type Refusal, refusal } from '../control/refusal.ts';
import type { Rule } from '../generated/records.ts';

/** The fields of all kinds of rule, except the ids. */
export type RuleDefaults = Omit<Rule, 'ruleId' | 'cameraId' | 'zoneId' | 'parameters'>;

/** A class in a rule, and the field of its parameters that names it. */
export interface NamedClass {
  readonly field: string;
  readonly className: string;
}

/**
 * How often a kind must see the picture. `duration`: several times in the shortest breach that counts.
 * `every_picture`: what happens between two looks decides.
 */
export type LooksFor = 'duration' | 'every_picture';

/** The validation and defaults of one kind of rule: one file per kind, beside this one. */
export interface RuleKind<P extends Rule['parameters'] = Rule['parameters']> {
  /** Initial values of a new rule. A field without a sensible default is empty, and validation asks for it. */
  readonly defaults: RuleDefaults & { readonly parameters: P };
  /** Every class that the rule uses. */
  classesOf(parameters: P): readonly NamedClass[];
  looksFor(parameters: P): LooksFor;
  /** Why the parameters are refused; fields are relative to `parameters`. */
  validate(parameters: P): readonly Refusal[];
}

export const refuseNoSubject = (subjectClass: string): readonly Refusal[] =>
  subjectClass.trim() === ''
    ? refusal('subjectClass', 'the rule names no class of its subject', 'name a class, e.g. hand')
    : [];
