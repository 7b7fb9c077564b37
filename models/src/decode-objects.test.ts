import { expect, test } from 'vitest';
import { decodeObjects, type ModelObject, type View } from './decode-objects.ts';
import { ModelNumbersInvalidError } from './errors.ts';
import type { ModelOutputs } from './layouts/tensors.ts';
import { readCard } from './load-model.ts';
import { fitFor } from './pack-input.ts';

const cardOf = (name: string) => readCard(new URL(`../cards/${name}.json`, import.meta.url).pathname);
const [hands, pose, faces] = [await cardOf('hand-landmarks'), await cardOf('pose'), await cardOf('face-embedding')];
const source = { widthPx: 384, heightPx: 192 };
const of: ModelObject = {
  ...{ x1Px: 100, y1Px: 20, x2Px: 140, y2Px: 60, className: 'palm', classIndex: 0, confidence: 0.6, points: [] },
};
const outputs = (values: Readonly<Record<string, readonly [dims: readonly number[], numbers: readonly number[]]>>) =>
  new Map(Object.entries(values).map(([name, [dims, numbers]]) => [name, { dims, data: Float32Array.from(numbers) }]));

/** All joints in the middle of the input, but the first one in the left upper corner; `scores` of each. */
const joints = (scores: readonly number[]): ModelOutputs =>
  outputs({ points: [[1, 17, 3], scores.flatMap((score, at) => (at === 0 ? [0.25, 0, score] : [0.5, 0.5, score]))] });

test('joints come in px of the whole picture, with the box around those that are visible', () => {
  const view: View = { kind: 'picture', fit: fitFor(pose, source) }; // bars of 48 px above and below
  const [one, ...others] = decodeObjects(joints([0.9, ...Array(15).fill(0.5), 0.1]), 0, pose, view);
  expect(others).toEqual([]);
  expect(one?.points).toHaveLength(16);
  expect(one?.points[0]).toMatchObject({ name: 'nose', xPx: 0, yPx: 0 });
  expect(one).toMatchObject({ className: 'pose', x1Px: 0, y1Px: 0, x2Px: 192, y2Px: 96 });
  expect(one?.confidence).toBeCloseTo((0.9 + 15 * 0.5 + 0.1) / 17);
});

test('joints that are nearly all doubtful are no person', () => {
  const view: View = { kind: 'picture', fit: fitFor(pose, source) };
  expect(decodeObjects(joints([0.9, ...Array(16).fill(0.2)]), 0, pose, view)).toEqual([]);
});

const crop = {
  source,
  input: { widthPx: 224, heightPx: 224 },
  centre: { xPx: 120, yPx: 40 },
  scale: 0.5,
  angle: Math.PI / 2,
};
const hand = (presence: number, first = 112): ModelOutputs =>
  outputs({
    points: [
      [1, 21, 3],
      [first, 32, 0, ...Array(20).fill([112, 192, 0]).flat()],
    ],
    presence: [[1, 1], [presence]],
    handedness: [[1, 1], [0.5]],
  });

test('presence decides whether there is a hand; its points are turned back into the picture', () => {
  const view: View = { kind: 'crop', crop, of };
  const [one] = decodeObjects(hand(0.9), 0, hands, view);
  expect(one?.points).toHaveLength(21);
  expect([one?.points[0]?.xPx, one?.points[0]?.yPx]).toEqual([expect.closeTo(160), expect.closeTo(40)]);
  expect(one).toMatchObject({ className: 'hand', confidence: expect.closeTo(0.9), x1Px: expect.closeTo(80) });
  expect(decodeObjects(hand(0.69), 0, hands, view)).toEqual([]);
  expect(() => decodeObjects(hand(0.9, Number.NaN), 0, hands, view)).toThrow(ModelNumbersInvalidError);
});

test('a vector belongs to the box that it was made of, and has the length 1', () => {
  const numbers = Array.from({ length: 128 }, (_, at) => (at === 0 ? 3 : at === 1 ? 4 : 0));
  const view: View = { kind: 'crop', crop, of };
  const [one] = decodeObjects(outputs({ embedding: [[1, 128], numbers] }), 0, faces, view);
  expect(one).toMatchObject({ className: 'palm', confidence: 0.6, x1Px: 100 });
  expect(one?.vector?.slice(0, 3)).toEqual([expect.closeTo(0.6), expect.closeTo(0.8), 0]);
  expect(() => decodeObjects(outputs({ embedding: [[1, 128], Array(128).fill(0)] }), 0, faces, view)).toThrow(
    ModelNumbersInvalidError,
  );
});
