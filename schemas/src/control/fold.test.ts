import { expect, test } from 'vitest';
import { days, hours } from '../duration.ts';
import type { ExpectedVersion } from '../generated/records.ts';
import type { Change } from './change.ts';
import { ControlFold } from './fold.ts';
import { cameraOf, command, foldOf, ruleOf, set, storeOf, zoneOf } from './test-records.ts';

const noZone: readonly ExpectedVersion[] = [{ entityKind: 'zone', entityId: 'z1', version: null }];

test('two changes rely on the same version: the first wins, the second is void', () => {
  const folded = foldOf([
    ...command('a', [set.zone(zoneOf('z1', 0.1))], { expects: noZone }),
    ...command('b', [set.zone(zoneOf('z1', 0.2))], { expects: noZone }),
  ]);
  expect(folded.answer('a')).toMatchObject({ accepted: true, offset: 0 });
  expect(folded.answer('b')).toMatchObject({ accepted: false, conflicts: noZone });
  expect(folded.entity('zone', 'z1')).toEqual({ version: 0, value: zoneOf('z1', 0.1) });
});

test('a commandId seen again changes nothing and keeps its answer', () => {
  const folded = foldOf([
    ...command('a', [set.zone(zoneOf('z1', 0.1))]),
    ...command('a', [set.zone(zoneOf('z1', 0.9))]),
  ]);
  expect(folded.answer('a')?.offset).toBe(0);
  expect(folded.entity('zone', 'z1')?.value).toEqual(zoneOf('z1', 0.1));
});

test('a change set takes effect at its last record and is void as a whole', () => {
  const both = [set.store(storeOf('s1')), set.camera(cameraOf('c1'))];
  const relied = (version: number | null): readonly ExpectedVersion[] => [
    { entityKind: 'store', entityId: 's9', version },
  ];
  expect(foldOf(command('a', both, { expects: relied(null) }).slice(0, 1)).all('store')).toEqual([]);
  expect(foldOf(command('a', both, { expects: relied(null) })).all('camera')).toEqual([cameraOf('c1')]);
  expect(foldOf(command('a', both, { expects: relied(7) })).all('store')).toEqual([]);
});

test('a value created with its camera holds from the first record; a later change holds from its time, never before an earlier change', () => {
  const folded = foldOf([
    ...command('a', [set.store(storeOf('s1'))], { effectiveAtMs: 1000 }),
    ...command('b', [set.camera(cameraOf('c1'))], { effectiveAtMs: 1000 }),
    ...command('c', [set.zone(zoneOf('z1', 0.1))], { effectiveAtMs: 5000 }),
    ...command('d', [set.zone(zoneOf('z1', 0.2))], { effectiveAtMs: 3000 }),
  ]);
  expect(folded.configurationAt('c1', 0)).toMatchObject({ offset: 1, camera: cameraOf('c1'), store: storeOf('s1') });
  expect(folded.configurationAt('c1', 4999)?.zones).toEqual([]);
  expect(folded.configurationAt('c1', 5000)?.zones).toEqual([zoneOf('z1', 0.2)]);
  expect(folded.configurationAsOf('c1', 2)?.zones).toEqual([zoneOf('z1', 0.1)]);
  expect(folded.configurationAt('unknown', 5000)).toBeUndefined();
});

// A writer with a wrong clock must not delay everyone's changes.
test('a change from a writer whose clock is an hour ahead takes effect seven seconds after it was written', () => {
  const hourMs = 3_600_000;
  const fold = new ControlFold();
  const write = (id: string, offset: number, effectiveAtMs: number, timestampMs: number): void => {
    for (const one of command(id, [set.zone(zoneOf('z1', offset / 10))], { effectiveAtMs }))
      fold.apply(one, { offset, timestampMs });
  };
  write('ahead', 0, 1000 + hourMs, 1000);
  expect(fold.answer('ahead')?.effectiveAtMs).toBe(8000);
  write('right', 1, 12_000, 10_000);
  expect(fold.answer('right')?.effectiveAtMs).toBe(12_000);
});

test('a change names the cameras whose configuration it changes; a store names all its cameras', () => {
  const fold = new ControlFold();
  let offset = 0;
  const touched = (...changes: Parameters<typeof command>[1]): readonly string[] => {
    const sets = command(`command ${offset}`, changes).map(one =>
      fold.apply(one, { offset: offset++, timestampMs: 0 }),
    );
    return [...(sets.at(-1) ?? [])].toSorted();
  };
  expect(touched(set.store(storeOf('s1')), set.store(storeOf('s2')))).toEqual([]);
  expect(touched(set.camera(cameraOf('c1')), set.camera(cameraOf('c2', { storeId: 's2' })))).toEqual(['c1', 'c2']);
  expect(touched(set.store(storeOf('s1', { name: 'Mitte' })))).toEqual(['c1']);
  expect(touched(set.zone(zoneOf('z1')))).toEqual(['c1']);
  expect(touched(set.zone(zoneOf('z1', 0, 'c2')))).toEqual(['c1', 'c2']);
  expect(touched(set.camera(cameraOf('c1', { storeId: 's2' })))).toEqual(['c1']);
  expect(touched(set.store(storeOf('s2', { name: 'Süd' })))).toEqual(['c1', 'c2']);
  expect(fold.camerasOfStore('s2').map(({ cameraId }) => cameraId)).toEqual(['c2', 'c1']);
  expect(fold.camerasOfStore('s1')).toEqual([]);
  expect(fold.ofCamera('zone', 'c2')).toEqual([{ version: 6, value: zoneOf('z1', 0, 'c2') }]);
});

