import { randomUUID } from 'node:crypto';
import type { Zone } from '@sightline/schemas';
import { refusalsOf } from '@sightline/schemas/control';
import { validateRule } from '@sightline/schemas/rules';
import type { Viewer } from '../auth/viewer.ts';
import { visibleCamera } from '../queries/configuration.ts';
import { type Changes, expectation, gone, type Invalid, invalid, refused, unknownCamera } from './changes.ts';
import type { CommandResult, RemovalResult, RuleInput, ZoneInput, ZoneRemovalInput } from './command.ts';
import { classesFor, type KnownModels } from './known-models.ts';
import { type Removable, rulesInZone } from './removal.ts';
import { inputField, ruleOf } from './rule-of.ts';

type Kind = 'zone' | 'rule';

/**
 * Changes of zones and rules by users. They are checked here and decided by the fold of the control log.
 */
export class Commands {
  readonly #changes: Changes;
  readonly #models: KnownModels;

  constructor(changes: Changes, models: KnownModels) {
    this.#changes = changes;
    this.#models = models;
  }

  async setZone(input: ZoneInput, viewer: Viewer): Promise<CommandResult<'zone'>> {
    const unknown =
      unknownCamera(this.#changes.fold, input.cameraId, viewer) ??
      this.#unknownEntity('zone', input.zoneId, input, viewer);
    if (unknown !== undefined) return unknown;
    const zone: Zone = {
      zoneId: input.zoneId ?? randomUUID(),
      cameraId: input.cameraId,
      name: input.name.trim(),
      polygon: input.polygon,
    };
    const refusal = refused(refusalsOf({ kind: 'zone', id: zone.zoneId, value: zone }));
    if (refusal !== undefined) return refusal;
    const expects = [
      expectation('zone', zone.zoneId, input.expectedVersion),
      ...this.#changes.relied('camera', zone.cameraId),
    ];
    return this.#changes.change('zone', zone.zoneId, [{ kind: 'zone', id: zone.zoneId, value: zone }], expects, viewer);
  }

  async setRule(input: RuleInput, viewer: Viewer): Promise<CommandResult<'rule'>> {
    const unknown =
      unknownCamera(this.#changes.fold, input.cameraId, viewer) ??
      this.#unknownEntity('rule', input.ruleId, input, viewer) ??
      this.#zoneElsewhere(input);
    if (unknown !== undefined) return unknown;
    const known = input.ruleId == null ? undefined : this.#changes.fold.entity('rule', input.ruleId);
    if (input.ruleId != null && known === undefined) return gone('rule');
    const rule = ruleOf(input, known?.value, randomUUID());
    if ('message' in rule) return invalid(rule.field, rule.message);
    const camera = this.#changes.fold.entity('camera', rule.cameraId)?.value;
    const classes = rule.active && camera ? classesFor(this.#models, camera, rule) : undefined;
    const refusal = refused(validateRule(rule, classes));
    if (refusal !== undefined) return { ...refusal, field: inputField(refusal.field, rule) };
    const expects = [
      expectation('rule', rule.ruleId, input.expectedVersion),
      ...this.#changes.relied('camera', rule.cameraId),
      ...(rule.zoneId === null ? [] : this.#changes.relied('zone', rule.zoneId)),
    ];
    return this.#changes.change('rule', rule.ruleId, [{ kind: 'rule', id: rule.ruleId, value: rule }], expects, viewer);
  }

  async removeZone(input: ZoneRemovalInput, viewer: Viewer): Promise<RemovalResult<'zone'>> {
    const { zoneId, expectedVersion: version, withRules } = input;
    const { fold } = this.#changes;
    const zone = fold.entity('zone', zoneId)?.value;
    if (zone === undefined || visibleCamera(fold, viewer, zone.cameraId) === undefined) return gone('zone');
    const rules = (): readonly Removable[] => rulesInZone(fold, zoneId, zone.cameraId);
    if (!withRules && rules().length > 0) {
      const names = rules().map(({ id }) => `“${fold.entity('rule', id)?.value.name ?? id}”`);
      const message = `the zone is used by ${names.join(', ')}: set withRules to true to remove these rules too, or change them first`;
      return invalid('withRules', message);
    }
    return this.#changes.remove({ kind: 'zone', id: zoneId, version }, withRules ? rules : () => [], viewer);
  }

  async removeRule(ruleId: string, version: number, viewer: Viewer): Promise<RemovalResult<'rule'>> {
    const { fold } = this.#changes;
    const rule = fold.entity('rule', ruleId)?.value;
    if (rule === undefined || visibleCamera(fold, viewer, rule.cameraId) === undefined) return gone('rule');
    return this.#changes.remove({ kind: 'rule', id: ruleId, version }, () => [], viewer);
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
    const known = this.#changes.fold.entity(kind, id)?.value;
    if (known === undefined || known.cameraId === input.cameraId) return undefined; // a removed one is a conflict
    // Of a camera that the viewer may not see, the answer is that of an unknown id.
    if (visibleCamera(this.#changes.fold, viewer, known.cameraId) === undefined) return gone(kind);
    return invalid(`${kind}Id`, `the ${kind} ${id} belongs to another camera`);
  }

  #zoneElsewhere({ zoneId, cameraId }: RuleInput): Invalid | undefined {
    if (zoneId == null) return undefined;
    const zone = this.#changes.fold.entity('zone', zoneId)?.value;
    return zone?.cameraId === cameraId ? undefined : invalid('zoneId', `camera ${cameraId} has no zone ${zoneId}`);
  }
}
