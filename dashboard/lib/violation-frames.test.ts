import { expect, test } from 'vitest';
import { frame, whole } from '../testing/violation.ts';
import { namedFrames, pictureOf } from './violation-frames.ts';

const violation = whole();
const [first, peak, last] = namedFrames(violation) as [NamedOne, NamedOne, NamedOne];
type NamedOne = ReturnType<typeof namedFrames>[number];

test('frames stand where their time lies between the first and the last', () => {
  expect(namedFrames(violation).map(({ role, percent, fromStartMs }) => [role, percent, fromStartMs])).toEqual([
    ['FIRST', 0, 0],
    ['STILL', 10, 240],
    ['LAST', 100, 2400],
  ]);
});

test('a violation of one frame has its peak in the middle, not nowhere', () => {
  const only = frame(1, '2026-11-21T10:00:00Z');
  const lineage = { ...violation.lineage, first: only, peak: only, last: only };
  expect(namedFrames({ ...violation, lineage }).map(({ percent }) => percent)).toEqual([0, 50, 100]);
});

test('each frame has its own picture, or the reason why there is none', () => {
  const url = (role: NamedOne) => pictureOf(violation, violation.evidence, role)?.url;
  expect([url(first), url(peak), url(last)]).toEqual([
    '/api/evidence/first',
    '/api/evidence/peak',
    '/api/evidence/last',
  ]);
  expect(pictureOf(violation, [], first)).toBeNull(); // may still come
  const open = { ...violation, state: 'OPEN' as const };
  expect(pictureOf(open, [], last)?.missing).toBe('Its picture is kept when the violation closes.');
  const repeated = { ...first, frame: { ...first.frame, frame: null } };
  expect(pictureOf(violation, [], repeated)?.missing).toBe('This frame repeats the picture before it.');
});

// The last frame of an open violation moves on: a picture of an earlier one is not shown as its.
test('a picture of another frame is not shown in its place', () => {
  const later = { ...last, frame: frame(20, '2026-11-21T10:00:09Z') };
  expect(pictureOf(violation, violation.evidence, later)).toBeNull();
});
