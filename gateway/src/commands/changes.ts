import {
  type AppendResult,
  type Change,
  ClockAheadError,
  type Command,
  type ControlLog,
  NewerValueError,
} from '@sightline/processors/control';
import type { ExpectedVersion } from '@sightline/schemas';
import type { ControlFold, Entity, EntityKind, Refusal } from '@sightline/schemas/control';
import type { Viewer } from '../auth/viewer.ts';
import { BadInputError, UnavailableError } from '../errors.ts';
import { visibleCamera } from '../queries/configuration.ts';
import type { CommandResult, RemovalResult } from './command.ts';
import { type Removable, type RemovableKind, removal } from './removal.ts';

export type Invalid = Extract<CommandResult<never>, { readonly outcome: 'invalid' }>;

export const invalid = (field: string, message: string): Invalid => ({ outcome: 'invalid', field, message });

/** The entity to change no longer exists. */
export const gone = (kind: RemovableKind) =>
  ({ outcome: 'conflict', message: `the ${kind} was removed meanwhile`, current: undefined }) as const;

export function refused([refusal]: readonly Refusal[]): Invalid | undefined {
  return refusal && invalid(refusal.field, `${refusal.problem}: ${refusal.fix}`);
}

/** The version that a change relies on. Throws BadInputError for a number that no version is. */
export function expectation(
  entityKind: EntityKind,
  entityId: string,
  version: number | null | undefined,
): ExpectedVersion {
  if (version != null && version < 0) throw new BadInputError('expectedVersion', 'give the version that you read');
  return { entityKind, entityId, version: version ?? null };
}

export function unknownCamera(fold: ControlFold, cameraId: string, viewer: Viewer): Invalid | undefined {
  const known = visibleCamera(fold, viewer, cameraId) !== undefined;
  return known ? undefined : invalid('cameraId', `there is no camera ${cameraId}`);
}

/** Appends users' changes to the control log. The answer follows when our own fold has read them. */
export class Changes {
  readonly #control: ControlLog;

  constructor(control: ControlLog) {
    this.#control = control;
  }

  get fold(): ControlFold {
    return this.#control.fold;
  }

  async change<K extends EntityKind>(
    kind: K,
    id: string,
    changes: readonly Change[],
    expects: readonly ExpectedVersion[],
    viewer: Viewer,
  ): Promise<CommandResult<K>> {
    const result = await this.#append({ changes, expects }, viewer);
    if (result.outcome === 'pending') return { outcome: 'pending', commandId: result.commandId };
    const current: Entity<K> | undefined = this.fold.entity(kind, id);
    if (result.outcome === 'accepted' && current !== undefined) return { outcome: 'accepted', entity: current };
    return this.#conflict(kind, id);
  }

  /**
   * Removes an entity and its parts. A part that was added shortly before, and not yet read here, is removed
   * afterwards.
   */
  async remove<K extends RemovableKind>(
    entity: Removable & { readonly kind: K },
    parts: () => readonly Removable[],
    viewer: Viewer,
  ): Promise<RemovalResult<K>> {
    const first = [...parts(), entity];
    const result = await this.#append(removal(first), viewer);
    if (result.outcome === 'pending') return { outcome: 'pending', commandId: result.commandId };
    if (result.outcome !== 'accepted') return this.#conflict(entity.kind, entity.id);
    const late = parts();
    if (late.length > 0) await this.#append(removal(late), viewer);
    return { outcome: 'accepted', removedIds: [...first, ...late].map(({ id }) => id).reverse() };
  }

  /** The version, in our own fold, of an entity that the change relies on. */
  relied(entityKind: 'camera' | 'zone' | 'store', entityId: string): readonly ExpectedVersion[] {
    const version = this.fold.versionOf(entityKind, entityId);
    return version === null ? [] : [{ entityKind, entityId, version }];
  }

  #append(command: Pick<Command, 'changes' | 'expects'>, viewer: Viewer): Promise<AppendResult> {
    return this.#control.append({ actor: viewer.userId, ...command }).catch(unavailable);
  }

  #conflict<K extends EntityKind>(kind: K, id: string): Extract<CommandResult<K>, { readonly outcome: 'conflict' }> {
    const current: Entity<K> | undefined = this.fold.entity(kind, id);
    return {
      outcome: 'conflict',
      message: `the ${KIND_WORDS[kind] ?? kind}, or what it relies on, was changed meanwhile: look at it again, then repeat`,
      current,
    };
  }
}

/** Words for kinds whose names are no words. */
const KIND_WORDS: Partial<Record<EntityKind, string>> = { modelVersion: 'version of the model' };

/** Turns an error that only an operator can fix into a message for the caller. */
function unavailable(error: unknown): never {
  if (error instanceof ClockAheadError || error instanceof NewerValueError)
    throw new UnavailableError(error.message, { cause: error });
  throw error;
}
