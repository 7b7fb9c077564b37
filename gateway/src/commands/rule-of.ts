import type { Rule } from '@sightline/schemas';
import { newRule, type RuleKindName, type RuleParameters } from '@sightline/schemas/rules';
import type { RuleInput } from './command.ts';

/** Members of the parameters' input, with their kinds of rule. */
const KINDS = { absence: 'absence', restrictedZone: 'restricted_zone' } as const satisfies Record<string, RuleKindName>;
type Member = keyof typeof KINDS;
const MEMBERS = Object.keys(KINDS) as readonly Member[];
const CHOICE = `give exactly one of ${MEMBERS.join(', ')}`;

/** The fault of an input: its field and what to do. */
export interface WrongField {
  readonly field: string;
  readonly message: string;
}

/** The member that an input has; undefined: it has no parameters. */
function memberOf({ parameters }: RuleInput): Member | undefined | WrongField {
  if (parameters == null) return undefined;
  const given = MEMBERS.filter(member => parameters[member] != null);
  const [member] = given;
  if (member !== undefined && given.length === 1) return member;
  return { field: 'parameters', message: `${given.length === 0 ? 'no kind' : given.join(' and ')} given: ${CHOICE}` };
}

/**
 * The rule that an input describes: the existing rule, or the defaults of its kind for a new one (`ruleId`), with the
 * input's fields. A rule keeps its kind.
 */
export function ruleOf(input: RuleInput, known: Rule | undefined, ruleId: string): Rule | WrongField {
  const member = memberOf(input);
  if (typeof member === 'object') return member;
  const kind = member && KINDS[member];
  if (known === undefined && kind === undefined)
    return { field: 'parameters', message: `a new rule needs parameters: ${CHOICE}` };
  if (known !== undefined && kind !== undefined && known.parameters.kind !== kind)
    return {
      field: 'parameters',
      message: `the rule has the kind ${known.parameters.kind}, which cannot change: create a new rule for ${kind}`,
    };
  const { cameraId, zoneId } = input;
  const base = known ?? newRule(kind ?? 'absence', { ruleId, cameraId, zoneId: zoneId ?? null });
  return {
    ...base,
    name: input.name?.trim() ?? base.name,
    violationType: input.violationType?.trim() ?? base.violationType,
    zoneId: zoneId === undefined ? base.zoneId : zoneId,
    models: input.models ?? base.models,
    minDurationMs: input.minDurationMs ?? base.minDurationMs,
    gapMs: input.gapMs ?? base.gapMs,
    cooldownMs: input.cooldownMs ?? base.cooldownMs,
    minConfidence: input.minConfidence ?? base.minConfidence,
    riskLevel: input.riskLevel ?? base.riskLevel,
    active: input.active ?? base.active,
    parameters: merged(base.parameters, input.parameters),
  };
}

/** The parameters, with the input's fields of the same kind. */
function merged(base: RuleParameters, given: RuleInput['parameters']): RuleParameters {
  switch (base.kind) {
    case 'absence': {
      const conditions = given?.absence?.conditions?.map(one => ({ kind: 'overlaps' as const, ...one }));
      return { ...base, ...set(given?.absence), conditions: conditions ?? base.conditions };
    }
    case 'restricted_zone':
      return { ...base, ...set(given?.restrictedZone) };
    case 'unknown':
      return base;
  }
}

type Set<T> = { readonly [K in keyof T]?: NonNullable<T[K]> };

/** The fields that are present. */
const set = <T extends object>(given: T | null | undefined): Set<T> =>
  Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value != null)) as Set<T>;

/** The name of a rule's field in its input: `parameters.subjectClass` is `parameters.absence.subjectClass`. */
export function inputField(field: string, { parameters }: Rule): string {
  const member = MEMBERS.find(one => KINDS[one] === parameters.kind);
  return member === undefined ? field : field.replace(/^parameters\./, `parameters.${member}.`);
}
