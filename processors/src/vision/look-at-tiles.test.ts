import { join } from 'node:path';
import { loadModel } from '@sightline/models';
import type { Frame } from 'node-av';
import { beforeAll, expect, test } from 'vitest';
import type { TilesSeen } from './inference-protocol.ts';
import { ModelSession } from './model-session.ts';
import { PictureModels } from './picture-models.ts';
import { farPicture, kitchenFrames } from './testing/far-picture.ts';

const MODELS = join(import.meta.dirname, '../../../models');
const KITCHEN = 'kitchen';
const GRID = { columns: 2, rows: 2 };
/** At this width its two pizzas are 45 px wide, too small for the kitchen model in the whole picture. */
const FAR_PX = 170;

let kitchen: Frame;
let models: PictureModels;
let session: ModelSession;

beforeAll(async () => {
  models = await PictureModels.open();
  session = await ModelSession.open(await loadModel(join(MODELS, 'cards/kitchen-v1.json')), KITCHEN);
  const [golden] = await kitchenFrames();
  if (golden === undefined) throw new Error('the golden picture ships');
  kitchen = golden;
});

/** The kitchen far away, at these places of the picture. */
const farAt = (...places: readonly (readonly [xPx: number, yPx: number])[]) =>
  farPicture(640, 360, places.map(([xPx, yPx]) => ({ frame: kitchen, xPx, yPx, widthPx: FAR_PX }))); // biome-ignore format: one line

async function look(jpeg: Uint8Array<ArrayBuffer>, atMs: number, seen: TilesSeen | null | 'no tiles') {
  const tiles = seen === 'no tiles' ? {} : { tiles: { [KITCHEN]: { grid: GRID, atMs, seen } } };
  const asked = { jpeg: new Uint8Array(jpeg), models: [KITCHEN], plan: [KITCHEN], ...tiles };
  const { pictures, cost } = await models.look([asked], [session]);
  const [picture] = pictures;
  if (picture?.kind !== 'looked') throw new Error('the picture decodes');
  const [answer] = picture.answers;
  const payload = answer?.kind === 'result' ? answer.result.payload : undefined;
  if (payload?.kind !== 'boxes') throw new Error('the model finds boxes');
  const found = payload.boxes.filter(({ className, confidence }) => className === 'pizza' && confidence >= 0.5);
  return { found, runs: cost.models[KITCHEN]?.runs, seen: picture.tiles?.[KITCHEN] ?? null };
}

test('a far object that the whole picture does not show is found in its tile, at its place', async () => {
  const jpeg = await farAt([460, 220]);
  expect((await look(jpeg, 0, 'no tiles')).found).toEqual([]);
  const { found, runs } = await look(jpeg, 0, null);
  expect(runs).toBe(5);
  expect(found).toHaveLength(2);
  // In the golden picture their centres are 113, 217 and 304, 220.
  const centres = found.map(({ x1Px, x2Px, y1Px, y2Px }) => [(x1Px + x2Px) / 2, (y1Px + y2Px) / 2]);
  for (const [xPx = 0, yPx = 0] of centres.toSorted(([a = 0], [b = 0]) => a - b)) {
    expect(xPx).toBeGreaterThan(460);
    expect(Math.abs(yPx - 280)).toBeLessThan(15);
  }
});

test('a still picture runs no tile, and still shows what the tiles showed; each runs again after ten seconds', async () => {
  const jpeg = await farAt([460, 220]);
  const first = await look(jpeg, 1_000, null);
  const second = await look(jpeg, 1_200, first.seen);
  expect([second.runs, second.found]).toEqual([1, first.found]);
  const late = await look(jpeg, 10_999, second.seen);
  expect([late.runs, late.found]).toEqual([1, first.found]);
  expect((await look(jpeg, 11_000, late.seen)).runs).toBe(5);
});

test('only the tile in which something moved runs, and what left it is gone', async () => {
  const both = await look(await farAt([460, 220], [8, 8]), 1_000, null);
  expect(both.found).toHaveLength(4);
  const one = await look(await farAt([460, 220]), 1_200, both.seen);
  expect(one.runs).toBe(2);
  expect(one.found.every(({ x1Px }) => x1Px > 460)).toBe(true);
  expect(one.found).toHaveLength(2);
  const back = await look(await farAt([460, 220], [8, 8]), 1_400, one.seen);
  expect([back.runs, back.found.length]).toEqual([2, 4]);
});

test('what was seen in another grid or size, or at a later time, tells nothing', async () => {
  const jpeg = await farAt([460, 220]);
  const { seen } = await look(jpeg, 5_000, null);
  expect((await look(jpeg, 4_999, seen)).runs).toBe(5);
  expect((await look(jpeg, 5_000, seen && { ...seen, of: '3x2 of 640x360' })).runs).toBe(5);
});
