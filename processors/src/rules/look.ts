import type { Box, Detection, ModelReference, OpenTrack, TrackedBox } from '@sightline/schemas';
import type { JudgedRule } from './judged-rules.ts';
import { placed, type Scene } from './kinds/kind.ts';
import type { ModelObservation, Observation } from './observation.ts';

/** What a rule's models found at one record. */
export interface Look {
  /** With those whose boxes they looked at. */
  readonly models: readonly ModelReference[];
  readonly boxes: readonly TrackedBox[];
  readonly remembered: readonly Box[];
  readonly tracks: readonly OpenTrack[];
}

/**
 * The rule's look at a record; undefined: none, so the state of the rule is unknown at this time. A rule uses the
 * models that look for one of its classes, or those of them that it names. It has a look when its models together
 * looked for all its classes. A picture that only another model saw is no look of this rule.
 */
export function lookOf({ rule, classes }: JudgedRule, { seen }: Observation): Look | undefined {
  const used = seen.filter(one => uses({ rule, classes }, one));
  const before = new Set(used.flatMap(({ of }) => of));
  if (!classes.every(name => used.some(one => one.classes.includes(name)))) return undefined;
  return {
    models: seen
      .filter(one => used.includes(one) || before.has(one.model))
      .map(({ model, version, sha256 }) => ({ model, version, sha256 })),
    boxes: used.flatMap(({ boxes }) => boxes),
    remembered: used.flatMap(({ remembered }) => remembered),
    tracks: used.flatMap(({ tracks }) => tracks),
  };
}

const uses = (
  { rule, classes }: Pick<JudgedRule, 'rule' | 'classes'>,
  one: Pick<ModelObservation, 'model' | 'classes'>,
): boolean =>
  (rule.models.length === 0 || rule.models.includes(one.model)) && one.classes.some(name => classes.includes(name));

/**
 * The rule with the gap that it has at the rate of its models: two more looks of the slowest, so that one wrong box does
 * not close a run, as at full rate.
 */
export function paced(judged: JudgedRule, { models }: Observation): JudgedRule {
  const everyMs = Math.max(0, ...models.filter(one => uses(judged, one)).map(one => one.everyMs));
  return everyMs === 0 ? judged : { ...judged, rule: { ...judged.rule, gapMs: judged.rule.gapMs + 2 * everyMs } };
}

/** Converts a look to the input of a kind's judge. */
export function sceneOf(look: Look, { rule, zone }: JudgedRule, size: Detection, timeMs: number): Scene {
  return {
    timeMs,
    zone,
    boxes: placed(look.boxes, rule.minConfidence, size),
    remembered: placed(look.remembered, rule.minConfidence, size),
  };
}
