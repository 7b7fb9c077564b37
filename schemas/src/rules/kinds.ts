import type { Rule } from '../generated/records.ts';
import { absence } from './absence.ts';
import { restrictedZone } from './restricted-zone.ts';
import type { RuleKind } from './rule-kind.ts';

export type RuleParameters = Rule['parameters'];
export type RuleKindName = Exclude<RuleParameters['kind'], 'unknown'>;
export type ParametersOf<K extends RuleKindName> = Extract<RuleParameters, { readonly kind: K }>;

/**
 * Every kind of rule that this version knows. A new kind is one more line; the compiler then names the missing parts.
 */
export const ruleKinds: { readonly [K in RuleKindName]: RuleKind<ParametersOf<K>> } = {
  absence,
  restricted_zone: restrictedZone,
};

export const ruleKindNames = Object.keys(ruleKinds) as readonly RuleKindName[];

/** A new rule with the defaults of its kind. */
export function newRule<K extends RuleKindName>(
  kind: K,
  ids: Pick<Rule, 'ruleId' | 'cameraId' | 'zoneId'>,
): Rule & { readonly parameters: ParametersOf<K> } {
  return { ...ids, ...ruleKinds[kind].defaults };
}

/** The kind of these parameters; undefined for a newer version's kind. */
export function ruleKindOf(parameters: RuleParameters): RuleKind | undefined {
  // The entry takes the parameters of its own kind, and these are.
  return parameters.kind === 'unknown' ? undefined : (ruleKinds[parameters.kind] as RuleKind);
}

/** Every class that a rule uses, once each; none for a kind that this version does not know. */
export const classesOf = ({ parameters }: Pick<Rule, 'parameters'>): readonly string[] => [
  ...new Set(
    ruleKindOf(parameters)
      ?.classesOf(parameters)
      .map(({ className }) => className),
  ),
];
