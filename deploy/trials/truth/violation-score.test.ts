import { expect, test } from 'vitest';
import { quantile, scoreViolations } from './violation-score.ts';

const at = (cameraId: string, startMs: number, endMs: number) => ({ cameraId, startMs, endMs });

test('a violation cut in two is one found and one invented, a merged pair one found and one missed', () => {
  expect(scoreViolations([at('a', 0, 1000)], [at('a', 0, 400), at('a', 600, 1000)])).toMatchObject({
    truePositives: 1,
    precision: 0.5,
    recall: 1,
  });
  expect(scoreViolations([at('a', 0, 400), at('a', 600, 1000)], [at('a', 0, 1000)])).toMatchObject({
    truePositives: 1,
    precision: 1,
    recall: 0.5,
  });
});

test('another camera never matches, and the errors of start and end are measured on what matched', () => {
  const score = scoreViolations([at('a', 1000, 2000), at('b', 1000, 2000)], [at('a', 1100, 1950), at('c', 1000, 2000)]);
  expect(score).toMatchObject({
    startErrorsMs: [100],
    endErrorsMs: [50],
    missed: [at('b', 1000, 2000)],
    invented: [at('c', 1000, 2000)],
  });
});

test('quantiles are by nearest rank', () => {
  expect([0, 0.5, 0.95, 1].map(q => quantile([1, 2, 3, 4], q))).toEqual([1, 2, 4, 4]);
  expect(quantile([], 0.5)).toBeNaN();
});
