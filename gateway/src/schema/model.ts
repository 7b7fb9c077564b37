import type { Model as ModelRecord, ModelStatus, ModelVersion as ModelVersionRecord } from '@sightline/schemas';
import { builder } from '../builder.ts';
import { visibleCameras } from '../queries/configuration.ts';
import type { KnownModel } from '../queries/models.ts';
import { ModelState } from './enums.ts';

const ModelProcess = builder.objectRef<ModelStatus>('ModelProcess').implement({
  description: 'A model in one inference process.',
  fields: t => ({
    process: t.exposeString('process', { description: 'Name of the process.' }),
    version: t.exposeString('version', { description: 'Version that it is.' }),
    state: t.expose('state', { type: ModelState }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it failed and what to do, or on what share of the pictures it fails; null: all is well.',
    }),
    pictures: t.expose('pictures', {
      type: 'Long',
      description: 'Pictures that it gave a result for since the process started.',
    }),
    runs: t.expose('runs', {
      type: 'Long',
      description: 'Whole pictures and parts of pictures that it looked at since the process started.',
    }),
    msPerPicture: t.float({
      nullable: true,
      description: 'Mean ms of one core for a picture; null before the first.',
      resolve: ({ pictures, msPerPicture }) => (pictures === 0 ? null : msPerPicture),
    }),
    msPerRun: t.float({
      nullable: true,
      description: 'Mean ms of one core for a whole picture or one part of it; null before the first.',
      resolve: ({ pictures, runs, msPerPicture }) =>
        pictures === 0 || runs === 0 ? null : (msPerPicture * pictures) / runs,
    }),
    at: t.expose('atMs', { type: 'DateTime', description: "Time of the report by the process's clock." }),
  }),
});

const ModelVersion = builder.objectRef<ModelVersionRecord>('ModelVersion').implement({
  description: 'One uploaded file of a model, with what the check before its use found.',
  fields: t => ({
    version: t.exposeString('version'),
    sha256: t.exposeString('sha256', { description: "SHA-256 of the version's file." }),
    fileBytes: t.expose('fileBytes', { type: 'Long', description: 'Size of the file.' }),
    title: t.exposeString('title', { description: 'What it finds.' }),
    licence: t.exposeString('licence', { description: 'Licence of the weights, as the user stated it.' }),
    layout: t.exposeString('layout', { description: 'Layout of its outputs.' }),
    classes: t.stringList({ description: 'Classes that it looks for.', resolve: ({ classes }) => [...classes] }),
    msPerPicture: t.exposeFloat('msPerPicture', { description: 'ms of one core for a picture, at the check.' }),
    memoryBytes: t.expose('memoryBytes', { type: 'Long', description: 'Memory that it took at the check.' }),
    addedAt: t.expose('addedAtMs', { type: 'DateTime', description: 'Time of the upload.' }),
  }),
});

const Candidate = builder.simpleObject('Candidate', {
  description: 'A version on trial beside the serving one.',
  fields: t => ({
    version: t.string(),
    percent: t.int({ description: 'Share of the cameras that it looks at, 0 to 100; always the same cameras.' }),
  }),
});

const UploadedModel = builder.objectRef<ModelRecord & { readonly entityVersion: number }>('UploadedModel').implement({
  description: 'The versions of a model that users uploaded.',
  fields: t => ({
    entityVersion: t.expose('entityVersion', {
      type: 'Long',
      description: 'Send it as expectedVersion to change the model.',
    }),
    previous: t.exposeString('previous', {
      nullable: true,
      description: 'Version that served before: it looks on while the serving one does not open.',
    }),
    candidate: t.expose('candidate', { type: Candidate, nullable: true, description: 'Null: none is on trial.' }),
    shadow: t.exposeString('shadow', {
      nullable: true,
      description: 'Version that looks at the pictures beside the serving one, for comparison only.',
    }),
    versions: t.field({
      type: [ModelVersion],
      description: 'Newest first.',
      resolve: ({ model }, _, { models }) => [...models.versionsOf(model)],
    }),
  }),
});

export const Model = builder.objectRef<KnownModel>('Model').implement({
  description: 'A model that can look at pictures.',
  fields: t => ({
    name: t.exposeString('model', { description: 'Name on its card, by which plans and rules name it.' }),
    version: t.exposeString('version', { description: 'Version that looks at the pictures.' }),
    title: t.string({ description: 'What it finds.', resolve: of => of.title }),
    note: t.string({
      nullable: true,
      description: 'What to know before trusting it; null: nothing.',
      resolve: of => of.note,
    }),
    sha256: t.string({ description: "SHA-256 of the model's file.", resolve: of => of.sha256 }),
    licence: t.string({ description: "SPDX identifier of the weights' licence.", resolve: of => of.licence }),
    origin: t.string({ description: 'Where the weights come from.', resolve: of => of.origin }),
    classes: t.stringList({ description: 'Classes that it looks for.', resolve: of => [...of.classes] }),
    cropsOf: t.string({
      nullable: true,
      description:
        'Class of the boxes that it looks at, which a model before it in the plan must find; null: whole pictures.',
      resolve: of => of.cropsOf,
    }),
    orWhole: t.boolean({
      description: 'True: it looks at the whole picture when no model before it in the plan looks for that class.',
      resolve: of => of.orWhole,
    }),
    standard: t.boolean({
      description: 'True: it looks at the pictures of cameras without a plan.',
      resolve: of => of.standard,
    }),
    inputWidthPx: t.int({
      nullable: true,
      description: 'Width of the picture that it takes; null: no inference process has it now.',
      resolve: of => of.inputWidthPx,
    }),
    inputHeightPx: t.int({
      nullable: true,
      description: 'Height of the picture that it takes; null: no inference process has it now.',
      resolve: of => of.inputHeightPx,
    }),
    fileBytes: t.field({ type: 'Long', description: "Size of the model's file.", resolve: of => of.fileBytes }),
    uploaded: t.field({
      type: UploadedModel,
      nullable: true,
      description: 'Its versions; null: it ships with Sightline, or MODEL_CARD names it.',
      resolve: ({ uploaded }) => uploaded && { ...uploaded.value, entityVersion: uploaded.version },
    }),
    processes: t.field({
      type: [ModelProcess],
      description: 'Its versions in the inference processes that run now.',
      resolve: of => of.processes,
    }),
    cameraCount: t.int({
      description: 'Active cameras of the viewer whose plan names it.',
      resolve: (of, _, { fold, viewer, models }) =>
        visibleCameras(fold, viewer).filter(
          camera => camera.active && models.planOf(camera).plan?.some(({ model }) => model === of.model),
        ).length,
    }),
  }),
});

builder.queryField('model', t =>
  t.field({
    type: Model,
    nullable: true,
    description: 'The model of this name; null: it is not known.',
    args: { name: t.arg.string({ required: true }) },
    resolve: (_, { name }, { models }) => models.get(name) ?? null,
  }),
);

builder.queryField('models', t =>
  t.field({
    type: [Model],
    description: 'Models that a plan can name, by name.',
    resolve: (_, __, { models }) => [...models.all()],
  }),
);
