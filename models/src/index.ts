export { type Crop, cropOf, pointsGiven, pointsNeeded } from './crop.ts';
export { type DecodeOptions, decodeDetections, type ModelBox } from './decode-detections.ts';
export { decodeObjects, type ModelObject, type View } from './decode-objects.ts';
export {
  ModelCardInvalidError,
  ModelError,
  type ModelErrorCode,
  ModelFileMissingError,
  ModelFileRefusedError,
  ModelFileUnexpectedError,
  ModelHashMismatchError,
  ModelNumbersInvalidError,
  ModelOutputUnexpectedError,
  modelErrorCodes,
  type RefusalReason,
  refusalReasons,
} from './errors.ts';
export {
  type BoxPx,
  boxToInput,
  boxToSource,
  type Fit,
  letterbox,
  type PointPx,
  padGrey,
  type SizePx,
  stretch,
} from './fit.ts';
export { inPicture, joinTiles, type TileObjects } from './join-tiles.ts';
export type { ModelOutputs, OutputTensor } from './layouts/tensors.ts';
export { type LoadedModel, loadModel, readCard, sha256Of } from './load-model.ts';
export { inputSize, type ModelCard, modelCardSchema, ultralyticsLayouts } from './model-card.ts';
export { intersectionOverUnion, type ScoredBox, suppress } from './non-max-suppression.ts';
export type { OnnxFile, OnnxOperator, OnnxValue } from './onnx/onnx-file.ts';
export { type CardOptions, proposeCard } from './onnx/propose-card.ts';
export { readOnnx } from './onnx/read-onnx.ts';
export { type ProposedLayout, proposedLayouts } from './onnx/recognised.ts';
export { refuseSize, type ScanLimits, scanOnnx } from './onnx/scan-onnx.ts';
export { packCrop } from './pack-crop.ts';
export {
  createInput,
  fitFor,
  type InputTensor,
  type Planes,
  packPlanes,
  packRgb,
} from './pack-input.ts';
export { type ProviderName, providerNames } from './provider-names.ts';
export { type Tile, type TiledPicture, type TileGrid, tilesOf } from './tile-grid.ts';
export { withCoordinates } from './with-coordinates.ts';
