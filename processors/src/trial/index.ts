export type { StatedModel, TrialAnswer, TriedPicture } from './protocol.ts';
export { tryCard, tryModel } from './try-model.ts';
