import type { Change } from '@sightline/processors/control';
import type { ExpectedVersion } from '@sightline/schemas';
import type { ControlFold } from '@sightline/schemas/control';

export type RemovableKind = 'camera' | 'zone' | 'rule';

export interface Removable {
  readonly kind: RemovableKind;
  readonly id: string;
  readonly version: number;
}

/** The rules that judge in a zone. */
export const rulesInZone = (fold: ControlFold, zoneId: string, cameraId: string): readonly Removable[] =>
  fold
    .ofCamera('rule', cameraId)
    .filter(({ value }) => value.zoneId === zoneId)
    .map(({ value, version }) => ({ kind: 'rule', id: value.ruleId, version }));

/** The zones and rules of a camera, also of a removed one if any are left. */
export const partsOfCamera = (fold: ControlFold, cameraId: string): readonly Removable[] => [
  ...fold
    .ofCamera('rule', cameraId)
    .map(({ value, version }) => ({ kind: 'rule' as const, id: value.ruleId, version })),
  ...fold
    .ofCamera('zone', cameraId)
    .map(({ value, version }) => ({ kind: 'zone' as const, id: value.zoneId, version })),
];

/** One change set that removes all of them, at the versions that were read. */
export const removal = (entities: readonly Removable[]) => ({
  changes: entities.map(({ kind, id }): Change => ({ kind, id, value: null })),
  expects: entities.map(({ kind, id, version }): ExpectedVersion => ({ entityKind: kind, entityId: id, version })),
});
