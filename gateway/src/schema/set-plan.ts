import { CHAIN_ID } from '@sightline/schemas/control';
import { signedIn } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import { Conflict, Invalid, Pending } from './command-result.ts';
import { PlanStep, PlanStepInput, planOfInput } from './plan-step.ts';

const outcomes = { conflict: Conflict, invalid: Invalid, pending: Pending } as const;

const Chain = builder.simpleObject('Chain', {
  description: 'What holds for all stores.',
  fields: t => ({
    plan: t.field({
      type: [PlanStep],
      nullable: true,
      description:
        'Models that look at the pictures of cameras that have no plan and whose store has none. Null: those that inference is set to.',
    }),
    version: t.field({
      type: 'Long',
      nullable: true,
      description: 'Send it as expectedVersion to change it; null before the first change.',
    }),
  }),
});

builder.queryField('chain', t =>
  t.field({
    type: Chain,
    resolve: (_, __, { fold }) => ({
      plan: fold.entity('chain', CHAIN_ID)?.value.plan?.map(step => ({ ...step })) ?? null,
      version: fold.versionOf('chain', CHAIN_ID),
    }),
  }),
);

const SetPlanInput = builder.inputType('SetPlanInput', {
  fields: t => ({
    storeId: t.id({ description: 'Absent: the chain, which needs the right to change models.' }),
    plan: t.field({
      type: [PlanStepInput],
      description: "Null: a store has the chain's plan, and the chain the models that inference is set to.",
    }),
    expectedVersion: t.field({ type: 'Long', description: 'Version of the store or the chain.' }),
  }),
});

const PlanSet = builder.simpleObject('PlanSet', {
  description: 'The plan is set.',
  fields: t => ({ plan: t.field({ type: [PlanStep], nullable: true }) }),
});

const SetPlanResult = builder.unionType('SetPlanResult', {
  types: [PlanSet, Conflict, Invalid, Pending],
  resolveType: value => ('outcome' in value ? outcomes[value.outcome] : PlanSet),
});

builder.mutationField('setPlan', t =>
  t.field({
    type: SetPlanResult,
    description:
      'Sets the models of all cameras of a store, or of the chain, that have none of their own. It takes effect two seconds later.',
    args: { input: t.arg({ type: SetPlanInput, required: true }) },
    authScopes: { $any: { editor: true, modelEditor: true } },
    resolve: async (_, { input }, { planCommands, viewer }) => {
      const plan = planOfInput(input.plan);
      const result = await planCommands.setPlan({ ...input, plan }, signedIn(viewer));
      return result.outcome === 'accepted' ? { plan: plan ? [...plan] : null } : result;
    },
  }),
);
