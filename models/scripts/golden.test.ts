import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadModel } from '../src/load-model.ts';
import { intersectionOverUnion } from '../src/non-max-suppression.ts';
import { boxesIn } from './golden.ts';

const corners = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const goldenSchema = z.object({
  sha256: z.string(),
  boxes: z.array(z.object({ className: z.string(), confidence: z.number(), box: corners })),
  truth: z.array(z.object({ className: z.string(), box: corners })),
});
const here = (path: string): string => new URL(path, import.meta.url).pathname;
const golden = goldenSchema.parse(JSON.parse(await readFile(here('../goldens/kitchen-v1.json'), 'utf8')));

test('the shipped weights find the recorded boxes in the golden picture', async () => {
  const model = await loadModel(here('../cards/kitchen-v1.json'));
  expect(model.card.sha256).toBe(golden.sha256);
  const found = await boxesIn(model, here('../goldens/kitchen-v1.jpg'));
  expect(found.map(box => box.className)).toEqual(golden.boxes.map(box => box.className));
  found.forEach((box, i) => {
    expect(box.confidence).toBeCloseTo(golden.boxes[i]?.confidence ?? 0, 1);
    [box.x1Px, box.y1Px, box.x2Px, box.y2Px].forEach((value, side) => {
      expect(Math.abs(value - (golden.boxes[i]?.box[side] ?? 0))).toBeLessThan(2);
    });
  });
});

test('the recorded boxes match the truth', () => {
  for (const { className, box } of golden.truth) {
    const near = golden.boxes.filter(
      found => found.className === className && intersectionOverUnion(asBox(found.box), asBox(box)) > 0.5,
    );
    expect(near, `${className} at ${box}`).toHaveLength(1);
  }
  expect(golden.boxes).toHaveLength(golden.truth.length);
});

function asBox([x1Px, y1Px, x2Px, y2Px]: readonly [number, number, number, number]) {
  return { x1Px, y1Px, x2Px, y2Px };
}
