import { createRoute, z } from '@hono/zod-openapi';
import { statedLayouts, tryCard, tryModel } from '@sightline/processors/trial';
import type { EntityKind } from '@sightline/schemas/control';
import { mayChangeModels, type Viewer } from '../auth/viewer.ts';
import type { CommandResult } from '../commands/command.ts';
import {
  BadInputError,
  ConflictError,
  ForbiddenError,
  NotFoundError,
  TooManyRequestsError,
  UnavailableError,
} from '../errors.ts';
import { ClickHouseUnavailableError } from '../queries/clickhouse.ts';
import { visibleCamera } from '../queries/configuration.ts';
import type { KnownModel } from '../queries/models.ts';
import { Slots } from '../slots.ts';
import type { App, AppEnv, AppParts } from './app-env.ts';
import {
  ModelListSchema,
  modelJson,
  ShadowSchema,
  shadowJson,
  TrialSchema,
  trialJson,
  UploadedSchema,
  versionJson,
} from './model-json.ts';
import { problems } from './schemas.ts';

const PATH = '/models';
const MOST_UPLOADS = 2;
const MOST_TRIALS = 1;
const TRIAL_PICTURES = 4;
const SHOWN_DIFFERENCES = 4;
const TRIAL_WITHIN_MS = 300_000;

const name = z.string().max(200).openapi({ description: 'Name of the model.' });
const version = z.string().max(200).openapi({ description: 'Version of the model.' });
const expectedVersion = z.coerce
  .number()
  .int()
  .optional()
  .openapi({ description: '`entityVersion` of the model that the change relies on; absent: the present one.' });
const ok = <T extends z.ZodType>(schema: T, description: string) => ({
  200: { content: { 'application/json': { schema } }, description },
});

const list = createRoute({
  method: 'get',
  path: PATH,
  summary: 'Models that a camera can use, and how they run.',
  responses: { ...ok(ModelListSchema, 'The models.'), ...problems(401) },
});

const upload = createRoute({
  method: 'post',
  path: PATH,
  summary:
    'Uploads an ONNX file as a new version of a model. It is checked and tried in a process of its own. The first version of a model serves at once; later ones wait.',
  request: {
    query: z.object({
      name,
      version: version.optional().openapi({ description: 'Default: the next whole number.' }),
      title: z.string().max(200).optional().openapi({ description: 'What it finds, for a person.' }),
      licence: z.string().max(200).default('proprietary').openapi({ description: 'Licence of the weights.' }),
      classes: z
        .string()
        .max(20_000)
        .optional()
        .openapi({ description: 'Names of its classes, comma-separated. Default: those in the file.' }),
      layout: z
        .enum(statedLayouts)
        .optional()
        .openapi({ description: 'Layout of its outputs. Needed only when a refusal asks for it.' }),
    }),
    body: {
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
      description: 'The file as it is, up to 512 MiB.',
    },
  },
  responses: {
    201: { content: { 'application/json': { schema: UploadedSchema } }, description: 'The version.' },
    ...problems(400, 401, 403, 409, 413, 429),
  },
});

const ofVersion = z.object({ model: name, version });

const trial = createRoute({
  method: 'post',
  path: '/models/{model}/versions/{version}/try',
  summary: "Runs a version on a camera's last pictures. Nothing else sees the result.",
  request: { params: ofVersion, query: z.object({ cameraId: z.string().max(200) }) },
  responses: { ...ok(TrialSchema, 'The pictures with its boxes.'), ...problems(400, 401, 403, 404, 429) },
});

const serve = createRoute({
  method: 'post',
  path: '/models/{model}/versions/{version}/serve',
  summary: 'Lets a version look at the pictures, instead of the present one.',
  request: { params: ofVersion, query: z.object({ expectedVersion }) },
  responses: { ...ok(UploadedSchema, 'The model.'), ...problems(400, 401, 403, 404, 409) },
});

const shadow = createRoute({
  method: 'get',
  path: '/models/{model}/shadow',
  summary:
    "How far the shadow version agrees with the serving one over the last day, and the last minutes' largest differences.",
  request: { params: z.object({ model: name }) },
  responses: { ...ok(ShadowSchema, 'The comparison.'), ...problems(401, 403, 404, 503) },
});

const rollBack = createRoute({
  method: 'post',
  path: '/models/{model}/rollback',
  summary: 'Lets the version that served before look at the pictures again.',
  request: { params: z.object({ model: name }), query: z.object({ expectedVersion }) },
  responses: { ...ok(UploadedSchema, 'The model.'), ...problems(400, 401, 403, 404, 409) },
});

const removal = createRoute({
  method: 'delete',
  path: '/models/{model}',
  summary: 'Removes an uploaded model that no camera uses, with all its versions.',
  request: { params: z.object({ model: name }), query: z.object({ expectedVersion }) },
  responses: { 204: { description: 'It is removed.' }, ...problems(400, 401, 403, 404, 409) },
});

const versionRemoval = createRoute({
  method: 'delete',
  path: '/models/{model}/versions/{version}',
  summary: 'Removes a version that neither serves nor is on trial.',
  request: { params: ofVersion },
  responses: { 204: { description: 'It is removed.' }, ...problems(400, 401, 403, 404, 409) },
});

