import type { PlanStep as PlanStepRecord } from '@sightline/schemas';
import { builder } from '../builder.ts';
import { Model } from './model.ts';

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
  }),
});

/** The plan of an input; null and undefined stay as they are. */
export const planOfInput = <Nothing extends null | undefined>(
  steps: readonly (typeof PlanStepInput.$inferInput)[] | Nothing,
): readonly PlanStepRecord[] | Nothing =>
  steps?.map(({ model, maxFps = null, byRules }) => ({ model, maxFps, byRules: byRules ?? false })) ??
  (steps as Nothing);
