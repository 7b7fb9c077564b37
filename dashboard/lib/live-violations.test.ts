import { expect, test } from 'vitest';
import type { ViolationRow } from '#generated/documents.ts';
import { arrived, countsSince, newer, refreshed } from './live-violations.ts';

function violation(violationId: string, second: number, change: Partial<ViolationRow> = {}): ViolationRow {
  const startedAt = `2026-11-21T10:00:${String(second).padStart(2, '0')}.000Z`;
  return {
    violationId,
    violationType: 'hand_no_scooper',
    state: 'OPEN',
    revision: 1,
    riskLevel: 'HIGH',
    cameraId: 'cam-1',
    camera: { name: 'Counter' },
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

test('a violation the page counted already is not counted twice', () => {
  const recent = [violation('b', 20), violation('a', 10)];
  const latest = stream(
    violation('b', 20, { revision: 2 }),
    violation('c', 30),
    violation('d', 31, { cameraId: 'cam-2' }),
  );
  expect(Object.fromEntries(countsSince(recent, latest))).toEqual({ 'cam-1': 1, 'cam-2': 1 });
});
