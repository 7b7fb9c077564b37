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
export { validateRule } from './validate-rule.ts';
