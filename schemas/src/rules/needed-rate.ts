import type { Rule, Store } from '../generated/records.ts';
import { classesOf, ruleKindOf } from './kinds.ts';
import { isOpen } from './schedule.ts';

/** Looks in the shortest breach that opens a violation, so that one missed object neither hides nor makes one. */
const LOOKS = 4;
/**
 * Times between two looks that a rule can need. Each is twice the one before, so models that a rule uses together look
 * at the same pictures. The longest is well below the time that a track lives unseen.
 */
const STEPS_MS = [1_000, 500, 250, 125];
/** Without a rule a model looks for the pages alone; a still camera has a picture as often. */
export const IDLE_EVERY_MS = 2_000;

/** A model of a camera's plan. */
export interface LookingModel {
  readonly model: string;
  readonly classes: readonly string[];
  /** Class of the boxes that it looks at; null: it looks at whole pictures. */
  readonly cropsOf: string | null;
}

/** How often a model must look at a camera's pictures. */
export interface NeededRate {
  /** Camera time between two looks at most; 0: every picture. */
  readonly everyMs: number;
  /** The rule that asks for it; null: no rule uses the model. */
  readonly rule: Rule | null;
}

/** The rules of a camera that judge at this time: active, and within their hours in the store's time zone. */
export const rulesInForce = (
  rules: readonly Rule[],
  store: Pick<Store, 'timeZone'> | undefined,
  timeMs: number,
): readonly Rule[] =>
  rules.filter(({ active, schedule }) => active && isOpen(schedule, store?.timeZone ?? 'UTC', timeMs));

/**
 * How often a model of this plan must look, by the rules in force: LOOKS times in the shortest `minDurationMs`, once a
 * second at least, every picture for a rule whose kind asks for it or is not known here. A model whose boxes another
 * one of the plan looks at serves the rules of that one, too. `pictureRate`: most pictures a second of the camera.
 */
export function neededRate(
  model: string,
  plan: readonly LookingModel[],
  rules: readonly Rule[],
  pictureRate: number,
): NeededRate {
  const serving = servedBy(model, plan);
  const needs = rules
    .filter(rule => serving.some(one => uses(rule, one)))
    .map(rule => ({ everyMs: everyMsOf(rule), rule }))
    .toSorted((a, b) => a.everyMs - b.everyMs);
  const [most = { everyMs: IDLE_EVERY_MS, rule: null }] = needs;
  return most.everyMs * pictureRate > 1_000 ? most : { ...most, everyMs: 0 };
}

/** The model, and those that look at its boxes, at the boxes of these, and so on. */
function servedBy(model: string, plan: readonly LookingModel[]): readonly LookingModel[] {
  const served = plan.filter(one => one.model === model);
  for (const one of served) {
    const closer = plan.filter(({ cropsOf }) => cropsOf !== null && one.classes.includes(cropsOf));
    served.push(...closer.filter(next => !served.includes(next)));
  }
  return served;
}

function uses(rule: Rule, { model, classes }: LookingModel): boolean {
  if (ruleKindOf(rule.parameters) === undefined) return true;
  const isNamed = rule.models.length === 0 || rule.models.includes(model);
  return isNamed && classesOf(rule).some(name => classes.includes(name));
}

function everyMsOf({ parameters, minDurationMs }: Rule): number {
  if (ruleKindOf(parameters)?.looksFor(parameters) !== 'duration') return 0;
  return STEPS_MS.find(everyMs => everyMs * LOOKS <= minDurationMs) ?? 0;
}
