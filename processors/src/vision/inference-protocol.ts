import type { Box } from '@sightline/schemas';

/** What an inference thread is started with. */
export interface WorkerSettings {
  readonly cardPath: string;
}

export interface BatchRequest {
  readonly id: number;
  /** JPEGs; their memory moves to the thread. */
  readonly pictures: readonly Uint8Array[];
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

export type WorkerMessage = { readonly kind: 'ready' } | ({ readonly kind: 'answer' } & BatchAnswer);
