import type { Camera, ControlRecord, ExpectedVersion, Rule, Store, Zone } from '../generated/records.ts';
import { handNoScooper } from '../rules/hand-no-scooper.ts';
import { type Change, encodeChange } from './change.ts';
import { ControlFold, type FoldOptions } from './fold.ts';
import { kinds } from './kinds/registry.ts';

export const storeOf = (storeId: string, change: Partial<Store> = {}): Store =>
  kinds.store.make({ storeId, name: `Store ${storeId}`, timeZone: 'Europe/Berlin', ...change });

export const cameraOf = (cameraId: string, change: Partial<Camera> = {}): Camera =>
  kinds.camera.make({ cameraId, storeId: 's1', name: cameraId, source: 'live', url: 'rtsp://127.0.0.1/1', ...change });

export const zoneOf = (zoneId: string, x = 0, cameraId = 'c1'): Zone => ({
  zoneId,
  cameraId,
  name: 'Ingredients',
  polygon: [
    { x, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ],
});

export const ruleOf = (ruleId: string, change: Partial<Rule> = {}): Rule => ({
  ...handNoScooper('c1', null),
  ruleId,
  ...change,
});

export const set = {
  store: (value: Store): Change => ({ kind: 'store', id: value.storeId, value }),
  camera: (value: Camera): Change => ({ kind: 'camera', id: value.cameraId, value }),
  zone: (value: Zone): Change => ({ kind: 'zone', id: value.zoneId, value }),
  rule: (value: Rule): Change => ({ kind: 'rule', id: value.ruleId, value }),
};

/** A record by a writer of any version. */
export const record = (
  commandId: string,
  entity: { readonly kind: string; readonly id: string; readonly bytes: Buffer | null },
  more: Partial<ControlRecord> = {},
): ControlRecord => ({
  commandId,
  actor: 'test',
  atMs: 0,
  effectiveAtMs: 0,
  changeSetIndex: 0,
  changeSetSize: 1,
  entityKind: entity.kind,
  entityId: entity.id,
  expects: [],
  value: entity.bytes,
  ...more,
});

/** The records of one change set. */
export const command = (
  commandId: string,
  changes: readonly Change[],
  { effectiveAtMs = 0, expects = [] }: { effectiveAtMs?: number; expects?: readonly ExpectedVersion[] } = {},
): readonly ControlRecord[] =>
  changes.map((change, changeSetIndex) =>
    record(
      commandId,
      { ...change, bytes: encodeChange(change) },
      { effectiveAtMs, changeSetIndex, changeSetSize: changes.length, expects: changeSetIndex === 0 ? expects : [] },
    ),
  );

/** Folds records that were written one after the other. Each record's write time is its effective time. */
export function foldOf(records: readonly ControlRecord[], options: FoldOptions = {}): ControlFold {
  const fold = new ControlFold(options);
  for (const [offset, one] of records.entries()) fold.apply(one, { offset, timestampMs: one.effectiveAtMs });
  return fold;
}
