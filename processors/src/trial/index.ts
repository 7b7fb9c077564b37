export type { StatedModel, TrialAnswer, TriedPicture } from './protocol.ts';
export { type TrialOptions, tryModel } from './try-model.ts';
