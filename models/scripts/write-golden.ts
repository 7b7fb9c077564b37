import { writeFile } from 'node:fs/promises';
import { JpegEncoder } from '../scenes/jpeg-encoder.ts';
import { createScene } from '../scenes/scene.ts';
import { loadModel } from '../src/load-model.ts';
import { boxesIn } from './golden.ts';

/**
 * Writes the golden picture of kitchen-v1 and the boxes that the weights find in it. Run it when the weights change.
 */
const folder = new URL('../goldens/', import.meta.url).pathname;
const scene = createScene({ seed: 2_500_001, durationMs: 20_000, actions: ['two-people', 'bare-hand'] });
const moment = scene.truth().actions[0];
const jpeg = await JpegEncoder.open(scene.widthPx, scene.heightPx);
const frame = scene.frame(Math.round((((moment?.startMs ?? 0) + (moment?.endMs ?? 0)) / 2000) * scene.fps));
await writeFile(`${folder}kitchen-v1.jpg`, jpeg.encode(frame.rgb));
jpeg.close();
const model = await loadModel(new URL('../cards/kitchen-v1.json', import.meta.url).pathname);
const boxes = await boxesIn(model, `${folder}kitchen-v1.jpg`);
const round = (value: number): number => Math.round(value * 10) / 10;
const golden = boxes.map(({ className, confidence, x1Px, y1Px, x2Px, y2Px }) => ({
  className,
  confidence: Math.round(confidence * 1000) / 1000,
  box: [x1Px, y1Px, x2Px, y2Px].map(round),
}));
const truth = frame.boxes.map(({ className, x1Px, y1Px, x2Px, y2Px }) => ({
  className,
  box: [x1Px, y1Px, x2Px, y2Px].map(round),
}));
await writeFile(
  `${folder}kitchen-v1.json`,
  `${JSON.stringify({ sha256: model.card.sha256, boxes: golden, truth }, null, 2)}\n`,
);
process.stdout.write(`${golden.length} boxes found, ${truth.length} true\n`);
