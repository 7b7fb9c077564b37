import type { Camera, Rule } from '@sightline/schemas';
import type { ControlFold } from '@sightline/schemas/control';
import { type LookingModel, neededRate, rulesInForce } from '@sightline/schemas/rules';
import type { Models } from './models.ts';

/** How often the rules of a camera need a model. */
export interface NeedOfModel {
  readonly model: string;
  /** Most camera time between two looks; 0: every picture. */
  readonly everyMs: number;
  /** The rule that asks for it; null: none in force uses the model. */
  readonly rule: Rule | null;
}

/** What inference does with `byRules` at this time, for each model that a plan can name: as if the plan had it, too. */
export function rateNeeds(
  camera: Camera,
  models: Pick<Models, 'all' | 'planOf'>,
  fold: Pick<ControlFold, 'ofCamera' | 'entity'>,
  timeMs: number,
): readonly NeedOfModel[] {
  const store = fold.entity('store', camera.storeId)?.value;
  const own = fold.ofCamera('rule', camera.cameraId).map(({ value }) => value);
  const rules = rulesInForce(own, store, timeMs);
  const known = models.all().map(({ model, classes, cropsOf }): LookingModel => ({ model, classes, cropsOf }));
  const planned = new Set(models.planOf(camera).plan?.map(({ model }) => model));
  return known.map(one => {
    const plan = known.filter(({ model }) => model === one.model || planned.has(model));
    return { model: one.model, ...neededRate(one.model, plan, rules, camera.maxFps) };
  });
}
