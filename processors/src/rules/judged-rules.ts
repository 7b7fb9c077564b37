import { derivedId, type Rule, type Zone } from '@sightline/schemas';
import type { CameraConfiguration } from '@sightline/schemas/control';
import { zoneVersion } from './zone.ts';

/** A rule as it judges: with its zone and the versions a violation names. */
export interface JudgedRule {
  readonly rule: Rule;
  /** null: the whole picture. */
  readonly zone: Zone | null;
  readonly zoneVersion: string | null;
  readonly version: string;
}

/** Version of a rule: hash of its canonical form and its zone. Its name and whether it is active do not count. */
export function ruleVersion(rule: Rule, zone: string | null): string {
  const { name: _, active: __, conditions, ...rest } = rule;
  const canonical = {
    ...rest,
    conditions: conditions.map(sortedJson).toSorted(),
    zoneVersion: zone,
  };
  return derivedId(sortedJson(canonical));
}

/** JSON whose keys are in order, all the way down. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const known = new WeakMap<CameraConfiguration, readonly JudgedRule[]>();

/** The rules that judge a camera: active ones whose zone exists. A configuration never changes, so they are kept. */
export function judgedRules(configuration: CameraConfiguration): readonly JudgedRule[] {
  let rules = known.get(configuration);
  if (rules === undefined) {
    rules = configuration.rules.filter(rule => rule.active).flatMap(rule => judged(rule, configuration.zones));
    known.set(configuration, rules);
  }
  return rules;
}

function judged(rule: Rule, zones: readonly Zone[]): readonly JudgedRule[] {
  const zone = zones.find(({ zoneId }) => zoneId === rule.zoneId) ?? null;
  if (rule.zoneId !== null && zone === null) return [];
  const version = zone && zoneVersion(zone);
  return [{ rule, zone, zoneVersion: version, version: ruleVersion(rule, version) }];
}
