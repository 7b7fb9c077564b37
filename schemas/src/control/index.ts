export { type Change, encodeChange, refusalsOf, unknownPartsOf, writerSchema } from './change.ts';
export type { CommandAnswer } from './command-answer.ts';
export { SCHEMA_KIND } from './entities.ts';
export {
  CLOCK_AHEAD_MS,
  ControlFold,
  type FoldOptions,
  type RecordPlace,
  TAKES_EFFECT_AFTER_MS,
} from './fold.ts';
export type { CameraConfiguration } from './history.ts';
export { CHAIN_ID } from './kinds/chain.ts';
export { modelVersionId } from './kinds/model-version.ts';
export { type EntityKind, type EntityOf, kinds } from './kinds/registry.ts';
export { type NotUnderstood, sayNotUnderstood } from './not-understood.ts';
export { type PlanOfCamera, type PlanOrigin, planOf } from './plan.ts';
export type { Refusal } from './refusal.ts';
export { snapshotSerde } from './snapshot.ts';
export type { Entity } from './stored-entity.ts';
