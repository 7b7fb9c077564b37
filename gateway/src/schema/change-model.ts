import type { EntityKind } from '@sightline/schemas/control';
import { signedIn } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import type { CommandResult } from '../commands/command.ts';
import type { Context } from '../context.ts';
import type { KnownModel } from '../queries/models.ts';
import { Conflict, Invalid, Pending } from './command-result.ts';
import { Model } from './model.ts';

const outcomes = { conflict: Conflict, invalid: Invalid, pending: Pending } as const;

const ModelRemoved = builder.simpleObject('ModelRemoved', {
  description: 'The model is gone; what it found stays.',
  fields: t => ({ name: t.string() }),
});

type Other = Exclude<CommandResult<EntityKind>, { readonly outcome: 'accepted' }>;

const ModelResult = builder.unionType('ChangeModelResult', {
  types: [Model, ModelRemoved, Conflict, Invalid, Pending],
  resolveType: value => ('outcome' in value ? outcomes[value.outcome] : 'name' in value ? ModelRemoved : Model),
});

/** The model as it is after a change, or what came of the change. */
function changed(
  result: CommandResult<'model' | 'modelVersion'>,
  name: string,
  { models }: Pick<Context, 'models'>,
): KnownModel | Other | { readonly name: string } {
  return result.outcome === 'accepted' ? (models.get(name) ?? { name }) : result;
}

const authScopes = { modelEditor: true } as const;

builder.mutationFields(t => {
  const name = t.arg.string({ required: true, description: 'Name of the model.' });
  const version = t.arg.string({ required: true, description: 'One of its versions.' });
  const expectedVersion = t.arg({
    type: 'Long',
    required: true,
    description: '`entityVersion` of the model that the change relies on.',
  });
  return {
    serveModelVersion: t.field({
      type: ModelResult,
      description: 'Lets a version look at the pictures, instead of the present one.',
      args: { name, version, expectedVersion },
      authScopes,
      resolve: async (_, of, context) => {
        const viewer = signedIn(context.viewer);
        const result = await context.modelCommands.serve(of.name, of.version, of.expectedVersion, viewer);
        return changed(result, of.name, context);
      },
    }),
    setModelCandidate: t.field({
      type: ModelResult,
      description: 'Lets a version look at a share of the cameras, always the same ones. 0 percent ends the trial.',
      args: { name, version, percent: t.arg.int({ required: true }), expectedVersion },
      authScopes,
      resolve: async (_, of, context) => {
        const { name: model, version: candidate, percent, expectedVersion: expected } = of;
        const viewer = signedIn(context.viewer);
        const result = await context.modelCommands.setCandidate(
          { model, version: candidate, percent },
          expected,
          viewer,
        );
        return changed(result, model, context);
      },
    }),
    setModelShadow: t.field({
      type: ModelResult,
      description: 'Lets a version look at the pictures beside the serving one, for comparison only. Null ends that.',
      args: { name, version: t.arg.string({ description: 'One of its versions.' }), expectedVersion },
      authScopes,
      resolve: async (_, of, context) => {
        const viewer = signedIn(context.viewer);
        const result = await context.modelCommands.setShadow(of.name, of.version ?? null, of.expectedVersion, viewer);
        return changed(result, of.name, context);
      },
    }),
    tryModelVersionAgain: t.field({
      type: ModelResult,
      description: 'Lets inference open a version again that was taken out of use for ending its process.',
      args: { name, version },
      authScopes,
      resolve: async (_, of, context) => {
        const result = await context.modelCommands.tryAgain(of.name, of.version, signedIn(context.viewer));
        return changed(result, of.name, context);
      },
    }),
    removeModelVersion: t.field({
      type: ModelResult,
      description: 'Removes a version that neither serves nor is on trial.',
      args: { name, version },
      authScopes,
      resolve: async (_, of, context) => {
        const result = await context.modelCommands.removeVersion(of.name, of.version, signedIn(context.viewer));
        return changed(result, of.name, context);
      },
    }),
    removeModel: t.field({
      type: ModelResult,
      description: 'Removes an uploaded model that no camera uses, with all its versions.',
      args: { name, expectedVersion },
      authScopes,
      resolve: async (_, of, context) => {
        const result = await context.modelCommands.remove(of.name, of.expectedVersion, signedIn(context.viewer));
        return changed(result, of.name, context);
      },
    }),
  };
});
