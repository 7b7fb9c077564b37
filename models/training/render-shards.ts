import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../scenes/random.ts';
import { createScatter } from '../scenes/scatter.ts';
import { createScene, type Scene } from '../scenes/scene.ts';
import { CameraLoss } from './camera-loss.ts';

const help = `Renders training pictures: shards of raw RGB with their labels.

  node models/training/render-shards.ts --out DIR [--first-seed 1] [--shards 8] [--from 0]

A shard is NNNN.rgb (512 pictures, 384x216, interleaved RGB) and NNNN.json (per picture a list of
[class, x1, y1, x2, y2] in px of 384x216; 0 hand, 1 pizza, 2 scooper). Seeds stay below 1,000,000:
what lies above 2,000,000 is kept for evaluation.
`;

const picturesPerShard = 512;
const picturesPerScene = 8;
const to = { widthPx: 384, heightPx: 216 } as const;
const classes = ['hand', 'pizza', 'scooper'] as const;

type Label = readonly [classIndex: number, x1: number, y1: number, x2: number, y2: number];

/** Half of the pictures are moments of stories, half are things strewn about. */
async function renderScene(seed: number): Promise<{ pictures: Buffer[]; labels: Label[][] }> {
  const random = new Random(seed ^ 0x3a3a);
  const story = random.chance(0.5);
  const scene = story
    ? createScene({ seed, durationMs: 14_000, perMinute: 30 })
    : createScatter({ seed, frames: picturesPerScene });
  const loss = await CameraLoss.open({ widthPx: 640, heightPx: 360 }, to, {
    crf: random.integer(18, 33),
    jpegStep: random.integer(3, 7),
  });
  const pictures: Buffer[] = [];
  const labels: Label[][] = [];
  for (let i = 0; i < picturesPerScene; i++) {
    const frame = scene.frame(story ? momentOf(scene, random, i) : i);
    pictures.push(await loss.wear(frame.rgb));
    const scale = to.widthPx / scene.widthPx;
    labels.push(
      frame.boxes.map(box => [
        classes.indexOf(box.className),
        round(box.x1Px * scale),
        round(box.y1Px * scale),
        round(box.x2Px * scale),
        round(box.y2Px * scale),
      ]),
    );
  }
  loss.close();
  return { pictures, labels };
}

function momentOf(scene: Scene, random: Random, index: number): number {
  return Math.floor(((index + random.next()) / picturesPerScene) * scene.frameCount);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      'first-seed': { type: 'string', default: '1' },
      shards: { type: 'string', default: '8' },
      from: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || !values.out) {
    process.stdout.write(help);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  await mkdir(values.out, { recursive: true });
  const scenesPerShard = picturesPerShard / picturesPerScene;
  const from = Number(values.from);
  for (let shard = from; shard < from + Number(values.shards); shard++) {
    const name = join(values.out, String(shard).padStart(4, '0'));
    const file = await open(`${name}.part`, 'w');
    const all: Label[][] = [];
    for (let i = 0; i < scenesPerShard; i++) {
      const { pictures, labels } = await renderScene(Number(values['first-seed']) + shard * scenesPerShard + i);
      await file.write(Buffer.concat(pictures));
      all.push(...labels);
    }
    await file.close();
    await writeFile(`${name}.json`, JSON.stringify(all));
    await rename(`${name}.part`, `${name}.rgb`);
    process.stderr.write(`\r${shard - from + 1} of ${values.shards} shards `);
  }
  process.stderr.write('\n');
}

await main();
