import { type Change, ControlFold, encodeChange, kinds } from '@sightline/schemas/control';
import { days, hours, minutes } from '@sightline/schemas/duration';
import { expect, test } from 'vitest';
import { inForce } from './in-force.ts';

const rightMs = days(100);
const store = kinds.store.make({ storeId: 's1', name: 'Mitte', timeZone: 'UTC' });
const camera = kinds.camera.make({ cameraId: 'c1', storeId: 's1', name: 'Door', source: 'live', url: 'rtsp://a/1' });

/** A camera that was set up a day ago, with these changes after that. */
function foldOf(...changes: readonly (readonly [change: Change, atMs: number])[]): ControlFold {
  const fold = new ControlFold();
  const all: typeof changes = [
    [{ kind: 'store', id: 's1', value: store }, rightMs - days(1)],
    [{ kind: 'camera', id: 'c1', value: camera }, rightMs - days(1)],
    ...changes,
  ];
  for (const [offset, [{ kind, id, ...change }, atMs]] of all.entries()) {
    const value = encodeChange({ kind, id, ...change } as Change);
    const record = { commandId: `${offset}`, actor: 'test', atMs, effectiveAtMs: atMs, entityKind: kind, entityId: id };
    fold.apply({ ...record, changeSetIndex: 0, changeSetSize: 1, expects: [], value }, { offset, timestampMs: atMs });
  }
  return fold;
}

const stopped: Change = { kind: 'camera', id: 'c1', value: { ...camera, active: false } };
const removed: Change = { kind: 'camera', id: 'c1', value: null };

test.each([hours(2), hours(20), hours(72)])(
  'a camera that was stopped or removed while the clock was %d ms ahead stays so when the clock is right',
  aheadMs => {
    const at = (change: Change) => inForce(foldOf([change, rightMs + aheadMs]), 'c1', rightMs + minutes(1));
    expect(at(stopped)).toMatchObject({ configuration: { camera: { active: false } }, willChange: false });
    expect(at(removed).configuration?.camera).toBeUndefined();
  },
);

test('a change holds from its own time, a few seconds ahead', () => {
  const fold = foldOf([stopped, rightMs + 2_000]);
  expect(inForce(fold, 'c1', rightMs)).toMatchObject({ configuration: { camera: { active: true } }, willChange: true });
  expect(inForce(fold, 'c1', rightMs + 2_000)).toMatchObject({
    configuration: { camera: { active: false } },
    willChange: false,
  });
});

test('an unknown camera has no configuration', () => {
  expect(inForce(foldOf(), 'c9', rightMs)).toEqual({ configuration: undefined, willChange: false });
});
