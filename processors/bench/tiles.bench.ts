/** `npm run eval -- tiles`: what tiles find of far objects in real pictures, and what they cost. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { intersectionOverUnion, loadModel, type TileGrid } from '@sightline/models';
import type { Box } from '@sightline/schemas';
import type { Frame } from 'node-av';
import { footagePictures } from '../../models/scripts/footage-pictures.ts';
import { realFootage } from '../../models/scripts/real-footage.ts';
import type { PictureIn, TilesSeen } from '../src/vision/inference-protocol.ts';
import { ModelSession } from '../src/vision/model-session.ts';
import { PictureModels } from '../src/vision/picture-models.ts';
import { farPicture, heightFor, type Placed } from '../src/vision/testing/far-picture.ts';

const { full, model } = parseArgs({
  options: { full: { type: 'boolean', default: false }, model: { type: 'string', default: 'coco-nanodet' } },
}).values;
const MODELS = join(import.meta.dirname, '../../models');
const CACHE = process.env.SIGHTLINE_CACHE ?? join(import.meta.dirname, '../../.sightline/cache');
const EVERY_FRAMES = full ? 20 : 80;
const [WIDTH_PX, HEIGHT_PX] = [640, 360];
/** Real pictures are shrunk to these widths and put side by side on one picture. */
const WIDTHS_PX = [213, 160, 107];
const GRIDS: readonly (TileGrid | null)[] = [null, ...[[2, 1], [2, 2], [3, 2], [4, 3]].map(([columns = 1, rows = 1]) => ({ columns, rows }))]; // biome-ignore format: one line
/** Clear boxes of the large picture are the truth; found: a box of the class with this overlap. */
const CLEAR = 0.5;
const SAME = 0.4;
const SHOWN = 0.4;

const session = await ModelSession.open(await loadModel(join(MODELS, `cards/${model}.json`)), model);
const models = await PictureModels.open();

async function look(jpeg: Uint8Array, grid: TileGrid | null, atMs = 0, seen: TilesSeen | null = null) {
  const asked: PictureIn = {
    ...{ jpeg: new Uint8Array(jpeg), models: [model], plan: [model] },
    ...(grid && { tiles: { [model]: { grid, atMs, seen } } }),
  };
  const startedMs = performance.now();
  const { pictures, cost } = await models.look([asked], [session]);
  const [picture] = pictures;
  const answer = picture?.kind === 'looked' ? picture.answers[0] : undefined;
  if (answer?.kind !== 'result' || answer.result.payload.kind !== 'boxes') throw new Error('the model gave no boxes');
  return {
    boxes: answer.result.payload.boxes,
    runs: cost.models[model]?.runs ?? 0,
    ms: performance.now() - startedMs,
    seen: (picture?.kind === 'looked' && picture.tiles?.[model]) || null,
  };
}

interface Scene {
  readonly jpeg: Uint8Array;
  readonly truth: readonly Box[];
}

const moved = (box: Box, scale: number, xPx: number, yPx: number): Box => ({
  ...box,
  ...{ x1Px: box.x1Px * scale + xPx, x2Px: box.x2Px * scale + xPx },
  ...{ y1Px: box.y1Px * scale + yPx, y2Px: box.y2Px * scale + yPx },
});

/** Scenes with as many of these pictures side by side as there is room for. */
async function* scenes(frames: readonly Frame[], truths: ReadonlyMap<Frame, readonly Box[]>, widthPx: number) {
  let left = [...frames];
  while (left.length > 0) {
    const placed: Placed[] = [];
    const truth: Box[] = [];
    let [xPx, yPx, rowPx] = [0, 0, 0];
    for (const frame of left) {
      const high = heightFor(frame, widthPx);
      if (xPx + widthPx > WIDTH_PX) [xPx, yPx, rowPx] = [0, yPx + rowPx, 0];
      if (yPx + high > HEIGHT_PX) break;
      placed.push({ frame, xPx, yPx, widthPx });
      for (const box of truths.get(frame) ?? []) truth.push(moved(box, widthPx / frame.width, xPx, yPx));
      [xPx, rowPx] = [xPx + widthPx, Math.max(rowPx, high)];
    }
    left = left.slice(Math.max(1, placed.length));
    if (placed.length > 0) yield { jpeg: await farPicture(WIDTH_PX, HEIGHT_PX, placed), truth } satisfies Scene;
  }
}

