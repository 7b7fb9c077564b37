import type { Change } from '@sightline/processors/control';
import type { ExpectedVersion } from '@sightline/schemas';
import type { ControlFold } from '@sightline/schemas/control';

export type RemovableKind = 'camera' | 'zone' | 'rule';

export interface Removable {
  readonly kind: RemovableKind;
  readonly id: string;
  readonly version: number;
}

/** Rules that judge in a zone. */
export const rulesInZone = (fold: ControlFold, zoneId: string, cameraId: string): readonly Removable[] =>
  fold
    .ofCamera('rule', cameraId)
    .filter(({ value }) => value.zoneId === zoneId)
    .map(({ value, version }) => ({ kind: 'rule', id: value.ruleId, version }));

/** The zones and rules of a camera; also of one that was removed, if any were left behind. */
export const partsOfCamera = (fold: ControlFold, cameraId: string): readonly Removable[] => [
  ...fold
    .ofCamera('rule', cameraId)
    .map(({ value, version }) => ({ kind: 'rule' as const, id: value.ruleId, version })),
  ...fold
    .ofCamera('zone', cameraId)
    .map(({ value, version }) => ({ kind: 'zone' as const, id: value.zoneId, version })),
];

/** The one change set that removes all of them as they were seen. */
export const removal = (entities: readonly Removable[]) => ({
  changes: entities.map(({ kind, id }): Change => ({ kind, id, value: null })),
  expects: entities.map(({ kind, id, version }): ExpectedVersion => ({ entityKind: kind, entityId: id, version })),
});
