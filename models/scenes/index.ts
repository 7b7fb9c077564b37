export { type ActionName, actionNames } from './action.ts';
export { type ClipOptions, ClipWriteError, writeClip } from './clip-writer.ts';
export { JpegEncoder } from './jpeg-encoder.ts';
export type { Point } from './layout.ts';
export { Random } from './random.ts';
export { createScene, type Frame, leastVisible, type Scene, type SceneOptions, type Truth } from './scene.ts';
export type { TimedAction } from './timeline.ts';
export type { Box, ClassName, Interval, Slice, TruthBox } from './truth.ts';
