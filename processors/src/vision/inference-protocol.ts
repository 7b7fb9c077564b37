import type { Box } from '@sightline/schemas';

/** What an inference thread is started with. */
export interface WorkerSettings {
  readonly cardPath: string;
}

export interface PictureIn {
  readonly jpeg: Uint8Array;
  /** Size the boxes are given in: that of the frame. */
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface BatchRequest {
  readonly id: number;
  readonly pictures: readonly PictureIn[];
}

export type PictureOut =
  | { readonly kind: 'boxes'; readonly boxes: readonly Box[] }
  | { readonly kind: 'undecodable' | 'model-failed'; readonly message: string };

/** Milliseconds of work on one batch. */
export interface BatchCost {
  readonly decodeMs: number;
  readonly preprocessMs: number;
  readonly inferenceMs: number;
  readonly postprocessMs: number;
}

export interface BatchAnswer {
  readonly id: number;
  readonly pictures: readonly PictureOut[];
  readonly cost: BatchCost;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly message: string }
  | ({ readonly kind: 'answer' } & BatchAnswer);
