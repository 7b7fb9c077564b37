import { type Refusal, refusal } from '../control/refusal.ts';
import type { Rule } from '../generated/records.ts';

/** What all rules have, whatever their kind, but for ids. */
export type RuleDefaults = Omit<Rule, 'ruleId' | 'cameraId' | 'zoneId' | 'parameters'>;

/** A class that a rule names, and the field of its parameters that names it. */
export interface NamedClass {
  readonly field: string;
  readonly className: string;
}

/** What is true of a kind of rule before anything is judged: one file beside this one for each kind. */
export interface RuleKind<P extends Rule['parameters'] = Rule['parameters']> {
  /** A new rule of the kind begins with these; what has no sensible default is empty and refused until given. */
  readonly defaults: RuleDefaults & { readonly parameters: P };
  /** Every class the judge asks for. */
  classesOf(parameters: P): readonly NamedClass[];
  /** What is wrong with the parameters; fields are relative to `parameters`. */
  validate(parameters: P): readonly Refusal[];
}

export const refuseNoSubject = (subjectClass: string): readonly Refusal[] =>
  subjectClass.trim() === '' ? refusal('subjectClass', 'no class is judged', 'name a class, e.g. hand') : [];
