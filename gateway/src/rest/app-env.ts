import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { BlobStore } from '@sightline/processors/blobs';
import type { Authentication, Credentials, Identity } from '../auth/authentication.ts';
import type { ModelFiles } from '../commands/model-files.ts';
import type { Parts } from '../context.ts';
import type { LastPictures } from '../live/last-pictures.ts';
import type { LatestDetections } from '../queries/latest-detection.ts';
import type { ShadowComparisons } from '../queries/shadow-comparisons.ts';
import type { CameraSessions } from '../sessions/camera-sessions.ts';

/** Parts that the routes use. */
export interface AppParts extends Parts {
  readonly authentication: Authentication;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly cameraSessions: CameraSessions;
  readonly latestDetections: Pick<LatestDetections, 'ofCamera'>;
  readonly lastPictures: Pick<LastPictures, 'ofCamera' | 'at'>;
  readonly shadowComparisons: ShadowComparisons;
  readonly modelFiles: ModelFiles;
}

/** What a route finds in its request's context. */
export interface AppEnv {
  readonly Bindings: Partial<HttpBindings>;
  readonly Variables: { readonly identity: Identity; readonly credentials: Credentials };
}

/** The app that routes are added to. */
export type App = OpenAPIHono<AppEnv>;
