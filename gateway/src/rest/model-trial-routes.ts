import { createRoute, z } from '@hono/zod-openapi';
import { statedLayouts, type TrialAnswer, tryCard, tryModel } from '@sightline/processors/trial';
import type { ReceivedFile } from '../commands/model-files.ts';
import { BadInputError, NotFoundError, TooManyRequestsError } from '../errors.ts';
import { letBodyCome } from '../http/request-body.ts';
import { visibleCamera } from '../queries/configuration.ts';
import { Slots, Turns } from '../slots.ts';
import type { App, AppEnv, AppParts } from './app-env.ts';
import { modelJson, TrialSchema, trialJson, UploadedSchema, versionJson } from './model-json.ts';
import { accepted, editorOf, modelName, modelVersion, OfVersion, uploadedOf } from './model-requests.ts';
import { ok, problems } from './schemas.ts';

const MOST_UPLOADS = 2;
/** Runs on a camera's pictures at one time, with those that wait for their turn. */
const MOST_RUNS = 2;
const TRIAL_PICTURES = 4;
/** A trial takes three minutes at most, and waits for those before it. */
const ANSWER_WITHIN_MS = 900_000;

type Passed = Extract<TrialAnswer, { readonly kind: 'passed' }>;

const upload = createRoute({
  method: 'post',
  path: '/models',
  summary:
    'Uploads an ONNX file as a new version of a model. It is checked and tried in a process of its own. The first version of a model serves at once; later ones wait.',
  request: {
    query: z.object({
      name: modelName,
      version: modelVersion.optional().openapi({ description: 'Default: the next whole number.' }),
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

const trial = createRoute({
  method: 'post',
  path: '/models/{model}/versions/{version}/try',
  summary: "Runs a version on a camera's last pictures. Nothing else sees the result.",
  request: { params: OfVersion, query: z.object({ cameraId: z.string().max(200) }) },
  responses: { ...ok(TrialSchema, 'The pictures with its boxes.'), ...problems(400, 401, 403, 404, 429) },
});

/** Takes models in, and runs them on pictures that only the asking user sees. */
export function modelTrialRoutes(app: App, parts: AppParts): void {
  const { fold, models, modelCommands, modelFiles, lastPictures } = parts;
  const uploads = new Slots(MOST_UPLOADS);
  const runs = new Slots(MOST_RUNS);
  /** One trial at a time: each may take 4 GB and all cores. */
  const trials = new Turns();

  app.openapi(upload, async context => {
    const viewer = editorOf(context.get('identity'));
    const query = context.req.valid('query');
    const stated = {
      name: query.name,
      version: query.version ?? modelCommands.nextVersion(query.name),
      licence: query.licence,
      ...(query.title?.trim() && { title: query.title.trim() }),
      ...(query.layout && { layout: query.layout }),
      ...(query.classes?.trim() && { classes: query.classes.split(',').flatMap(one => one.trim() || []) }),
    };
    const refusal = modelCommands.refusal(stated);
    if (refusal !== undefined) throw new BadInputError(refusal.field, refusal.message);

    async function tried(file: ReceivedFile): Promise<Passed> {
      const same = modelCommands.sameFile(stated.name, file.sha256);
      if (same !== undefined)
        throw new BadInputError('body', `the version ${same.version} of ${stated.name} has the same file`);
      const answer = await trials.take(() => tryModel({ file: file.path, stated, pictures: [] }));
      if (answer.kind === 'refused') throw new BadInputError('body', answer.message);
      return answer;
    }

    return inPlace(uploads, 'other models are being uploaded', async () => {
      mayTakeLong(context);
      const { incoming, outgoing } = context.env;
      if (incoming && outgoing) letBodyCome(incoming, outgoing);
      const file = await modelFiles.receive(context.req.raw.body);
      const passed = await tried(file).catch(async (error: unknown) => {
        await modelFiles.remove(file.fileId);
        throw error;
      });
      const version = accepted(await modelCommands.add(file, passed, viewer));
      const model = modelJson(uploadedOf(models, stated.name), models.versionsOf(stated.name));
      return context.json({ model, version: versionJson(version) }, 201);
    });
  });

  app.openapi(trial, async context => {
    const viewer = editorOf(context.get('identity'));
    const { model, version } = context.req.valid('param');
    uploadedOf(models, model);
    const tried = models.versionOf(model, version);
    if (tried === undefined) throw new NotFoundError(`${model} has no version ${version}`);
    const { cameraId } = context.req.valid('query');
    const camera = visibleCamera(fold, viewer, cameraId);
    if (camera === undefined) throw new NotFoundError(`there is no camera ${cameraId}`);
    return inPlace(runs, 'other models are being tried', async () => {
      mayTakeLong(context);
      const taken = await lastPictures.ofCamera(cameraId, TRIAL_PICTURES);
      if (taken.length === 0)
        throw new BadInputError('cameraId', `${camera.name} sent no picture in the last minutes: start it first`);
      const pictures = taken.map(({ jpeg }) => jpeg);
      const answer = await trials.take(() => tryCard(modelFiles.cardPath(tried.fileId), { pictures }));
      if (answer.kind === 'refused') throw new BadInputError('version', answer.message);
      return context.json(trialJson(answer, taken), 200);
    });
  });
}

/** Runs `work` while it holds a place. Throws TooManyRequestsError when none is left. */
async function inPlace<T>(slots: Slots, what: string, work: () => Promise<T>): Promise<T> {
  const release = slots.take();
  if (release === undefined) throw new TooManyRequestsError(`${what} at this moment: try again in a minute`, 60);
  try {
    return await work();
  } finally {
    release();
  }
}

/** Lets the connection be silent until a trial has ended. */
const mayTakeLong = ({ env }: { readonly env: AppEnv['Bindings'] }): void =>
  void env.incoming?.socket.setTimeout(ANSWER_WITHIN_MS);