test('a removed entity of any kind keeps its last value until it exists again', () => {
  const gone = (kind: Change['kind'], id: string): Change => ({ kind, id, value: null });
  const removed = [
    ...command('a', [set.store(storeOf('s1')), set.camera(cameraOf('c1')), set.zone(zoneOf('z1'))]),
    ...command('b', [set.camera(cameraOf('c1', { name: 'Counter' })), set.rule(ruleOf('r1'))]),
    ...command('c', [gone('camera', 'c1'), gone('rule', 'r1')]),
    ...command('d', [gone('zone', 'z1'), gone('store', 's1'), gone('store', 'never')]),
  ];
  const folded = foldOf(removed);
  expect(folded.removed('camera', 'c1')?.value).toEqual(cameraOf('c1', { name: 'Counter' }));
  expect(folded.lastKnown('store', 's1')?.value).toEqual(storeOf('s1'));
  expect(folded.allRemoved('zone')).toEqual([zoneOf('z1')]);
  expect(folded.allRemoved('rule')).toEqual([ruleOf('r1')]);
  expect(folded.lastKnown('store', 'never')).toBeUndefined();
  expect(folded.newestConfiguration('c1')).toMatchObject({ camera: undefined, zones: [] });
  const again = foldOf([...removed, ...command('e', [set.camera(cameraOf('c1', { name: 'Door' }))])]);
  expect(again.removed('camera', 'c1')).toBeUndefined();
  expect(again.lastKnown('camera', 'c1')?.value.name).toBe('Door');
});

test('a replaced configuration is deleted once its successor is older than the history, in time of the changes', () => {
  const history = (historyMs: number) =>
    foldOf(
      [0, 1, 2, 3].flatMap(step =>
        command(`c ${step}`, [set.rule(ruleOf('r1', { gapMs: step }))], { effectiveAtMs: step * 1000 }),
      ),
      { historyMs },
    );
  const gaps = (historyMs: number): readonly (number | undefined)[] =>
    [0, 1000, 2000, 3000].map(timeMs => history(historyMs).configurationAt('c1', timeMs)?.rules[0]?.gapMs);
  expect(gaps(10_000)).toEqual([0, 1, 2, 3]);
  expect(gaps(1500)).toEqual([1, 1, 2, 3]); // the oldest one kept also holds for earlier times
  expect(gaps(0)).toEqual([3, 3, 3, 3]);
});

// The log's clock may have been wrong. Once it is right, changes must not wait until it gets there again.
test('after a log clock that was over a day ahead is set right, changes take effect at their own time', () => {
  const [aheadMs, nowMs] = [days(40), days(10)];
  const fold = new ControlFold();
  const write = (id: string, offset: number, of: Change, timestampMs: number): void => {
    for (const one of command(id, [of], { effectiveAtMs: timestampMs })) fold.apply(one, { offset, timestampMs });
  };
  write('camera', 0, set.camera(cameraOf('c1')), aheadMs);
  write('wrong', 1, set.zone(zoneOf('z1', 0.1)), aheadMs);
  write('right', 2, set.zone(zoneOf('z1', 0.2)), nowMs);
  write('next', 3, set.zone(zoneOf('z1', 0.3)), nowMs - 500); // a small step back changes no order
  expect(fold.configurationAt('c1', nowMs - 1)?.zones).toEqual([]);
  expect(fold.configurationAt('c1', nowMs)?.zones).toEqual([zoneOf('z1', 0.3)]);
});

test.each([hours(2), hours(20), hours(72)])(
  'a camera that was stopped while the clock was %d ms ahead stays stopped from the next change on, also in a snapshot',
  aheadMs => {
    const rightMs = days(100);
    const fold = new ControlFold();
    const write = (id: string, offset: number, of: readonly Change[], timestampMs: number): void => {
      for (const one of command(id, of, { effectiveAtMs: timestampMs })) fold.apply(one, { offset, timestampMs });
    };
    write('camera', 0, [set.camera(cameraOf('c1'))], rightMs - days(1));
    write('other', 1, [set.camera(cameraOf('c2'))], rightMs - days(1));
    write('stop', 2, [set.camera(cameraOf('c1', { active: false }))], rightMs + aheadMs);
    expect(fold.configurationAt('c1', rightMs)?.camera?.active).toBe(true);
    write('zone', 3, [set.zone(zoneOf('z2', 0.1, 'c2'))], rightMs);
    const restored = new ControlFold();
    const snapshot = fold.snapshot();
    if (snapshot === undefined) throw new Error('the fold has records');
    restored.restore(snapshot);
    for (const one of [fold, restored]) {
      expect(one.configurationAt('c1', rightMs)).toMatchObject({ effectiveAtMs: rightMs, camera: { active: false } });
      expect(one.configurationAt('c1', rightMs - 1)?.camera?.active).toBe(true);
      expect(one.configurationAsOf('c1', 0)?.camera?.active).toBe(true);
    }
  },
);
