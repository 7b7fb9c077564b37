import { expect, test } from 'vitest';
import { changed, isChanged, openEdit, undone, type ZoneDraft } from './zone-edit.ts';
import { moveCorner, startPolygon } from './zone-polygon.ts';

const zone: ZoneDraft = { zoneId: 'z1', version: 3, name: 'Bins', polygon: startPolygon };
const moved = (x: number): ZoneDraft => ({ ...zone, polygon: moveCorner(startPolygon, 0, { x, y: 0.3 }) });

test('a drag is undone as one step, the next gesture as another, and the start stays', () => {
  let edit = openEdit(zone);
  for (const x of [0.2, 0.15, 0.1]) edit = changed(edit, moved(x), 'drag-1');
  edit = changed(edit, moved(0.05), 'drag-2');
  expect(undone(edit).draft).toEqual(moved(0.1));
  expect(undone(undone(edit)).draft).toEqual(zone);
  expect(undone(undone(undone(edit))).draft).toEqual(zone);
});

test('after an undo the same gesture is a step of its own', () => {
  const back = undone(changed(openEdit(zone), moved(0.1), 'drag-1'));
  expect(undone(changed(back, moved(0.2), 'drag-1')).draft).toEqual(zone);
});

test('leaving loses something only while the zone differs from how it was opened', () => {
  const edit = changed(openEdit(zone), moved(0.1), 'drag-1');
  expect([isChanged(openEdit(zone)), isChanged(edit), isChanged(undone(edit))]).toEqual([false, true, false]);
  expect(isChanged(changed(openEdit(zone), { ...zone, name: 'Bin' }, 'name'))).toBe(true);
});

test('an undo never goes back to a version that the gateway no longer has', () => {
  const kept = changed(changed(openEdit(zone), moved(0.1), 'drag-1'), { ...moved(0.1), version: 7 }, 'keep mine');
  expect(undone(undone(kept)).draft.version).toBe(7);
});
