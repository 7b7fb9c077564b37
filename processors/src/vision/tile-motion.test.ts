import { expect, test } from 'vitest';
import { type Grey, greySizeOf, isMoved } from './tile-motion.ts';

const picture = { widthPx: 640, heightPx: 360 };
const size = greySizeOf(picture);
const grey = (change: (cells: Uint8Array) => void = () => {}): Grey => {
  const cells = new Uint8Array(size.widthPx * size.heightPx).fill(90);
  change(cells);
  return { ...size, cells };
};
const whole = { x1Px: 0, y1Px: 0, x2Px: 640, y2Px: 360 };
const spot = (xPx: number, yPx: number, by: number) => (cells: Uint8Array) => {
  for (const [dx, dy] of [
    [0, 0],
    [0, 1],
    [0, 2],
  ] as const) {
    // biome-ignore format: one line
    const at = (Math.floor(yPx / 4) + dy) * size.widthPx + Math.floor(xPx / 4) + dx;
    cells[at] = (cells[at] ?? 0) + by;
  }
};

test('a person of 4 x 12 px that comes moves its tile, and no other', () => {
  const [before, now] = [grey(), grey(spot(500, 100, 40))];
  const left = { ...whole, x2Px: 355.6 };
  const right = { ...whole, x1Px: 284.4 };
  expect([isMoved(left, picture, now, before), isMoved(right, picture, now, before)]).toEqual([false, true]);
  expect(isMoved(whole, picture, before, now)).toBe(true);
});

test('a change in what two tiles share moves both', () => {
  const [before, now] = [grey(), grey(spot(320, 100, -40))];
  expect(isMoved({ ...whole, x2Px: 355.6 }, picture, now, before)).toBe(true);
  expect(isMoved({ ...whole, x1Px: 284.4 }, picture, now, before)).toBe(true);
});

test('noise of a sensor moves nothing', () => {
  let state = 7;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const noisy = (): Grey =>
    grey(cells => {
      for (let at = 0; at < cells.length; at++) {
        // The mean of 16 px with noise of a deviation of 6.
        const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
        cells[at] = Math.round(90 + normal * 1.5);
      }
    });
  const pairs = Array.from({ length: 50 }, () => isMoved(whole, picture, noisy(), noisy()));
  expect(pairs.filter(moved => moved)).toEqual([]);
});

test('the grey picture has the shape of the picture, and is never larger', () => {
  expect(size).toEqual({ widthPx: 160, heightPx: 90 });
  expect(greySizeOf({ widthPx: 1_080, heightPx: 1_920 })).toEqual({ widthPx: 160, heightPx: 284 });
  expect(greySizeOf({ widthPx: 90, heightPx: 60 })).toEqual({ widthPx: 90, heightPx: 60 });
});
