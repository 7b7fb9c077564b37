import { createRoute, z } from '@hono/zod-openapi';
import { NotFoundError, UnavailableError } from '../errors.ts';
import { ClickHouseUnavailableError } from '../queries/clickhouse.ts';
import type { App, AppParts } from './app-env.ts';
import { ModelListSchema, modelJson, ShadowSchema, shadowJson, UploadedSchema } from './model-json.ts';
import { accepted, editorOf, modelName, OfVersion, uploadedOf } from './model-requests.ts';
import { ok, problems } from './schemas.ts';

const SHOWN_DIFFERENCES = 4;

const OfModel = z.object({ model: modelName });
const Relied = z.object({
  expectedVersion: z.coerce
    .number()
    .int()
    .optional()
    .openapi({ description: '`entityVersion` of the model that the change relies on; absent: the present one.' }),
});

const list = createRoute({
  method: 'get',
  path: '/models',
  summary: 'Models that a camera can use, and how they run.',
  responses: { ...ok(ModelListSchema, 'The models.'), ...problems(401) },
});

const serve = createRoute({
  method: 'post',
  path: '/models/{model}/versions/{version}/serve',
  summary: 'Lets a version look at the pictures, instead of the present one.',
  request: { params: OfVersion, query: Relied },
  responses: { ...ok(UploadedSchema, 'The model.'), ...problems(400, 401, 403, 404, 409) },
});

const shadow = createRoute({
  method: 'get',
  path: '/models/{model}/shadow',
  summary:
    "How far the shadow version agrees with the serving one over the last day, and the last minutes' largest differences.",
  request: { params: OfModel },
  responses: { ...ok(ShadowSchema, 'The comparison.'), ...problems(401, 403, 404, 503) },
});

const rollBack = createRoute({
  method: 'post',
  path: '/models/{model}/rollback',
  summary: 'Lets the version that served before look at the pictures again.',
  request: { params: OfModel, query: Relied },
  responses: { ...ok(UploadedSchema, 'The model.'), ...problems(400, 401, 403, 404, 409) },
});

const again = createRoute({
  method: 'post',
  path: '/models/{model}/versions/{version}/try-again',
  summary: 'Lets inference open a version again that was taken out of use for ending its process.',
  request: { params: OfVersion },
  responses: { ...ok(UploadedSchema, 'The model.'), ...problems(400, 401, 403, 404, 409) },
});

const removal = createRoute({
  method: 'delete',
  path: '/models/{model}',
  summary: 'Removes an uploaded model that no camera uses, with all its versions.',
  request: { params: OfModel, query: Relied },
  responses: { 204: { description: 'It is removed.' }, ...problems(400, 401, 403, 404, 409) },
});

const versionRemoval = createRoute({
  method: 'delete',
  path: '/models/{model}/versions/{version}',
  summary: 'Removes a version that neither serves nor is on trial.',
  request: { params: OfVersion },
  responses: { 204: { description: 'It is removed.' }, ...problems(400, 401, 403, 404, 409) },
});

/** Reads models, and changes which of their versions look at pictures. */
export function modelRoutes(app: App, parts: AppParts): void {
  const { fold, models, modelCommands, lastPictures, shadowComparisons } = parts;

  const uploadedJson = (model: string) => modelJson(uploadedOf(models, model), models.versionsOf(model));
  const relied = (model: string, { expectedVersion }: z.infer<typeof Relied>): number =>
    expectedVersion ?? uploadedOf(models, model).uploaded.version;

  app.openapi(list, context => {
    const all = models.all().map(of => modelJson(of, of.uploaded ? models.versionsOf(of.model) : []));
    return context.json({ models: all }, 200);
  });

  app.openapi(serve, async context => {
    const viewer = editorOf(context.get('identity'));
    const { model, version } = context.req.valid('param');
    accepted(await modelCommands.serve(model, version, relied(model, context.req.valid('query')), viewer));
    return context.json({ model: uploadedJson(model) }, 200);
  });

  app.openapi(shadow, async context => {
    editorOf(context.get('identity'));
    const { model } = context.req.valid('param');
    const { version: serving, uploaded } = uploadedOf(models, model);
    if (uploaded.value.shadow === null) throw new NotFoundError(`${model} has no shadow version`);
    const pair = { model, serving, shadow: uploaded.value.shadow };
    const [summary, differences] = await Promise.all([
      shadowComparisons.summary(pair),
      shadowComparisons.differences(pair, SHOWN_DIFFERENCES),
    ]).catch((error: unknown) => {
      if (!(error instanceof ClickHouseUnavailableError)) throw error;
      throw new UnavailableError(`the analytics database is ${error.reason}: try again in a moment`);
    });
    const jpegs = await Promise.all(
      differences.map(({ frame }) => lastPictures.at(frame.partition, frame.offset, frame.sha256)),
    );
    const names = differences.map(({ cameraId }) => fold.lastKnown('camera', cameraId)?.value.name ?? cameraId);
    return context.json(shadowJson(pair, summary, differences, jpegs, names), 200);
  });

  app.openapi(rollBack, async context => {
    const viewer = editorOf(context.get('identity'));
    const { model } = context.req.valid('param');
    accepted(await modelCommands.rollBack(model, relied(model, context.req.valid('query')), viewer));
    return context.json({ model: uploadedJson(model) }, 200);
  });

  app.openapi(again, async context => {
    const viewer = editorOf(context.get('identity'));
    const { model, version } = context.req.valid('param');
    uploadedOf(models, model);
    accepted(await modelCommands.tryAgain(model, version, viewer));
    return context.json({ model: uploadedJson(model) }, 200);
  });

  app.openapi(removal, async context => {
    const viewer = editorOf(context.get('identity'));
    const { model } = context.req.valid('param');
    accepted(await modelCommands.remove(model, relied(model, context.req.valid('query')), viewer));
    return context.body(null, 204);
  });

  app.openapi(versionRemoval, async context => {
    const viewer = editorOf(context.get('identity'));
    const { model, version } = context.req.valid('param');
    uploadedOf(models, model);
    accepted(await modelCommands.removeVersion(model, version, viewer));
    return context.body(null, 204);
  });
}
