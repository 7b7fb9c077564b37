import { expect, test } from 'vitest';
import { cropOf, cropToSource } from './crop.ts';
import type { PointPx } from './fit.ts';
import { readCard } from './load-model.ts';

const cardOf = (name: string) => readCard(new URL(`../cards/${name}.json`, import.meta.url).pathname);
const [hands, faces, pose] = await Promise.all(['hand-landmarks', 'face-embedding', 'pose'].map(cardOf));
const source = { widthPx: 1280, heightPx: 720 };
const palm = { x1Px: 500, y1Px: 300, x2Px: 600, y2Px: 400 };

const close = (point: PointPx | undefined, xPx: number, yPx: number): void => {
  expect(point?.xPx).toBeCloseTo(xPx, 6);
  expect(point?.yPx).toBeCloseTo(yPx, 6);
};

test.each([
  ['up', [550, 390], [550, 310], [550, 300], 0],
  ['to the right', [510, 350], [590, 350], [600, 350], Math.PI / 2],
  ['down', [550, 310], [550, 390], [550, 400], Math.PI],
])(
  'a hand that points %s stands upright in its crop, half a palm beyond the palm',
  (_, [wx = 0, wy = 0], [mx = 0, my = 0], [cx = 0, cy = 0], turn) => {
    if (hands === undefined) throw new Error('the card ships');
    const points = [
      { name: 'wrist', xPx: wx, yPx: wy },
      { name: 'middle_mcp', xPx: mx, yPx: my },
    ];
    const crop = cropOf(hands, { ...palm, points }, source);
    if (crop === undefined) throw new Error('the palm has its points');
    expect(Math.cos(crop.angle - turn)).toBeCloseTo(1, 9);
    close(cropToSource({ xPx: 112, yPx: 112 }, crop), cx, cy);
    const top = cropToSource({ xPx: 112, yPx: 0 }, crop);
    expect(Math.hypot(top.xPx - cx, top.yPx - cy)).toBeCloseTo(130, 6); // half of 2.6 palms
  },
);

test('two points of a face lie at their places in its crop', () => {
  if (faces === undefined) throw new Error('the card ships');
  const points = [
    { name: 'right_eye', xPx: 540, yPx: 340 },
    { name: 'left_eye', xPx: 600, yPx: 300 },
  ];
  const crop = cropOf(faces, { ...palm, points }, source);
  if (crop === undefined) throw new Error('the face has its points');
  close(cropToSource({ xPx: 47.7, yPx: 47.1 }, crop), 540, 340);
  close(cropToSource({ xPx: 100.3, yPx: 47.1 }, crop), 600, 300);
});

test('a person fills an upright crop with a margin; a box without the points that a crop needs has none', () => {
  if (pose === undefined || hands === undefined) throw new Error('the cards ship');
  const crop = cropOf(pose, { x1Px: 100, y1Px: 100, x2Px: 200, y2Px: 400 }, source);
  if (crop === undefined) throw new Error('it needs no points');
  close(cropToSource({ xPx: 96, yPx: 0 }, crop), 150, 250 - 1.25 * 150);
  expect(cropOf(hands, palm, source)).toBeUndefined();
  expect(cropOf(pose, { x1Px: 5, y1Px: 5, x2Px: 5, y2Px: 5 }, source)).toBeUndefined();
});
