import { builder } from '../builder.ts';
import type { NeedOfModel } from '../queries/rate-needs.ts';

export const RateNeed = builder.objectRef<NeedOfModel>('RateNeed').implement({
  description: "How often a camera's rules in force need a model.",
  fields: t => ({
    model: t.exposeString('model', { description: 'Name of the model.' }),
    perSecond: t.float({
      nullable: true,
      description: 'Looks a second; null: every picture.',
      resolve: ({ everyMs }) => (everyMs === 0 ? null : 1_000 / everyMs),
    }),
    rule: t.string({
      nullable: true,
      description: 'Name of the rule that asks for it; null: no rule in force uses the model.',
      resolve: ({ rule }) => rule?.name ?? null,
    }),
    durationMs: t.int({
      nullable: true,
      description: 'Shortest breach that this rule counts, in ms of camera time; null: there is no such rule.',
      resolve: ({ rule }) => rule?.minDurationMs ?? null,
    }),
  }),
});