export function modelRoutes(app: App, parts: AppParts): void {
  const { fold, models, modelCommands, modelFiles, lastPictures, shadowComparisons } = parts;
  const uploads = new Slots(MOST_UPLOADS);
  const trials = new Slots(MOST_TRIALS);

  /** Runs `work` while it holds a place. */
  async function inPlace<T>(slots: Slots, what: string, work: () => Promise<T>): Promise<T> {
    const release = slots.take();
    if (release === undefined) throw new TooManyRequestsError(`${what} at this moment: try again in a minute`, 10);
    try {
      return await work();
    } finally {
      release();
    }
  }

  function uploadedOf(model: string): KnownModel {
    const known = models.get(model);
    if (known?.uploaded === undefined) throw new NotFoundError(`there is no uploaded model ${model}`);
    return known;
  }

  /** The trial may take longer than a connection may be silent. */
  const mayTakeLong = ({ env }: { readonly env: AppEnv['Bindings'] }): void =>
    void env.incoming?.socket.setTimeout(TRIAL_WITHIN_MS);

  const editorOf = (viewer: Viewer): Viewer => {
    if (!mayChangeModels(viewer)) throw new ForbiddenError();
    return viewer;
  };

  app.openapi(list, context => context.json({ models: models.all().map(modelJson) }, 200));

  app.openapi(upload, async context => {
    const viewer = editorOf(context.get('identity').viewer);
    const query = context.req.valid('query');
    const stated = {
      name: query.name,
      version: query.version ?? modelCommands.nextVersion(query.name),
      licence: query.licence,
      ...(query.title?.trim() && { title: query.title.trim() }),
      ...(query.layout && { layout: query.layout }),
      ...(query.classes?.trim() && { classes: query.classes.split(',').flatMap(one => one.trim() || []) }),
    };
    mayTakeLong(context);
    const refusal = modelCommands.refusal(stated);
    if (refusal !== undefined) throw new BadInputError(refusal.field, refusal.message);
    return inPlace(uploads, 'other models are being uploaded', async () => {
      const file = await modelFiles.receive(context.req.raw.body);
      try {
        const same = modelCommands.sameFile(stated.name, file.sha256);
        if (same !== undefined)
          throw new BadInputError('body', `the version ${same.version} of ${stated.name} has the same file`);
        const answer = await inPlace(trials, 'another model is being tried', () =>
          tryModel({ file: file.path, stated, pictures: [] }),
        );
        if (answer.kind === 'refused') throw new BadInputError('body', answer.message);
        const added = accepted(await modelCommands.add(file, answer, viewer));
        return context.json({ model: modelJson(uploadedOf(stated.name)), version: versionJson(added) }, 201);
      } finally {
        await modelFiles.discard(file.path);
      }
    });
  });

  app.openapi(trial, async context => {
    const { viewer } = context.get('identity');
    editorOf(viewer);
    mayTakeLong(context);
    const of = context.req.valid('param');
    const known = uploadedOf(of.model).versions.find(one => one.version === of.version);
    if (known === undefined) throw new NotFoundError(`${of.model} has no version ${of.version}`);
    const { cameraId } = context.req.valid('query');
    const camera = visibleCamera(fold, viewer, cameraId);
    if (camera === undefined) throw new NotFoundError(`there is no camera ${cameraId}`);
    return inPlace(trials, 'another model is being tried', async () => {
      const taken = await lastPictures.ofCamera(cameraId, TRIAL_PICTURES);
      if (taken.length === 0)
        throw new BadInputError('cameraId', `${camera.name} sent no picture in the last minutes: start it first`);
      const answer = await tryCard(modelFiles.cardPath(of.model, of.version), {
        pictures: taken.map(({ jpeg }) => jpeg),
      });
      if (answer.kind === 'refused') throw new BadInputError('version', answer.message);
      return context.json(trialJson(answer, taken), 200);
    });
  });

  app.openapi(serve, async context => {
    const viewer = editorOf(context.get('identity').viewer);
    const of = context.req.valid('param');
    const expected = context.req.valid('query').expectedVersion ?? uploadedOf(of.model).uploaded?.version ?? 0;
    accepted(await modelCommands.serve(of.model, of.version, expected, viewer));
    return context.json({ model: modelJson(uploadedOf(of.model)) }, 200);
  });

  app.openapi(shadow, async context => {
    editorOf(context.get('identity').viewer);
    const { model } = context.req.valid('param');
    const known = uploadedOf(model);
    const version = known.uploaded?.value.shadow;
    if (version == null) throw new NotFoundError(`${model} has no shadow version`);
    const pair = { model, serving: known.version, shadow: version };
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
    const viewer = editorOf(context.get('identity').viewer);
    const { model } = context.req.valid('param');
    const expected = context.req.valid('query').expectedVersion ?? uploadedOf(model).uploaded?.version ?? 0;
    accepted(await modelCommands.rollBack(model, expected, viewer));
    return context.json({ model: modelJson(uploadedOf(model)) }, 200);
  });

  app.openapi(removal, async context => {
    const viewer = editorOf(context.get('identity').viewer);
    const { model } = context.req.valid('param');
    const expected = context.req.valid('query').expectedVersion ?? uploadedOf(model).uploaded?.version ?? 0;
    accepted(await modelCommands.remove(model, expected, viewer));
    return context.body(null, 204);
  });

  app.openapi(versionRemoval, async context => {
    const viewer = editorOf(context.get('identity').viewer);
    const of = context.req.valid('param');
    uploadedOf(of.model);
    accepted(await modelCommands.removeVersion(of.model, of.version, viewer));
    return context.body(null, 204);
  });
}

/** The changed entity. Throws the ClientError of another result. */
function accepted<K extends EntityKind>(result: CommandResult<K>) {
  switch (result.outcome) {
    case 'accepted':
      return result.entity.value;
    case 'invalid':
      throw new BadInputError(result.field, result.message);
    case 'conflict':
      throw new ConflictError(result.message);
    case 'pending':
      throw new UnavailableError('the change was written but not confirmed in time: look again in a moment');
  }
}
