import type { Violation } from '@sightline/schemas';
import { expect, test } from 'vitest';
import {
  expectedViolations,
  judge,
  type ScriptedCamera,
  scriptedDetection,
  scriptedLength,
} from './scripted-detections.ts';

const camera: ScriptedCamera = {
  cameraId: 'c',
  startMs: 1_000_000,
  fps: 10,
  durationMs: 6_000,
  periodMs: 3_000,
  breachMs: 1_000,
};
// the fields of a violation that the judge compares
const record = (violationId: string, revision: number, startedAtMs: number, endedAtMs: number | null) =>
  ({
    violationId,
    revision,
    cameraId: 'c',
    startedAtMs,
    endedAtMs,
    state: endedAtMs === null ? 'opened' : 'closed',
  }) as Violation;
const complete = [
  record('a', 1, 1_001_500, null),
  record('a', 2, 1_001_500, 1_002_400),
  record('b', 1, 1_004_500, null),
  record('b', 2, 1_004_500, 1_005_400),
];

test('a script has a breach in the middle of every period and ends once', () => {
  expect(expectedViolations(camera)).toEqual([
    { cameraId: 'c', startedAtMs: 1_001_500, endedAtMs: 1_002_400 },
    { cameraId: 'c', startedAtMs: 1_004_500, endedAtMs: 1_005_400 },
  ]);
  const outcomes = Array.from(
    { length: scriptedLength(camera) },
    (_, sequence) => scriptedDetection(camera, sequence).outcome,
  );
  expect(outcomes.filter(outcome => outcome === 'ended')).toHaveLength(1);
  expect(outcomes.at(-1)).toBe('ended');
});

test('a breach that the end cuts short of the minimum duration is not expected', () => {
  expect(expectedViolations({ ...camera, durationMs: 4_900 })).toHaveLength(1);
  expect(expectedViolations({ ...camera, durationMs: 5_100 })).toHaveLength(2);
});

test('the judge calls a complete log clean', () => {
  expect(judge(complete, expectedViolations(camera))).toEqual({
    expected: 2,
    found: 2,
    lost: [],
    duplicate: 0,
    torn: 0,
    invented: 0,
  });
});

test.each([
  ['a lost violation', complete.slice(0, 2), { lost: ['c 1004500'] }],
  ['a revision twice', [...complete, complete[0] as Violation], { duplicate: 1 }],
  ['a second id for one breach', [...complete, record('c', 1, 1_001_500, 1_002_400)], { duplicate: 1 }],
  ['a violation that never closed', complete.slice(0, 3), { torn: 1 }],
  [
    'a missing revision',
    [...complete.slice(0, 2), record('b', 1, 1_004_500, null), record('b', 3, 1_004_500, 1_005_400)],
    { torn: 1 },
  ],
  ['a violation nobody committed', [...complete, record('d', 1, 1_000_000, 1_000_900)], { invented: 1 }],
])('the judge sees %s', (_, records, verdict) => {
  expect(judge(records, expectedViolations(camera))).toMatchObject(verdict);
});
