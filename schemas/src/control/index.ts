export { type CameraConfiguration, type CommandAnswer, ControlFold, type Entity, type EntityOf } from './fold.ts';