const frames: Frame[] = [];
const truths = new Map<Frame, readonly Box[]>();
const footage = await realFootage(CACHE, line => process.stderr.write(`${line}\n`));
for await (const { frame } of footagePictures(footage, EVERY_FRAMES)) {
  const kept = frame.clone();
  if (kept === null) throw new Error('no memory for a picture');
  const large = { frame: kept, xPx: 0, yPx: 0, widthPx: kept.width };
  const found = await look(await farPicture(kept.width, kept.height, [large]), null);
  const shownWidth = Math.min(kept.width, WIDTH_PX, (WIDTH_PX * kept.width) / kept.height);
  const truth = found.boxes.filter(({ confidence }) => confidence >= CLEAR);
  truths.set(
    kept,
    truth.map(box => moved(box, kept.width / shownWidth, 0, 0)),
  );
  frames.push(kept);
}
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const print = (figure: object): void => console.log(JSON.stringify(figure));

for (const widthPx of WIDTHS_PX)
  for (const grid of GRIDS) {
    const [ms, heights]: [number[], number[]] = [[], []];
    let [expected, found, others, pictures] = [0, 0, 0, 0];
    for await (const { jpeg, truth } of scenes(frames, truths, widthPx)) {
      const { boxes, ms: took } = await look(jpeg, grid);
      const shown = boxes.filter(({ confidence }) => confidence >= SHOWN);
      const isSame = (a: Box, b: Box): boolean => a.className === b.className && intersectionOverUnion(a, b) >= SAME;
      expected += truth.length;
      found += truth.filter(box => shown.some(one => isSame(one, box))).length;
      others += shown.filter(one => !truth.some(box => isSame(one, box))).length;
      heights.push(...truth.map(({ y1Px, y2Px }) => y2Px - y1Px));
      ms.push(took);
      pictures++;
    }
    const tiles = grid ? `${grid.columns} x ${grid.rows} tiles` : 'no tiles';
    print({
      name: `objects of ${Math.round(median(heights))} px height, ${tiles}: found`,
      ...{ value: Math.round((found / expected) * 1_000) / 1_000, unit: 'share', objects: expected },
      ...{ othersPerPicture: Math.round((others / pictures) * 10) / 10, msPerPicture: Math.round(median(ms)) },
    });
  }

/** The street, five pictures a second, as it moves, and one picture of it again and again. */
for (const [name, step] of [
  ['moving street', 2],
  ['still street', 0],
] as const) {
  const street: Frame[] = [];
  for await (const { name: of, frame } of footagePictures(footage, 1)) {
    if (!of.startsWith('street.avi') || street.length === 60) continue;
    const kept = frame.clone();
    if (kept !== null) street.push(kept);
  }
  for (const grid of GRIDS) {
    let [seen, runs, busyMs]: [TilesSeen | null, number, number] = [null, 0, 0];
    const count = 30;
    for (let at = -1; at < count; at++) {
      const frame = street[Math.max(0, at) * step];
      if (frame === undefined) continue;
      const jpeg = await farPicture(WIDTH_PX, HEIGHT_PX, [{ frame, xPx: 80, yPx: 0, widthPx: 480 }]);
      const startedMs = process.cpuUsage();
      const looked = await look(jpeg, grid, at * 200, seen);
      const { user, system } = process.cpuUsage(startedMs);
      seen = looked.seen;
      if (at >= 0) [runs, busyMs] = [runs + looked.runs, busyMs + (user + system) / 1_000];
    }
    const tiles = grid ? `${grid.columns} x ${grid.rows} tiles` : 'no tiles';
    const share = Math.round((busyMs / (count * 200)) * 1_000) / 1_000;
    print({
      name: `${name} at 5 a second, ${tiles}: a core`,
      value: share,
      unit: 'share',
      runsPerPicture: Math.round((runs / count) * 10) / 10,
    });
  }
  for (const frame of street) frame.free();
}
await session.close();
process.exit(0);
