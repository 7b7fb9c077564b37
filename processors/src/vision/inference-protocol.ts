import type { ModelResult } from '@sightline/schemas';

/** What an inference thread is started with: the cards of its models. */
export interface WorkerSettings {
  readonly cardPaths: readonly string[];
}

export interface BatchRequest {
  readonly id: number;
  /** JPEGs; their memory moves to the thread. */
  readonly pictures: readonly Uint8Array[];
  /** Names of the models that are to look at each picture. */
  readonly models: readonly string[];
}

/** What one model says of one picture. */
export type ModelAnswer =
  | { readonly kind: 'result'; readonly result: ModelResult }
  | { readonly kind: 'failed'; readonly model: string; readonly message: string };

export type PictureOut =
  /** One answer for each model that was asked for and is open. */
  | { readonly kind: 'looked'; readonly answers: readonly ModelAnswer[] }
  | { readonly kind: 'undecodable'; readonly message: string };

/** Milliseconds of one model's work on one batch. */
export interface ModelCost {
  readonly preprocessMs: number;
  readonly inferenceMs: number;
  readonly postprocessMs: number;
}

/** Milliseconds of work on one batch: a picture is decoded once for all models. */
export interface BatchCost {
  readonly decodeMs: number;
  readonly models: Readonly<Record<string, ModelCost>>;
}

export interface BatchAnswer {
  readonly id: number;
  readonly pictures: readonly PictureOut[];
  readonly cost: BatchCost;
}

/** Which models a thread has open, and why it has not the others. */
export interface ModelsOpen {
  readonly open: readonly string[];
  readonly trouble: readonly { readonly model: string; readonly reason: string }[];
}

export type WorkerMessage =
  /** Said again whenever it changes; a thread with no model open takes no pictures. */
  ({ readonly kind: 'models' } & ModelsOpen) | ({ readonly kind: 'answer' } & BatchAnswer);
