import type { ModelStatus } from '@sightline/schemas';
import { builder } from '../builder.ts';
import type { RunningModel } from '../live/model-statuses.ts';
import { visibleCameras } from '../queries/configuration.ts';
import { ModelState } from './enums.ts';

const ModelProcess = builder.objectRef<ModelStatus>('ModelProcess').implement({
  description: 'A model in one inference process.',
  fields: t => ({
    process: t.exposeString('process', { description: 'Name of the process.' }),
    state: t.expose('state', { type: ModelState }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it failed and what to do; null: it did not.',
    }),
    pictures: t.expose('pictures', {
      type: 'Long',
      description: 'Pictures that it looked at since the process started.',
    }),
    msPerPicture: t.float({
      nullable: true,
      description: 'Mean ms of one core for a picture; null before the first.',
      resolve: ({ pictures, msPerPicture }) => (pictures === 0 ? null : msPerPicture),
    }),
    at: t.expose('atMs', { type: 'DateTime', description: "Time of the report by the process's clock." }),
  }),
});

export const Model = builder.objectRef<RunningModel>('Model').implement({
  description: 'A model that can look at pictures, as the inference processes reported it.',
  fields: t => ({
    name: t.string({
      description: 'Name on its card, by which plans and rules name it.',
      resolve: of => of.newest.model,
    }),
    version: t.string({ resolve: of => of.newest.version }),
    title: t.string({ description: 'What it finds.', resolve: of => of.newest.title }),
    note: t.string({
      nullable: true,
      description: 'What to know before trusting it; null: nothing.',
      resolve: of => of.newest.note,
    }),
    sha256: t.string({ description: "SHA-256 of the model's file.", resolve: of => of.newest.sha256 }),
    licence: t.string({ description: "SPDX identifier of the weights' licence.", resolve: of => of.newest.licence }),
    origin: t.string({ description: 'Where the weights come from.', resolve: of => of.newest.origin }),
    classes: t.stringList({ description: 'Classes that it looks for.', resolve: of => [...of.newest.classes] }),
    standard: t.boolean({
      description: 'True: it looks at the pictures of cameras without a plan.',
      resolve: of => of.newest.standard,
    }),
    fileBytes: t.field({ type: 'Long', description: "Size of the model's file.", resolve: of => of.newest.fileBytes }),
    processes: t.field({
      type: [ModelProcess],
      description: 'The inference processes that run now.',
      resolve: of => of.processes,
    }),
    cameraCount: t.int({
      description: 'Active cameras of the viewer whose plan names it.',
      resolve: (of, _, { fold, viewer }) =>
        visibleCameras(fold, viewer).filter(
          ({ active, plan }) =>
            active && (plan === null ? of.newest.standard : plan.some(({ model }) => model === of.newest.model)),
        ).length,
    }),
  }),
});

builder.queryField('models', t =>
  t.field({
    type: [Model],
    description: 'Models that a plan can name, by name. Empty: no inference process has reported yet.',
    resolve: (_, __, { models }) => [...models.all()],
  }),
);
