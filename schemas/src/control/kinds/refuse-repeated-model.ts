import type { PlanStep } from '../../generated/records.ts';
import { type Refusal, refusal } from '../refusal.ts';

/** Refuses a plan that names a model twice. */
export function refuseRepeatedModel(plan: readonly PlanStep[] | null): readonly Refusal[] {
  const models = plan?.map(({ model }) => model) ?? [];
  const twice = models.find((model, at) => models.indexOf(model) !== at);
  return twice === undefined ? [] : refusal('plan', `it names the model ${twice} twice`, 'name each model once');
}
