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
  /** What a model looks at and gives; undefined: the model is not known. */
  get(model: string): Closeness | undefined;
}

/** Whether and how a model looks at boxes, and what its own have. */
interface Closeness {
  /** Class of the boxes that it looks at; null: it looks at whole pictures. */
  readonly cropsOf: string | null;
  /** True: it can do without such boxes. */
  readonly orWhole: boolean;
  /** Names of the points that these boxes must have. */
  readonly cropPoints: readonly string[];
  /** Names of the points that its own boxes have; null: not known. */
  readonly points: readonly string[] | null;
}

/**
 * A model of the plan that looks at boxes that no model before it finds, or finds without the points that it needs, and
 * what to do; undefined: there is none.
 */
export function withoutBoxes(
  models: KnownModels,
  plan: readonly PlanStep[],
): { readonly problem: string; readonly fix: string } | undefined {
  for (const [at, { model }] of plan.entries()) {
    const { cropsOf = null, orWhole = false, cropPoints = [] } = models.get(model) ?? {};
    if (cropsOf === null || orWhole) continue;
    const finds = (name: string): boolean => models.classesOf(name)?.includes(cropsOf) ?? true;
    const missingOf = (name: string): readonly string[] => {
      const points = models.get(name)?.points ?? null;
      return points === null ? [] : cropPoints.filter(point => !points.includes(point));
    };
    const before = plan.slice(0, at).flatMap(step => (finds(step.model) ? [step.model] : []));
    if (before.some(name => missingOf(name).length === 0)) continue;
    const finders = models.names().filter(name => name !== model && finds(name) && missingOf(name).length === 0);
    const [pointless] = before;
    const lack =
      pointless === undefined
        ? 'no model before it finds them'
        : `those of ${pointless} have no points ${missingOf(pointless).join(', ')}, which it needs`;
    return {
      problem: `${model} looks at boxes of ${cropsOf}, and ${lack}`,
      fix: `put ${finders.join(' or ') || `one that finds ${cropsOf}`} before it`,
    };
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
export function uselessStep(models: KnownModels, plan: readonly PlanStep[]): string | undefined {
  const lacking = withoutBoxes(models, plan);
  return lacking === undefined ? tiledBoxes(models, plan) : `${lacking.problem}: ${lacking.fix}`;
}

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
