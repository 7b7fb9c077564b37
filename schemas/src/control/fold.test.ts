import { expect, test } from 'vitest';
import type { Camera, ControlRecord, ExpectedVersion, Store, Zone } from '../generated/records.ts';
import { ControlFold } from './fold.ts';

const store: Store = {
  storeId: 's1',
  name: 'Alexanderplatz',
  city: 'Berlin',
  region: 'East',
  timeZone: 'Europe/Berlin',
  openingHours: [],
  subscriptionActive: true,
  demo: false,
};
const camera: Camera = {
  cameraId: 'c1',
  storeId: 's1',
  name: 'Make line',
  site: 'main',
  source: 'live',
  url: 'rtsp://127.0.0.1/1',
  maxFps: 5,
  active: true,
  fileSha256: null,
  fileEpoch: null,
  fileStartedAtMs: null,
  demo: false,
};
const zone = (x: number): Zone => ({
  zoneId: 'z1',
  cameraId: 'c1',
  name: 'Ingredients',
  polygon: [
    { x, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ],
});
const none = { store: null, camera: null, zone: null, rule: null, user: null };
const change = (
  commandId: string,
  effectiveAtMs: number,
  entity: Partial<ControlRecord>,
  expects: ExpectedVersion[] = [],
): ControlRecord => ({
  ...none,
  commandId,
  actor: 'test',
  atMs: 0,
  effectiveAtMs,
  changeSetIndex: 0,
  changeSetSize: 1,
  entityKind: entity.store ? 'store' : entity.camera ? 'camera' : 'zone',
  entityId: entity.store?.storeId ?? entity.camera?.cameraId ?? 'z1',
  expects,
  ...entity,
});
const fold = (...records: ControlRecord[]): ControlFold => {
  const folded = new ControlFold();
  for (const [offset, record] of records.entries()) folded.apply(record, offset);
  return folded;
};

test('of two changes that rely on the same version the first wins and the second is void', () => {
  const expects: ExpectedVersion[] = [{ entityKind: 'zone', entityId: 'z1', version: null }];
  const folded = fold(change('a', 1, { zone: zone(0.1) }, expects), change('b', 2, { zone: zone(0.2) }, expects));
  expect(folded.answer('a')).toMatchObject({ accepted: true, offset: 0 });
  expect(folded.answer('b')).toMatchObject({ accepted: false, conflicts: expects });
  expect(folded.entity('zone', 'z1')).toEqual({ version: 0, value: zone(0.1) });
});

test('a commandId seen again changes nothing and keeps its answer', () => {
  const folded = fold(change('a', 1, { zone: zone(0.1) }), change('a', 1, { zone: zone(0.9) }));
  expect(folded.answer('a')?.offset).toBe(0);
  expect(folded.entity('zone', 'z1')?.value).toEqual(zone(0.1));
});

test('a change set takes effect at its last record and is void as a whole', () => {
  const set = (id: string, version: number | null): ControlRecord[] => [
    { ...change(id, 1, { store }), changeSetSize: 2 },
    {
      ...change(id, 1, { camera }, [{ entityKind: 'store', entityId: 's9', version }]),
      changeSetIndex: 1,
      changeSetSize: 2,
    },
  ];
  expect(fold(...set('a', null).slice(0, 1)).stores()).toEqual([]);
  expect(fold(...set('a', null)).cameras()).toEqual([camera]);
  expect(fold(...set('a', 7)).stores()).toEqual([]);
});

test('what is created with its camera holds from the first record, a later change from its own time, never before an earlier one', () => {
  const folded = fold(
    change('a', 1000, { store }),
    change('b', 1000, { camera }),
    change('c', 5000, { zone: zone(0.1) }),
    change('d', 3000, { zone: zone(0.2) }),
  );
  expect(folded.configurationAt('c1', 0)).toMatchObject({ offset: 1, camera, store, zones: [] });
  expect(folded.configurationAt('c1', 4999)?.zones).toEqual([]);
  expect(folded.configurationAt('c1', 5000)?.zones).toEqual([zone(0.2)]);
  expect(folded.configurationAsOf('c1', 2)?.zones).toEqual([zone(0.1)]);
  expect(folded.configurationAt('unknown', 5000)).toBeUndefined();
});
