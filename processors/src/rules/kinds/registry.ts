import type { Rule } from '@sightline/schemas';
import type { ParametersOf, RuleKindName } from '@sightline/schemas/rules';
import { absence } from './absence.ts';
import type { Kind } from './kind.ts';
import { restrictedZone } from './restricted-zone.ts';

const kinds: { readonly [K in RuleKindName]: Kind<ParametersOf<K>> } = {
  absence,
  restricted_zone: restrictedZone,
};

/** How rules with these parameters are judged; undefined: by a newer version only. */
export function kindOf(parameters: Rule['parameters']): Kind | undefined {
  // Each entry takes the parameters of its own kind, which these are.
  return parameters.kind === 'unknown' ? undefined : (kinds[parameters.kind] as Kind);
}
