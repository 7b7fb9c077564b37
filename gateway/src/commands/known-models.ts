import type { Camera, PlanStep, Rule } from '@sightline/schemas';
import { classesOf } from '@sightline/schemas/rules';

/** What inference told of its models. */
export interface KnownModels {
  /** Names of all models that inference knows; empty: no inference process has told yet. */
  names(): readonly string[];
  /** The plan of a camera: its own, or what it inherits; undefined: that is not known. */
  planOf(camera: Pick<Camera, 'plan' | 'storeId'>): { readonly plan: readonly PlanStep[] | undefined };
  /** Classes that a model looks for; undefined: the model is not known. */
  classesOf(model: string): readonly string[] | undefined;
  /** What a model looks at, and whether it can do without; undefined: the model is not known. */
  get(model: string): { readonly cropsOf: string | null; readonly orWhole: boolean } | undefined;
}

/** Why the plan has a model that looks at boxes that no model before it finds; undefined: it has none. */
function withoutBoxes(models: KnownModels, plan: readonly PlanStep[]): string | undefined {
  for (const [at, { model }] of plan.entries()) {
    const { cropsOf = null, orWhole = false } = models.get(model) ?? {};
    if (cropsOf === null || orWhole) continue;
    const before = plan.slice(0, at).map(step => models.classesOf(step.model));
    if (before.some(classes => classes === undefined || classes.includes(cropsOf))) continue;
    const finders = models.names().filter(name => models.classesOf(name)?.includes(cropsOf));
    return `${model} looks at boxes of ${cropsOf}, and no model before it finds them: put ${finders.join(' or ') || `one that finds ${cropsOf}`} before it`;
  }
  return undefined;
}

/** Why the plan has tiles for a model that looks at boxes; undefined: it has none. */
function tiledBoxes(models: KnownModels, plan: readonly PlanStep[]): string | undefined {
  const wrong = plan.find(({ model, tiles }) => tiles && (models.get(model)?.cropsOf ?? null) !== null);
  return (
    wrong &&
    `${wrong.model} looks at boxes of ${models.get(wrong.model)?.cropsOf}, which have no tiles: give tiles to the model that finds them`
  );
}

/** Why a step of the plan would do nothing; undefined: all do something. */
export const uselessStep = (models: KnownModels, plan: readonly PlanStep[]): string | undefined =>
  withoutBoxes(models, plan) ?? tiledBoxes(models, plan);

type LookedFor = Omit<KnownModels, 'get'>;

/**
 * The classes that the camera's models look for, of those that the rule uses. Undefined: not all of these models are
 * known, so nothing can be said.
 */
export function classesFor(
  models: LookedFor,
  camera: Pick<Camera, 'plan' | 'storeId'>,
  rule: Pick<Rule, 'models'>,
): readonly string[] | undefined {
  const used = models
    .planOf(camera)
    .plan?.map(({ model }) => model)
    .filter(model => rule.models.length === 0 || rule.models.includes(model));
  const classes = used?.map(model => models.classesOf(model));
  if (classes === undefined || models.names().length === 0 || classes.includes(undefined)) return undefined;
  return [...new Set(classes.flatMap(one => one ?? []))];
}

/** A rule that would find nothing, and the classes that no model of its camera looks for. */
export interface BlindRule {
  readonly rule: Rule;
  readonly missing: readonly string[];
}

/** The first active rule of a camera that would find nothing under its plan; undefined: there is none. */
export function blindRule(
  models: LookedFor,
  camera: Pick<Camera, 'plan' | 'storeId'>,
  rules: readonly Rule[],
): BlindRule | undefined {
  for (const rule of rules.filter(({ active }) => active)) {
    const classes = classesFor(models, camera, rule);
    const missing = classesOf(rule).filter(name => classes?.includes(name) === false);
    if (missing.length > 0) return { rule, missing };
  }
  return undefined;
}
