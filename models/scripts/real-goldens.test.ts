import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { decodeDetections } from '../src/decode-detections.ts';
import type { Fit } from '../src/fit.ts';
import { loadModel } from '../src/load-model.ts';
import { inputSize } from '../src/model-card.ts';
import { createInput, packRgb } from '../src/pack-input.ts';
import { RunningModel } from '../src/run-model.ts';
import { readPicture } from '../training/picture-file.ts';

const goldenSchema = z.object({
  outputs: z.record(z.string(), z.object({ dims: z.array(z.int()), values: z.array(z.tuple([z.int(), z.number()])) })),
  boxes: z
    .object({
      least: z.number(),
      found: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])),
    })
    .optional(),
});
/** Largest difference of an output, and of a side of a box as a share of the picture, from the original network's. */
const TOLERANCE = 1e-3;

const here = (path: string): string => new URL(path, import.meta.url).pathname;
const goldens = (await readdir(here('../goldens')))
  .filter(name => name.endsWith('.png'))
  .map(name => name.slice(0, -4));

test('every network that was converted has a golden picture', async () => {
  const cards = await Promise.all(
    (await readdir(here('../cards'))).map(async name => JSON.parse(await readFile(here(`../cards/${name}`), 'utf8'))),
  );
  expect(goldens.toSorted()).toEqual(
    cards
      .filter(({ source }) => source !== undefined)
      .map(({ name }) => name)
      .toSorted(),
  );
});

test.each(goldens)("%s gives the original network's outputs and boxes", async name => {
  const golden = goldenSchema.parse(JSON.parse(await readFile(here(`../goldens/${name}.json`), 'utf8')));
  const model = await loadModel(here(`../cards/${name}.json`));
  const size = inputSize(model.card);
  const { rgb, fit } = await readPicture(here(`../goldens/${name}.png`), size);
  const input = createInput(model.card, 1);
  packRgb(input, 0, rgb, fit, model.card);
  const running = await RunningModel.open(model);
  const outputs = await running.run(input);
  await running.close();
  for (const [key, { dims, values }] of Object.entries(golden.outputs)) {
    const output = outputs.get(key);
    expect(output?.dims).toEqual(dims);
    for (const [place, value] of values)
      expect(Math.abs((output?.data[place] ?? Number.NaN) - value)).toBeLessThan(TOLERANCE);
  }
  if (golden.boxes === undefined) return;
  const { least, found } = golden.boxes;
  expect(found.length).toBeGreaterThan(0);
  const whole: Fit = { ...fit, source: size, scaled: size };
  const boxes = decodeDetections(outputs, 0, model.card, whole, { confidence: least, mostBoxes: found.length + 1 });
  expect(boxes).toHaveLength(found.length);
  for (const [i, box] of boxes.entries()) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, confidence = 0, classIndex = 0] = found[i] ?? [];
    const inside = (share: number): number => Math.min(1, Math.max(0, share));
    const sides = [
      box.x1Px / size.widthPx,
      box.y1Px / size.heightPx,
      box.x2Px / size.widthPx,
      box.y2Px / size.heightPx,
    ];
    expect(box.classIndex).toBe(classIndex);
    expect(Math.abs(box.confidence - confidence)).toBeLessThan(TOLERANCE);
    for (const [side, value] of [x1, y1, x2, y2].entries())
      expect(Math.abs((sides[side] ?? Number.NaN) - inside(value))).toBeLessThan(TOLERANCE);
  }
});
