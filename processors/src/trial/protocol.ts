import type { ModelCard } from '@sightline/models';
import type { Box } from '@sightline/schemas';

/** Layouts that a user can state of a file, when its shapes do not tell. */
export const statedLayouts = [
  'ultralytics-detect',
  'ultralytics-detect-transposed',
  'ultralytics-end-to-end',
  'yolov5',
  'yolox',
  'rt-detr',
] as const satisfies readonly ModelCard['output']['layout'][];

/** What the user states of a file that has no card. */
export interface StatedModel {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly title?: string;
  /** Names of its classes; absent: those in the file. */
  readonly classes?: readonly string[];
  /** Layout of its outputs; absent: as recognised. */
  readonly layout?: (typeof statedLayouts)[number];
}

export interface TrialRequest {
  /** A card that is known, or what the user states of the file. */
  readonly of: { readonly card: ModelCard } | { readonly stated: StatedModel };
  /** JPEGs. */
  readonly pictures: readonly Uint8Array[];
}

export interface TriedPicture {
  readonly boxes: readonly Box[];
  /** ms of one core, with decoding and scaling. */
  readonly ms: number;
}

export type TrialAnswer =
  | {
      readonly kind: 'passed';
      readonly card: ModelCard;
      /** Median ms of one core for a picture. */
      readonly msPerPicture: number;
      /** Memory of the process with the model open, less the memory before it, in bytes. */
      readonly memoryBytes: number;
      /** In the order of the pictures asked. */
      readonly pictures: readonly TriedPicture[];
    }
  | { readonly kind: 'refused'; readonly message: string };

/** What the process does now. It says so before each step, so that its end is blamed on the right one. */
export type TrialStep = 'reading' | 'opening' | 'running';

export type TrialMessage = { readonly kind: 'step'; readonly step: TrialStep } | TrialAnswer;

/** Descriptor of the model's file, after the standard ones. */
export const MODEL_FD = 3;
