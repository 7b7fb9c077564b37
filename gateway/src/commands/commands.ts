import { randomUUID } from 'node:crypto';
import {
  type AppendResult,
  type Change,
  ClockAheadError,
  type Command,
  type ControlLog,
  NewerValueError,
} from '@sightline/processors/control';
import type { ExpectedVersion, Zone } from '@sightline/schemas';
import { type Entity, type EntityKind, type Refusal, refusalsOf } from '@sightline/schemas/control';
import { handNoScooper } from '@sightline/schemas/rules';
import type { Viewer } from '../auth/viewer.ts';
import { UnavailableError } from '../errors.ts';
import { removedCamera, visibleCamera } from '../queries/configuration.ts';
import type { CommandResult, RemovalResult, RuleInput, ZoneInput, ZoneRemovalInput } from './command.ts';
import { partsOfCamera, type Removable, type RemovableKind, removal, rulesInZone } from './removal.ts';
import { inputField, ruleOf } from './rule-of.ts';

type Kind = 'zone' | 'rule';
type Invalid = Extract<CommandResult<never>, { readonly outcome: 'invalid' }>;

const invalid = (field: string, message: string): Invalid => ({ outcome: 'invalid', field, message });

/** The entity to change no longer exists. */
const gone = (kind: RemovableKind) =>
  ({ outcome: 'conflict', message: `the ${kind} was removed meanwhile`, current: undefined }) as const;

function refused([refusal]: readonly Refusal[]): Invalid | undefined {
  return refusal && invalid(refusal.field, `${refusal.problem}: ${refusal.fix}`);
}

/**
 * Changes by users. They are checked here and decided by the fold of the control log; the answer follows when our own
 * fold has read them.
 */
export class Commands {
  readonly #control: ControlLog;

  constructor(control: ControlLog) {
    this.#control = control;
  }

