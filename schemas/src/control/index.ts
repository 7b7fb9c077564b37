export { type CameraConfiguration, type CommandAnswer, ControlFold, type Entity, type EntityOf } from './fold.ts';
export { handNoScooper } from './hand-no-scooper.ts';
export { type Refusal, validateRule, validateZone } from './validate.ts';
