export { handNoScooper } from './hand-no-scooper.ts';
export {
  classesOf,
  newRule,
  type ParametersOf,
  type RuleKindName,
  type RuleParameters,
  ruleKindNames,
  ruleKindOf,
} from './kinds.ts';
export {
  IDLE_EVERY_MS,
  type LookingModel,
  type NeededRate,
  neededRate,
  rulesInForce,
} from './needed-rate.ts';
export { isOpen } from './schedule.ts';
export { validateRule } from './validate-rule.ts';
