import type { ModelObject, ProviderName, TileGrid } from '@sightline/models';
import type { ModelResult } from '@sightline/schemas';
import type { Grey } from './tile-motion.ts';

/** Paths of the cards, by the keys of their models (see `CatalogModel`). */
export type CardPaths = Readonly<Record<string, string>>;

/** Start settings of an inference thread. */
export interface WorkerSettings {
  readonly cardPaths: CardPaths;
  /** Keys of the models to open. */
  readonly wanted: readonly string[];
  /** What the models run on, in this order. */
  readonly providers: readonly ProviderName[];
  /** Path of the file that names the uploaded model that runs. */
  readonly markPath: string;
}

/** What a model last saw in a tile. */
export interface TileSeen {
  /** Camera time. */
  readonly lookedAtMs: number;
  /** The picture of that time. */
  readonly grey: Grey;
  /** In px of the picture. */
  readonly objects: readonly ModelObject[];
}

/** What a model last saw in the tiles of a camera. */
export interface TilesSeen {
  /** The grid and the size of the picture; for another one it tells nothing. */
  readonly of: string;
  readonly tiles: readonly TileSeen[];
}

export interface TilesAsked {
  /** Camera time of the picture, by which the age of tiles counts. */
  readonly atMs: number;
  readonly grid: TileGrid;
  /** null: nothing is known. */
  readonly seen: TilesSeen | null;
}

/** A picture, and the models that look at it. */
export interface PictureIn {
  /** Its memory moves to the thread. */
  readonly jpeg: Uint8Array<ArrayBuffer>;
  /** Keys of the models that look at it. */
  readonly models: readonly string[];
  /** Keys of all models of the camera's plan, in order, those too that pass over this picture by their rate. */
  readonly plan: readonly string[];
  /** By the keys of the models that look at tiles, too. */
  readonly tiles?: Readonly<Record<string, TilesAsked>>;
}

export interface BatchRequest {
  readonly kind: 'look';
  readonly id: number;
  readonly pictures: readonly PictureIn[];
}

export type WorkerRequest =
  | BatchRequest
  /** Open these models, and close all others. */
  | { readonly kind: 'want'; readonly models: readonly string[]; readonly cardPaths: CardPaths }
  | { readonly kind: 'end' };

/** One model's answer for one picture; `model` is its key. */
export type ModelAnswer = { readonly model: string } & (
  | { readonly kind: 'result'; readonly result: ModelResult }
  | { readonly kind: 'failed'; readonly message: string }
  /** The models whose boxes it looks at gave none for this picture. */
  | { readonly kind: 'passed' }
);

export type PictureOut =
  /** One answer for each requested model that is open. */
  | {
      readonly kind: 'looked';
      readonly answers: readonly ModelAnswer[];
      /** By the keys of the models that looked at tiles. */
      readonly tiles?: Readonly<Record<string, TilesSeen>>;
    }
  | { readonly kind: 'undecodable'; readonly message: string };

/** One model's work on one batch, in milliseconds. */
export interface ModelCost {
  /** Whole pictures and parts of pictures that it looked at. */
  readonly runs: number;
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

/** The models that a thread has open, and why the others are not. */
export interface ModelsOpen {
  readonly open: readonly string[];
  readonly trouble: readonly { readonly model: string; readonly reason: string }[];
}

/** What a thread begins to do in native code, which nothing can stop. Its end is the next message of another kind. */
export type WorkerStep = 'open' | 'look';

export type WorkerMessage =
  | { readonly kind: 'begins'; readonly step: WorkerStep }
  /** Sent whenever it changes. A thread without an open model takes no pictures. */
  | ({ readonly kind: 'models' } & ModelsOpen)
  | ({ readonly kind: 'answer' } & BatchAnswer);
