import type { Box, Detection, ModelReference, OpenTrack, TrackedBox } from '@sightline/schemas';
import type { JudgedRule } from './judged-rules.ts';
import { placed, type Scene } from './kinds/kind.ts';
import type { ModelObservation, Observation } from './observation.ts';

/** What the models that a rule rests on see at one record. */
export interface Look {
  readonly models: readonly ModelReference[];
  readonly boxes: readonly TrackedBox[];
  readonly remembered: readonly Box[];
  readonly tracks: readonly OpenTrack[];
}

/**
 * The look of a rule at a record; undefined: there is none, so nothing is known of the rule at this time. A rule rests
 * on the models that look for one of its classes, or on those of them that it names; it is looked at when each of its
 * classes was looked for. So a picture that another model looked at is no look of this rule.
 */
export function lookOf({ rule, classes }: JudgedRule, { seen }: Observation): Look | undefined {
  const isUsed = (one: ModelObservation): boolean =>
    (rule.models.length === 0 || rule.models.includes(one.model)) && one.classes.some(name => classes.includes(name));
  const used = seen.filter(isUsed);
  if (!classes.every(name => used.some(one => one.classes.includes(name)))) return undefined;
  return {
    models: used.map(({ model, version, sha256 }) => ({ model, version, sha256 })),
    boxes: used.flatMap(({ boxes }) => boxes),
    remembered: used.flatMap(({ remembered }) => remembered),
    tracks: used.flatMap(({ tracks }) => tracks),
  };
}

/** The look as the judge of a kind sees it. */
export function sceneOf(look: Look, { rule, zone }: JudgedRule, size: Detection, timeMs: number): Scene {
  return {
    timeMs,
    zone,
    boxes: placed(look.boxes, rule.minConfidence, size),
    remembered: placed(look.remembered, rule.minConfidence, size),
  };
}
