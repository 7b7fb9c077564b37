export { type StatedModel, statedLayouts, type TrialAnswer, type TriedPicture } from './protocol.ts';
export { tryCard, tryModel } from './try-model.ts';
