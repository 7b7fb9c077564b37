import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ViolationRow } from '#generated/documents.ts';
import { earliest, isUpTo, type Place } from './event-place.ts';
import {
  arrived,
  type Heard,
  heard,
  latestSince,
  newer,
  nextNewer,
  openChange,
  openedSince,
  refreshed,
} from './live-violations.ts';

function violation(violationId: string, second: number, change: Partial<ViolationRow> = {}): ViolationRow {
  const startedAt = `2026-11-21T10:00:${String(second).padStart(2, '0')}.000Z`;
  return {
    violationId,
    violationType: 'hand_no_scooper',
    state: 'OPEN',
    revision: 1,
    riskLevel: 'HIGH',
    cameraId: 'cam-1',
    camera: { name: 'Counter', removed: false },
    storeId: 'store-1',
    store: { name: 'Mitte', timeZone: 'Europe/Berlin' },
    startedAt,
    lastSeenAt: startedAt,
    durationMs: 0,
    widthPx: 640,
    heightPx: 360,
    boxes: [],
    subjectBox: 0,
    still: null,
    ...change,
  };
}

const stream = (...all: readonly ViolationRow[]) => new Map(all.map(one => [one.violationId, one]));

test('a list shows each violation as the stream last knew it and never goes back', () => {
  const loaded = [violation('b', 20, { revision: 2 }), violation('a', 10)];
  const latest = stream(violation('a', 10, { revision: 3, state: 'CLOSED' }), violation('b', 20));
  expect(refreshed(loaded, latest).map(one => [one.violationId, one.revision])).toEqual([
    ['b', 2],
    ['a', 3],
  ]);
});

test('a still that is known is not lost to an event from before it was taken', () => {
  const known = violation('a', 10, { still: { url: '/api/evidence/1', missing: null } });
  expect(newer(known, violation('a', 10, { revision: 2 })).still?.url).toBe('/api/evidence/1');
});

test('what arrived is what the list lacks, newest first; what is older than the list stays on its page', () => {
  const loaded = [violation('b', 20), violation('a', 10)];
  const latest = stream(violation('c', 30), violation('b', 20), violation('old', 5), violation('d', 40));
  expect(arrived(loaded, latest).map(one => one.violationId)).toEqual(['d', 'c']);
});

test('an empty list takes all that arrives', () => {
  expect(arrived([], stream(violation('a', 1))).length).toBe(1);
});

const cursorAt = (...offsets: number[]): string => Buffer.from(`2:topic:${offsets.join(',')}`).toString('base64url');

// Violations of two cameras open and close in any order, each camera in a partition of its own. A page counts up to any
// place and the stream is heard from any earlier one: together they are the truth.
test('what a page counted and what came after it are all that happened, each once', () => {
  const step = fc.record({ camera: fc.constantFrom(0, 1), opens: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), fc.nat(), (steps, at, before) => {
      const history: { row: ViolationRow; place: Place; opens: boolean }[] = [];
      const ends = [0, 0];
      const open: [ViolationRow[], ViolationRow[]] = [[], []];
      for (const [index, { camera, opens }] of steps.entries()) {
        const standing = open[camera]?.at(-1);
        const row =
          opens || !standing
            ? violation(`v${index}`, index, { cameraId: `cam-${camera}` })
            : { ...standing, revision: 2, state: 'CLOSED' as const };
        if (row.revision === 1) open[camera]?.push(row);
        else open[camera]?.pop();
        history.push({ row, place: { partition: camera, offset: (ends[camera] ?? 0) * 2 }, opens: row.revision === 1 });
        ends[camera] = (ends[camera] ?? 0) + 1;
      }
      const counted = history.slice(0, at % (history.length + 1));
      const cursor = cursorAt(
        ...[0, 1].map(
          partition => (counted.findLast(({ place }) => place.partition === partition)?.place.offset ?? -1) + 1,
        ),
      );
      const all = new Map<string, Heard>();
      for (const { row, place } of history.slice(before % (counted.length + 1)))
        all.set(row.violationId, heard(all.get(row.violationId), row, place));
      for (const camera of [0, 1]) {
        const own = counted.filter(({ place }) => place.partition === camera);
        const openThen = own.reduce((sum, { opens }) => sum + (opens ? 1 : -1), 0);
        const id = `cam-${camera}`;
        expect(openThen + (openChange(all, cursor).get(id) ?? 0)).toBe(open[camera]?.length);
        const openedThen = own.filter(({ opens }) => opens).length;
        const openedInAll = history.filter(({ place, opens }) => place.partition === camera && opens).length;
        expect(openedThen + (openedSince(all, cursor, '2026-01-01T00:00:00Z').get(id) ?? 0)).toBe(openedInAll);
      }
    }),
  );
});

test('of the stream a page takes only what came after it', () => {
  const all = new Map([
    ['a', heard(undefined, violation('a', 1), { partition: 0, offset: 3 })],
    ['b', heard(undefined, violation('b', 2), { partition: 0, offset: 5 })],
  ]);
  expect([...latestSince(all, cursorAt(4)).keys()]).toEqual(['b']);
});

test('of several cursors the earliest is the one that the others go up to', () => {
  expect(earliest([cursorAt(4, 9), cursorAt(4, 7), cursorAt(5, 9)])).toBe(cursorAt(4, 7));
  expect(isUpTo(cursorAt(4, 7), cursorAt(4, 6))).toBe(false);
});

test('the one right above is the oldest of the newer ones that the filter lists', () => {
  const heardOf = stream(
    violation('a', 1),
    violation('b', 3, { cameraId: 'cam-2' }),
    violation('c', 4),
    violation('d', 5),
  );
  expect(nextNewer(heardOf, {}, violation('of', 2))?.violationId).toBe('b');
  expect(nextNewer(heardOf, { cameraId: 'cam-1' }, violation('of', 2))?.violationId).toBe('c');
  expect(nextNewer(heardOf, {}, violation('of', 9))).toBeUndefined();
});

test('a cursor of a topic that was created again covers nothing of the earlier topic, and is not covered by it', () => {
  const of = (topicId: string, offset: number): string => Buffer.from(`2:${topicId}:${offset}`).toString('base64url');
  expect([isUpTo(of('a', 1), of('a', 2)), isUpTo(of('a', 1), of('b', 2)), isUpTo(of('b', 2), of('a', 1))]).toEqual([
    true,
    false,
    false,
  ]);
});
