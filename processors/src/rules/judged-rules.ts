import { derivedId, type Rule, type Zone } from '@sightline/schemas';
import { type CameraConfiguration, kinds } from '@sightline/schemas/control';
import { classesOf } from '@sightline/schemas/rules';
import type { Kind } from './kinds/kind.ts';
import { kindOf } from './kinds/registry.ts';
import { zoneVersion } from './zone.ts';

/** A rule ready to judge: with its zone, its kind and the versions that its violations name. */
export interface JudgedRule {
  readonly rule: Rule;
  readonly kind: Kind;
  /** All classes that the rule uses. */
  readonly classes: readonly string[];
  /** null: the whole picture. */
  readonly zone: Zone | null;
  readonly zoneVersion: string | null;
  readonly version: string;
}

/** A rule that only a newer version can judge, with the part that this version does not know. */
interface UnjudgedRule {
  readonly rule: Rule;
  readonly unknown: string;
}

/** The active rules of a camera: those that this version can judge, and the others. */
export interface Rules {
  readonly judged: readonly JudgedRule[];
  readonly unjudged: readonly UnjudgedRule[];
}

/** Version of a rule: hash of its canonical form and its zone. The name and `active` are left out. */
export function ruleVersion(rule: Rule, zone: string | null): string {
  const { name: _, active: __, models, parameters, ...rest } = rule;
  const canonical = {
    ...rest,
    models: models.toSorted(),
    parameters: kindOf(parameters)?.canonical(parameters) ?? parameters,
    zoneVersion: zone,
  };
  return derivedId(sortedJson(canonical));
}

/** JSON with sorted keys at every level. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const known = new WeakMap<CameraConfiguration, Rules>();

/** The active rules of a camera. Configurations are immutable, so the result is cached by object. */
export function rulesOf(configuration: CameraConfiguration): Rules {
  let rules = known.get(configuration);
  if (rules === undefined) {
    const active = configuration.rules.filter(rule => rule.active);
    rules = {
      judged: active.flatMap(rule => judged(rule, configuration.zones)),
      unjudged: active.flatMap(rule => {
        const unknown = unknownIn(rule);
        return unknown === undefined ? [] : [{ rule, unknown }];
      }),
    };
    known.set(configuration, rules);
  }
  return rules;
}

/** The part of a rule that only a newer version knows; undefined: none. */
function unknownIn(rule: Rule): string | undefined {
  if (rule.parameters.kind === 'unknown') return `the kind ${rule.parameters.of}`;
  const parts = kinds.rule.unknownParts(rule);
  return parts.length === 0 ? undefined : `values of ${parts.join(', ')}`;
}

/** The rule ready to judge; empty when its zone is missing or this version does not know all of it. */
function judged(rule: Rule, zones: readonly Zone[]): readonly JudgedRule[] {
  const kind = kindOf(rule.parameters);
  const zone = zones.find(({ zoneId }) => zoneId === rule.zoneId) ?? null;
  if (kind === undefined || unknownIn(rule) !== undefined || (rule.zoneId !== null && zone === null)) return [];
  const version = zone && zoneVersion(zone);
  return [{ rule, kind, classes: classesOf(rule), zone, zoneVersion: version, version: ruleVersion(rule, version) }];
}