  async setZone(input: ZoneInput, viewer: Viewer): Promise<CommandResult<'zone'>> {
    const unknown =
      this.#unknownCamera(input.cameraId, viewer) ?? this.#unknownEntity('zone', input.zoneId, input, viewer);
    if (unknown !== undefined) return unknown;
    const zone: Zone = {
      zoneId: input.zoneId ?? randomUUID(),
      cameraId: input.cameraId,
      name: input.name.trim(),
      polygon: input.polygon,
    };
    const refusal = refused(refusalsOf({ kind: 'zone', id: zone.zoneId, value: zone }));
    if (refusal !== undefined) return refusal;
    const expects = [expectation('zone', zone.zoneId, input.expectedVersion), ...this.#relied('camera', zone.cameraId)];
    return this.#change('zone', zone.zoneId, [{ kind: 'zone', id: zone.zoneId, value: zone }], expects, viewer);
  }

  async setRule(input: RuleInput, viewer: Viewer): Promise<CommandResult<'rule'>> {
    const unknown =
      this.#unknownCamera(input.cameraId, viewer) ??
      this.#unknownEntity('rule', input.ruleId, input, viewer) ??
      this.#zoneElsewhere(input);
    if (unknown !== undefined) return unknown;
    const known = input.ruleId == null ? undefined : this.#control.fold.entity('rule', input.ruleId);
    if (input.ruleId != null && known === undefined) return gone('rule');
    const rule = ruleOf(input, known?.value, randomUUID());
    if ('message' in rule) return invalid(rule.field, rule.message);
    const refusal = refused(refusalsOf({ kind: 'rule', id: rule.ruleId, value: rule }));
    if (refusal !== undefined) return { ...refusal, field: inputField(refusal.field, rule) };
    const expects = [
      expectation('rule', rule.ruleId, input.expectedVersion),
      ...this.#relied('camera', rule.cameraId),
      ...(rule.zoneId === null ? [] : this.#relied('zone', rule.zoneId)),
    ];
    return this.#change('rule', rule.ruleId, [{ kind: 'rule', id: rule.ruleId, value: rule }], expects, viewer);
  }

  /** Removes a camera with its zones and rules in one change set; its violations stay. */
  async removeCamera(cameraId: string, version: number, viewer: Viewer): Promise<RemovalResult<'camera'>> {
    const unknown = this.#unknownCamera(cameraId, viewer);
    if (unknown !== undefined)
      return removedCamera(this.#control.fold, viewer, cameraId) === undefined ? unknown : gone('camera');
    const camera = { kind: 'camera', id: cameraId, version } as const;
    const parts = (): readonly Removable[] => partsOfCamera(this.#control.fold, cameraId);
    return this.#remove(camera, parts, viewer);
  }

  /** Brings a removed camera back, with the rule of a new one. */
  async restoreCamera(cameraId: string, viewer: Viewer): Promise<CommandResult<'camera'>> {
    const { fold } = this.#control;
    const value = removedCamera(fold, viewer, cameraId);
    if (value === undefined) return invalid('cameraId', `there is no removed camera ${cameraId}`);
    const rule = handNoScooper(cameraId, null);
    const changes: readonly Change[] = [
      { kind: 'camera', id: cameraId, value },
      { kind: 'rule', id: rule.ruleId, value: rule },
    ];
    const refusal = refused(changes.flatMap(refusalsOf));
    if (refusal !== undefined) return refusal;
    const expects = changes.map(({ kind: entityKind, id }) => ({ entityKind, entityId: id, version: null }));
    return this.#change('camera', cameraId, changes, expects, viewer);
  }

  async removeZone(input: ZoneRemovalInput, viewer: Viewer): Promise<RemovalResult<'zone'>> {
    const { zoneId, expectedVersion: version, withRules } = input;
    const { fold } = this.#control;
    const zone = fold.entity('zone', zoneId)?.value;
    if (zone === undefined || visibleCamera(fold, viewer, zone.cameraId) === undefined) return gone('zone');
    const rules = (): readonly Removable[] => rulesInZone(fold, zoneId, zone.cameraId);
    if (!withRules && rules().length > 0) {
      const names = rules().map(({ id }) => `“${fold.entity('rule', id)?.value.name ?? id}”`);
      const message = `the zone is used by ${names.join(', ')}: set withRules to true to remove these rules too, or change them first`;
      return invalid('withRules', message);
    }
    return this.#remove({ kind: 'zone', id: zoneId, version }, withRules ? rules : () => [], viewer);
  }

  async removeRule(ruleId: string, version: number, viewer: Viewer): Promise<RemovalResult<'rule'>> {
    const { fold } = this.#control;
    const rule = fold.entity('rule', ruleId)?.value;
    if (rule === undefined || visibleCamera(fold, viewer, rule.cameraId) === undefined) return gone('rule');
    return this.#remove({ kind: 'rule', id: ruleId, version }, () => [], viewer);
  }

  /**
   * Removes an entity and its parts. A part that was added shortly before, and not yet read here, is removed
   * afterwards.
   */
  async #remove<K extends RemovableKind>(
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

  #append(command: Pick<Command, 'changes' | 'expects'>, viewer: Viewer): Promise<AppendResult> {
    return this.#control.append({ actor: viewer.userId, ...command }).catch(unavailable);
  }

  #conflict<K extends EntityKind>(kind: K, id: string): Extract<CommandResult<K>, { readonly outcome: 'conflict' }> {
    const current: Entity<K> | undefined = this.#control.fold.entity(kind, id);
    return {
      outcome: 'conflict',
      message: `the ${kind}, or an entity that it relies on, was changed meanwhile`,
      current,
    };
  }

  #unknownCamera(cameraId: string, viewer: Viewer): Invalid | undefined {
    const known = visibleCamera(this.#control.fold, viewer, cameraId) !== undefined;
    return known ? undefined : invalid('cameraId', `there is no camera ${cameraId}`);
  }

  #unknownEntity(
    kind: Kind,
    id: string | null | undefined,
    input: { readonly cameraId: string; readonly expectedVersion?: number | null | undefined },
    viewer: Viewer,
  ): Invalid | ReturnType<typeof gone> | undefined {
    if (id == null) return undefined;
    if (input.expectedVersion == null)
      return invalid('expectedVersion', `give the version of the ${kind} that you read`);
    const known = this.#control.fold.entity(kind, id)?.value;
    if (known === undefined || known.cameraId === input.cameraId) return undefined; // a removed one is a conflict
    // Of a camera that the viewer may not see, the answer is that of an unknown id.
    if (visibleCamera(this.#control.fold, viewer, known.cameraId) === undefined) return gone(kind);
    return invalid(`${kind}Id`, `the ${kind} ${id} belongs to another camera`);
  }

  #zoneElsewhere({ zoneId, cameraId }: RuleInput): Invalid | undefined {
    if (zoneId == null) return undefined;
    const zone = this.#control.fold.entity('zone', zoneId)?.value;
    return zone?.cameraId === cameraId ? undefined : invalid('zoneId', `camera ${cameraId} has no zone ${zoneId}`);
  }

  /** The version, in our own fold, of an entity that the change relies on. */
  #relied(entityKind: 'camera' | 'zone', entityId: string): readonly ExpectedVersion[] {
    const version = this.#control.fold.entity(entityKind, entityId)?.version;
    return version === undefined ? [] : [{ entityKind, entityId, version }];
  }

  async #change<K extends EntityKind>(
    kind: K,
    id: string,
    changes: readonly Change[],
    expects: readonly ExpectedVersion[],
    viewer: Viewer,
  ): Promise<CommandResult<K>> {
    const result = await this.#append({ changes, expects }, viewer);
    if (result.outcome === 'pending') return { outcome: 'pending', commandId: result.commandId };
    const current: Entity<K> | undefined = this.#control.fold.entity(kind, id);
    if (result.outcome === 'accepted' && current !== undefined) return { outcome: 'accepted', entity: current };
    return this.#conflict(kind, id);
  }
}

/** Turns an error that only an operator can fix into a message for the caller. */
function unavailable(error: unknown): never {
  if (error instanceof ClockAheadError || error instanceof NewerValueError)
    throw new UnavailableError(error.message, { cause: error });
  throw error;
}

function expectation(entityKind: Kind, entityId: string, version: number | null | undefined): ExpectedVersion {
  return { entityKind, entityId, version: version ?? null };
}
