import { z } from '@hono/zod-openapi';
import type { EntityKind } from '@sightline/schemas/control';
import type { Identity } from '../auth/authentication.ts';
import { mayChangeModels, type Viewer } from '../auth/viewer.ts';
import type { CommandResult } from '../commands/command.ts';
import { BadInputError, ConflictError, ForbiddenError, NotFoundError, UnavailableError } from '../errors.ts';
import type { Models, UploadedModel } from '../queries/models.ts';

/** Parameters of the routes of models. */
export const modelName = z.string().max(200).openapi({ description: 'Name of the model.' });
export const modelVersion = z.string().max(200).openapi({ description: 'Version of the model.' });
export const OfVersion = z.object({ model: modelName, version: modelVersion });

/** The user, who may change models. Throws ForbiddenError. */
export function editorOf({ viewer }: Identity): Viewer {
  if (!mayChangeModels(viewer)) throw new ForbiddenError();
  return viewer;
}

/** Throws NotFoundError. */
export function uploadedOf(models: Pick<Models, 'get'>, model: string): UploadedModel {
  const known = models.get(model);
  if (known?.uploaded === undefined) throw new NotFoundError(`there is no uploaded model ${model}`);
  return { ...known, uploaded: known.uploaded };
}

/** The changed entity. Throws the ClientError of another result. */
export function accepted<K extends EntityKind>(result: CommandResult<K>) {
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
