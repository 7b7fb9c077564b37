import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { decodeDetections, type ModelBox } from '../src/decode-detections.ts';
import type { BoxPx, SizePx } from '../src/fit.ts';
import { type LoadedModel, loadModel } from '../src/load-model.ts';
import { intersectionOverUnion } from '../src/non-max-suppression.ts';
import { createInput, fitFor, packRgb } from '../src/pack-input.ts';
import { RunningModel } from '../src/run-model.ts';
import { scaledRgb } from '../training/picture-file.ts';
import { footagePictures } from './footage-pictures.ts';
import { realFootage } from './real-footage.ts';
import { ResultPage } from './result-page.ts';

const here = (path: string): string => new URL(path, import.meta.url).pathname;
/** Boxes of the original networks, by `conversion/reference_boxes.py`. */
const REFERENCE = z.object({
  every: z.int(),
  models: z.record(z.string(), z.record(z.string(), z.array(z.array(z.number()).length(6)))),
});
/** The short run takes every fourth picture of a video that has a reference. */
const SHORT_STEPS = 4;
/** Two boxes with at least this overlap show the same thing. */
const SAME = 0.7;
/** A box this much above the lowest confidence is found by both, although they scale pictures differently. */
const CLEARLY = 0.1;
const AIM_SHARE = 0.95;

interface Score {
  readonly model: string;
  pictures: number;
  readonly counts: Map<string, number>;
  /** Clear boxes of the reference, and how many of them were found. */
  expected: number;
  matched: number;
  /** Clear boxes of ours, and how many of them the reference has. */
  found: number;
  confirmed: number;
  readonly cpuMs: number[];
}

function referenceBoxes(
  rows: readonly (readonly number[])[],
  { widthPx, heightPx }: SizePx,
  classes: readonly string[],
) {
  return rows.map(
    ([x1 = 0, y1 = 0, x2 = 0, y2 = 0, confidence = 0, classIndex = 0]): ModelBox => ({
      x1Px: x1 * widthPx,
      y1Px: y1 * heightPx,
      x2Px: x2 * widthPx,
      y2Px: y2 * heightPx,
      confidence,
      classIndex,
      className: classes[classIndex] ?? '',
    }),
  );
}

const isSame = (a: BoxPx & { classIndex: number }, b: BoxPx & { classIndex: number }): boolean =>
  a.classIndex === b.classIndex && intersectionOverUnion(a, b) >= SAME;

async function evaluate(
  name: string,
  folder: string,
  reference: z.infer<typeof REFERENCE>,
  full: boolean,
  page: ResultPage,
): Promise<Score> {
  const model = await loadModel(here(`../cards/${name}.json`));
  const running = await RunningModel.open(model);
  const score: Score = { model: name, pictures: 0, counts: new Map(), expected: 0, matched: 0, found: 0, confirmed: 0, cpuMs: [] }; // biome-ignore format: one line
  const expected = reference.models[name] ?? {};
  for await (const picture of footagePictures(folder, reference.every * (full ? 1 : SHORT_STEPS))) {
    const size = { widthPx: picture.frame.width, heightPx: picture.frame.height };
    const fit = fitFor(model.card, size);
    const input = createInput(model.card, 1);
    packRgb(input, 0, scaledRgb(picture.frame, fit), fit, model.card);
    const startedCpu = process.cpuUsage();
    const outputs = await running.run(input);
    const cpu = process.cpuUsage(startedCpu);
    score.cpuMs.push((cpu.user + cpu.system) / 1000);
    const boxes = decodeDetections(outputs, 0, model.card, fit);
    compare(score, boxes, referenceBoxes(expected[picture.name] ?? [], size, model.card.classes), model);
    await page.add(name, picture, boxes);
  }
  await running.close();
  return score;
}

function compare(
  score: Score,
  boxes: readonly ModelBox[],
  reference: readonly ModelBox[],
  { card }: LoadedModel,
): void {
  const clear = card.thresholds.confidence + CLEARLY;
  score.pictures += 1;
  for (const { className } of boxes) score.counts.set(className, (score.counts.get(className) ?? 0) + 1);
  for (const box of reference.filter(({ confidence }) => confidence >= clear)) {
    score.expected += 1;
    if (boxes.some(found => isSame(found, box))) score.matched += 1;
  }
  for (const box of boxes.filter(({ confidence }) => confidence >= clear)) {
    score.found += 1;
    if (reference.some(other => isSame(other, box))) score.confirmed += 1;
  }
}

/** No figure where there is nothing to compare. */
function shareOf(name: string, part: number, boxes: number): readonly RealFigure[] {
  if (boxes === 0) return [];
  const value = Math.round((part / boxes) * 1000) / 1000;
  return [{ name, value, unit: 'share', boxes, pass: value >= AIM_SHARE }];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

interface RealFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly pass?: boolean;
  readonly pictures?: number;
  /** Number of boxes the figure is about. */
  readonly boxes?: number;
  /** Boxes by class, the most frequent classes. */
  readonly counts?: Readonly<Record<string, number>>;
}

function figuresOf(score: Score): readonly RealFigure[] {
  const { model, pictures, expected, matched, found, confirmed, cpuMs } = score;
  const total = [...score.counts.values()].reduce((sum, count) => sum + count, 0);
  const counts = Object.fromEntries([...score.counts].toSorted((a, b) => b[1] - a[1]).slice(0, 6));
  return [
    { name: `${model}: boxes found`, value: total, unit: 'boxes', pictures, counts },
    ...shareOf(`${model}: of the original's clear boxes, found`, matched, expected),
    ...shareOf(`${model}: of its clear boxes, the original's`, confirmed, found),
    { name: `${model}: time`, value: Math.round(median(cpuMs) * 10) / 10, unit: 'ms of a core' },
  ];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      footage: { type: 'string' },
      out: { type: 'string', default: here('../../.sightline/eval/real') },
    },
  });
  const reference = REFERENCE.parse(JSON.parse(await readFile(here('../goldens/real-footage.json'), 'utf8')));
  const cache = process.env.SIGHTLINE_CACHE ?? here('../../.sightline/cache');
  const folder = values.footage ?? (await realFootage(cache, line => process.stderr.write(`${line}\n`)));
  const page = new ResultPage(values.out);
  for (const name of Object.keys(reference.models)) {
    process.stderr.write(`${name}\n`);
    for (const figure of figuresOf(await evaluate(name, folder, reference, values.full, page))) {
      if (figure.pass === false) process.exitCode = 1;
      if (values.json) process.stdout.write(`${JSON.stringify(figure)}\n`);
      else process.stdout.write(rowOf(figure));
    }
  }
  process.stderr.write(`pictures with boxes: ${await page.write()}\n`);
}

function rowOf({ name, value, unit, pass, counts = {} }: RealFigure): string {
  const seen = Object.entries(counts).map(([className, count]) => `${count} ${className}`);
  const verdict = pass === undefined ? '' : pass ? 'reaches its aim' : 'MISSES ITS AIM';
  return `${name.padEnd(52)} ${String(value).padStart(8)} ${unit.padEnd(14)} ${verdict}${seen.join(', ')}\n`;
}

try {
  await main();
} catch (error: unknown) {
  process.stderr.write(
    `eval real: ${error instanceof Error ? error.message : String(error)}\n(--help shows the options)\n`,
  );
  process.exitCode = 1;
}
