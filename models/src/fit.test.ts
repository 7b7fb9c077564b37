import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxToInput, boxToSource, letterbox } from './fit.ts';

test('a 640x360 frame lies in a 384x224 input with bars of four rows', () => {
  const fit = letterbox({ widthPx: 640, heightPx: 360 }, { widthPx: 384, heightPx: 224 });
  expect(fit).toMatchObject({
    scaleX: 0.6,
    scaleY: 0.6,
    scaled: { widthPx: 384, heightPx: 216 },
    padXPx: 0,
    padYPx: 4,
  });
});

test('a box maps from the input back to its place', () => {
  const size = fc.record({ widthPx: fc.integer({ min: 32, max: 4000 }), heightPx: fc.integer({ min: 32, max: 4000 }) });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(size, size, share, share, share, share, (source, input, a, b, c, d) => {
      const box = {
        x1Px: Math.min(a, b) * source.widthPx,
        y1Px: Math.min(c, d) * source.heightPx,
        x2Px: Math.max(a, b) * source.widthPx,
        y2Px: Math.max(c, d) * source.heightPx,
      };
      const fit = letterbox(source, input);
      const there = boxToInput(box, fit);
      expect(there.x2Px).toBeLessThanOrEqual(input.widthPx + 1);
      expect(there.y2Px).toBeLessThanOrEqual(input.heightPx + 1);
      const back = boxToSource(there, fit);
      for (const side of ['x1Px', 'y1Px', 'x2Px', 'y2Px'] as const) expect(back[side]).toBeCloseTo(box[side], 6);
    }),
  );
});

test('boxes in the bars are cut at the picture', () => {
  const fit = letterbox({ widthPx: 640, heightPx: 360 }, { widthPx: 384, heightPx: 224 });
  expect(boxToSource({ x1Px: -9, y1Px: 0, x2Px: 390, y2Px: 224 }, fit)).toEqual({
    x1Px: 0,
    y1Px: 0,
    x2Px: 640,
    y2Px: 360,
  });
});
