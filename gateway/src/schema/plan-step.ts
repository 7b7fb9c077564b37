import type { PlanStep as PlanStepRecord } from '@sightline/schemas';
import { builder } from '../builder.ts';
import { Model } from './model.ts';

export const PlanStep = builder.objectRef<PlanStepRecord>('PlanStep').implement({
  description: "One model that looks at a camera's pictures.",
  fields: t => ({
    model: t.exposeString('model', { description: 'Name of the model, as on its card.' }),
    running: t.field({
      type: Model,
      nullable: true,
      description: 'The model as inference reported it; null: no inference process knows it.',
      resolve: ({ model }, _, { models }) => models.get(model) ?? null,
    }),
  }),
});

export const PlanStepInput = builder.inputType('PlanStepInput', {
  fields: t => ({ model: t.string({ required: true, description: 'Name of the model.' }) }),
});
