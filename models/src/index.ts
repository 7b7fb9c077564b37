export { type DecodeOptions, decodeDetections, type ModelBox, type OutputTensor } from './decode-detections.ts';
export {
  ModelCardInvalidError,
  ModelError,
  type ModelErrorCode,
  ModelFileMissingError,
  ModelHashMismatchError,
  ModelOutputUnexpectedError,
  modelErrorCodes,
} from './errors.ts';
export { type BoxPx, boxToInput, boxToSource, type Letterbox, letterbox, padGrey, type SizePx } from './letterbox.ts';
export { type LoadedModel, loadModel, readCard, sha256Of } from './load-model.ts';
export { type ModelCard, modelCardSchema, outputLayouts } from './model-card.ts';
export { intersectionOverUnion, type ScoredBox, suppress } from './non-max-suppression.ts';
export {
  createInput,
  type InputTensor,
  inputSize,
  letterboxFor,
  type Planes,
  packPlanes,
  packRgb,
} from './pack-input.ts';
