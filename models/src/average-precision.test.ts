import { expect, test } from 'vitest';
import { averagePrecision } from './average-precision.ts';

const at = (x: number) => ({ x1Px: x, y1Px: 0, x2Px: x + 10, y2Px: 10 });

test('all boxes found and no other gives 1; a second box on the same thing is wrong', () => {
  expect(
    averagePrecision([
      {
        truths: [at(0), at(50)],
        found: [
          { ...at(1), confidence: 0.9 },
          { ...at(50), confidence: 0.8 },
        ],
      },
    ]),
  ).toEqual({ ap: 1, truths: 2 });
  const twice = [
    { ...at(0), confidence: 0.9 },
    { ...at(1), confidence: 0.8 },
    { ...at(50), confidence: 0.7 },
  ];
  expect(averagePrecision([{ truths: [at(0), at(50)], found: twice }]).ap).toBeCloseTo(0.5 + 0.5 * (2 / 3));
});

test('missed boxes lower it, ignored ones change nothing', () => {
  const found = [{ ...at(0), confidence: 0.9 }];
  expect(averagePrecision([{ truths: [at(0), at(50)], found }]).ap).toBe(0.5);
  expect(
    averagePrecision([
      { truths: [{ ...at(0), ignored: true }, at(50)], found: [...found, { ...at(50), confidence: 0.1 }] },
    ]).ap,
  ).toBe(1);
});
