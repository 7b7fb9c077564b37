import type { Rule } from '@sightline/schemas';
import type { ParametersOf, RuleKindName } from '@sightline/schemas/rules';
import { absence } from './absence.ts';
import type { Kind } from './kind.ts';
import { restrictedZone } from './restricted-zone.ts';

const kinds: { readonly [K in RuleKindName]: Kind<ParametersOf<K>> } = {
  absence,
  restricted_zone: restrictedZone,
};

/** The kind that judges rules with these parameters; undefined: only a newer version has it. */
export function kindOf(parameters: Rule['parameters']): Kind | undefined {
  // The entry takes the parameters of its own kind, and these are.
  return parameters.kind === 'unknown' ? undefined : (kinds[parameters.kind] as Kind);
}
