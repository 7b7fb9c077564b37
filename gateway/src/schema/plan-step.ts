import type { PlanStep as PlanStepRecord } from '@sightline/schemas';
import { builder } from '../builder.ts';
import { Model } from './model.ts';

const TileGrid = builder.simpleObject('TileGrid', {
  description: 'Tiles of a picture, which share a fifth with each neighbour.',
  fields: t => ({
    columns: t.int({ description: 'Tiles side by side.' }),
    rows: t.int({ description: 'Rows of tiles.' }),
  }),
});

const TileGridInput = builder.inputType('TileGridInput', {
  fields: t => ({
    columns: t.int({ required: true, description: 'Tiles side by side, 1 to 4.' }),
    rows: t.int({ required: true, description: 'Rows of tiles, 1 to 4.' }),
  }),
});

export const PlanStep = builder.objectRef<PlanStepRecord>('PlanStep').implement({
  description: "One model that looks at a camera's pictures.",
  fields: t => ({
    model: t.exposeString('model', { description: 'Name of the model, as on its card.' }),
    maxFps: t.exposeFloat('maxFps', {
      nullable: true,
      description: 'Most pictures a second that it looks at; null: every picture that inference looks at.',
    }),
    byRules: t.exposeBoolean('byRules', {
      description:
        "True: it looks as often as the camera's rules in force need (see `Camera.rateNeeds`), and at most maxFps pictures a second.",
    }),
    tiles: t.field({
      type: TileGrid,
      nullable: true,
      description:
        'Parts of the picture that it looks at besides, for far objects: those in which something moved since, and each after 10 s. Null: the whole picture alone.',
      resolve: ({ tiles }) => tiles,
    }),
    running: t.field({
      type: Model,
      nullable: true,
      description: 'The model as inference reported it; null: no inference process knows it.',
      resolve: ({ model }, _, { models }) => models.get(model) ?? null,
    }),
  }),
});

export const PlanStepInput = builder.inputType('PlanStepInput', {
  fields: t => ({
    model: t.string({ required: true, description: 'Name of the model.' }),
    maxFps: t.float({
      description: 'Most pictures a second that it looks at, 0.2 to 60. Null: every picture that inference looks at.',
    }),
    byRules: t.boolean({
      description: "True: it looks as often as the camera's rules in force need, and at most maxFps. Default: false.",
    }),
    tiles: t.field({
      type: TileGridInput,
      description: 'Parts of the picture that it looks at besides, for far objects. Null: the whole picture alone.',
    }),
  }),
});

/** The plan of an input; null and undefined stay as they are. */
export const planOfInput = <Nothing extends null | undefined>(
  steps: readonly (typeof PlanStepInput.$inferInput)[] | Nothing,
): readonly PlanStepRecord[] | Nothing =>
  steps?.map(({ model, maxFps = null, byRules, tiles = null }) => ({
    model,
    maxFps,
    byRules: byRules ?? false,
    tiles,
  })) ?? (steps as Nothing);
