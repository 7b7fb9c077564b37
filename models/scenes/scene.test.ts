import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createScatter } from './scatter.ts';
import { createScene, type Truth } from './scene.ts';
import type { Box, TruthBox } from './truth.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('the same seed gives the same pixels, today and in a year', async () => {
  const scene = createScene({ seed: 7, durationMs: 20_000 });
  const prints = [0, 90, 200].map(i => `${i} ${sha256(scene.frame(i).rgb)}`);
  const again = createScene({ seed: 7, durationMs: 20_000 });
  expect([200, 90, 0].map(i => `${i} ${sha256(again.frame(i).rgb)}`).reverse()).toEqual(prints);
  await expect(`${prints.join('\n')}\n`).toMatchFileSnapshot('../goldens/scene-7.sha256.txt');
});

test('another seed gives another scene', () => {
  const [one, other] = [1, 2].map(seed => sha256(createScene({ seed, durationMs: 1000 }).frame(0).rgb));
  expect(one).not.toBe(other);
});

test('every action that breaks the rule breaks it once, for at least 1.2 s and 2.5 s apart; no other action does', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const truth = createScene({ seed, durationMs: 90_000 }).truth();
    const breaking = truth.actions.filter(({ name }) =>
      ['bare-hand', 'scooper-left', 'scooper-other-hand'].includes(name),
    );
    expect(truth.violations.length, `seed ${seed}`).toBe(breaking.length);
    truth.violations.forEach((violation, i) => {
      expect(violation.endMs - violation.startMs).toBeGreaterThanOrEqual(1200);
      expect(violation.startMs).toBeGreaterThanOrEqual(breaking[i]?.startMs ?? Number.NaN);
      expect(violation.endMs).toBeLessThanOrEqual(breaking[i]?.endMs ?? Number.NaN);
      const before = truth.violations[i - 1];
      if (before) expect(violation.startMs - before.endMs).toBeGreaterThanOrEqual(2500);
    });
  }
});

test("the truth equals the count of pixels in the frames' boxes", () => {
  for (const seed of [3, 8]) {
    const scene = createScene({ seed, durationMs: 10_000, fps: 10, actions: ['bare-hand'] });
    const truth = scene.truth();
    const broken: number[] = [];
    for (let i = 0; i < scene.frameCount; i++) {
      const { boxes, timeMs } = scene.frame(i);
      if (boxes.some(hand => hand.className === 'hand' && isBroken(hand, boxes, truth))) broken.push(timeMs);
    }
    const [violation] = truth.violations;
    expect(truth.violations).toHaveLength(1);
    expect(Math.abs((broken[0] ?? 0) - (violation?.startMs ?? 0))).toBeLessThanOrEqual(100);
    expect(Math.abs((broken.at(-1) ?? 0) - (violation?.endMs ?? 0))).toBeLessThanOrEqual(100);
  }
});

test('a hand that takes food from a bin and puts it on the pizza also breaks the rule that needs both', () => {
  const truth = createScene({ seed: 5, durationMs: 20_000, actions: ['bare-hand', 'pass-over'] }).truth();
  expect(truth.actions.map(action => action.name)).toEqual(['bare-hand', 'pass-over']);
  expect(truth.bareHandFromBin).toHaveLength(1);
  expect(truth.bareHandFromBin[0]?.actor).toBe(truth.violations[0]?.actor);
});

test('hands that break the rule can be seen, and boxes lie in the picture', () => {
  const scene = createScene({
    seed: 11,
    durationMs: 30_000,
    actions: ['bare-hand', 'scooper-left', 'scooper-other-hand'],
  });
  const truth = scene.truth();
  expect(truth.violations).toHaveLength(3);
  for (const { startMs, endMs, actor } of truth.violations) {
    for (let i = Math.ceil((startMs / 1000) * scene.fps); i <= (endMs / 1000) * scene.fps; i += 4) {
      const { boxes } = scene.frame(i);
      expect(boxes.some(box => box.actor === actor && box.visibleFraction > 0.6)).toBe(true);
      for (const box of boxes) {
        expect(Math.min(box.x1Px, box.y1Px)).toBeGreaterThanOrEqual(0);
        expect(box.x2Px).toBeLessThanOrEqual(640);
        expect(box.y2Px).toBeLessThanOrEqual(360);
      }
    }
  }
});

test('a scatter has things of all classes, and no hidden thing has a box', () => {
  const boxes = [4, 5, 6].flatMap(seed => createScatter({ seed, frames: 4 }).frame(2).boxes);
  expect(new Set(boxes.map(box => box.className))).toEqual(new Set(['hand', 'pizza', 'scooper']));
  expect(boxes.every(box => box.visibleFraction >= 0.35)).toBe(true);
});

/** The rule computed by counting points on a grid: slow, but simple. */
function isBroken(hand: TruthBox, boxes: readonly TruthBox[], truth: Truth): boolean {
  const zone = truth.zone.map(({ x, y }) => ({ x: x * truth.widthPx, y: y * truth.heightPx }));
  const inZone = share(hand, (x, y) => inside(zone, x, y));
  const over = (className: string): number =>
    Math.max(0, ...boxes.filter(box => box.className === className).map(box => shareOfSmaller(hand, box)));
  return inZone >= 0.1 && over('pizza') >= 0.1 && over('scooper') < 0.1;
}

function shareOfSmaller(a: Box, b: Box): number {
  const [small, large] = size(a) < size(b) ? [a, b] : [b, a];
  return share(small, (x, y) => x >= large.x1Px && x < large.x2Px && y >= large.y1Px && y < large.y2Px);
}

function size(box: Box): number {
  return (box.x2Px - box.x1Px) * (box.y2Px - box.y1Px);
}

function share(box: Box, test: (x: number, y: number) => boolean): number {
  let hits = 0;
  const steps = 30;
  for (let i = 0; i < steps; i++) {
    for (let j = 0; j < steps; j++) {
      const x = box.x1Px + ((i + 0.5) / steps) * (box.x2Px - box.x1Px);
      if (test(x, box.y1Px + ((j + 0.5) / steps) * (box.y2Px - box.y1Px))) hits++;
    }
  }
  return hits / steps ** 2;
}

function inside(polygon: readonly { x: number; y: number }[], x: number, y: number): boolean {
  let odd = false;
  polygon.forEach((a, i) => {
    const b = polygon[(i + 1) % polygon.length] ?? a;
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) odd = !odd;
  });
  return odd;
}
