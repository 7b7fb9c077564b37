import { randomUUID } from 'node:crypto';
import { type Change, ClockAheadError, type ControlLog, NewerValueError } from '@sightline/processors/control';
import type { ExpectedVersion, Zone } from '@sightline/schemas';
import { type Entity, type Refusal, refusalsOf } from '@sightline/schemas/control';
import type { Viewer } from '../context.ts';
import { UnavailableError } from '../errors.ts';
import { visibleCamera } from '../queries/configuration.ts';
import type { CommandResult, RuleInput, ZoneInput } from './command.ts';
import { inputField, ruleOf } from './rule-of.ts';

type Kind = 'zone' | 'rule';
type Invalid = Extract<CommandResult<never>, { readonly outcome: 'invalid' }>;

const invalid = (field: string, message: string): Invalid => ({ outcome: 'invalid', field, message });

/** What was to be changed is no longer there. */
const gone = (kind: Kind) =>
  ({ outcome: 'conflict', message: `the ${kind} was removed meanwhile`, current: undefined }) as const;

function refused([refusal]: readonly Refusal[]): Invalid | undefined {
  return refusal && invalid(refusal.field, `${refusal.problem}: ${refusal.fix}`);
}

/** Changes people ask for: checked here, decided by the fold of the control log, answered when our own fold has passed them. */
export class Commands {
  readonly #control: ControlLog;

  constructor(control: ControlLog) {
    this.#control = control;
  }

  async setZone(input: ZoneInput, viewer: Viewer): Promise<CommandResult<'zone'>> {
    const unknown = this.#unknownCamera(input.cameraId, viewer) ?? this.#unknownEntity('zone', input.zoneId, input);
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
    return this.#change('zone', zone.zoneId, { kind: 'zone', id: zone.zoneId, value: zone }, expects, viewer);
  }

  async setRule(input: RuleInput, viewer: Viewer): Promise<CommandResult<'rule'>> {
    const unknown =
      this.#unknownCamera(input.cameraId, viewer) ??
      this.#unknownEntity('rule', input.ruleId, input) ??
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
    return this.#change('rule', rule.ruleId, { kind: 'rule', id: rule.ruleId, value: rule }, expects, viewer);
  }

  #unknownCamera(cameraId: string, viewer: Viewer): Invalid | undefined {
    const known = visibleCamera(this.#control.fold, viewer, cameraId) !== undefined;
    return known ? undefined : invalid('cameraId', `there is no camera ${cameraId}`);
  }

  #unknownEntity(
    kind: Kind,
    id: string | null | undefined,
    input: { readonly cameraId: string; readonly expectedVersion?: number | null | undefined },
  ): Invalid | undefined {
    if (id == null) return undefined;
    if (input.expectedVersion == null)
      return invalid('expectedVersion', `give the version of the ${kind} that you have seen`);
    const known = this.#control.fold.entity(kind, id)?.value;
    if (known !== undefined && known.cameraId !== input.cameraId)
      return invalid(`${kind}Id`, `the ${kind} ${id} is of another camera`);
    return undefined; // one that was removed is a conflict
  }

  #zoneElsewhere({ zoneId, cameraId }: RuleInput): Invalid | undefined {
    if (zoneId == null) return undefined;
    const zone = this.#control.fold.entity('zone', zoneId)?.value;
    return zone?.cameraId === cameraId ? undefined : invalid('zoneId', `camera ${cameraId} has no zone ${zoneId}`);
  }

  /** The version of what the change relies on, as our fold has it. */
  #relied(entityKind: 'camera' | 'zone', entityId: string): readonly ExpectedVersion[] {
    const version = this.#control.fold.entity(entityKind, entityId)?.version;
    return version === undefined ? [] : [{ entityKind, entityId, version }];
  }

  async #change<K extends Kind>(
    kind: K,
    id: string,
    change: Change,
    expects: readonly ExpectedVersion[],
    viewer: Viewer,
  ): Promise<CommandResult<K>> {
    const result = await this.#control.append({ actor: viewer.userId, changes: [change], expects }).catch(unavailable);
    if (result.outcome === 'pending') return { outcome: 'pending', commandId: result.commandId };
    const current: Entity<K> | undefined = this.#control.fold.entity(kind, id);
    if (result.outcome === 'accepted' && current !== undefined) return { outcome: 'accepted', entity: current };
    return { outcome: 'conflict', message: `the ${kind} or what it relies on was changed meanwhile`, current };
  }
}

/** What only an operator can mend is said to the caller in words. */
function unavailable(error: unknown): never {
  if (error instanceof ClockAheadError || error instanceof NewerValueError)
    throw new UnavailableError(error.message, { cause: error });
  throw error;
}

function expectation(entityKind: Kind, entityId: string, version: number | null | undefined): ExpectedVersion {
  return { entityKind, entityId, version: version ?? null };
}
