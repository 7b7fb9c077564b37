import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Detection, type Frame, topics } from '@sightline/schemas';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { readTopic } from '../ingest/testing/read-topic.ts';
import { type Cell, testCell, testCellEnv } from '../process/index.ts';
import type { PlannedModel } from './due-models.ts';
import type { Inference } from './inference.ts';
import { farPicture, kitchenFrames } from './testing/far-picture.ts';
import { connectInference, frameOf, INFERENCE_TOPICS, startInference } from './testing/start-inference.ts';

const KITCHEN = 'kitchen';
const CARDS = { [KITCHEN]: join(import.meta.dirname, '../../../models/cards/kitchen-v1.json') };

let folder: string;
let cell: Cell;
let env: ReturnType<typeof testCellEnv>;
/** The kitchen far away in a corner: its pizzas are 45 px wide. */
let far: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inference-'));
  const [near] = await kitchenFrames();
  if (near === undefined) throw new Error('the golden picture ships');
  far = Buffer.from(await farPicture(640, 360, [{ frame: near, xPx: 460, yPx: 220, widthPx: 170 }]));
});
beforeEach(async () => {
  env = testCellEnv();
  cell = await testCell(INFERENCE_TOPICS, env);
});
afterAll(() => cell.close());

const start = async (modelsAt: (cameraId: string, atMs: number) => readonly PlannedModel[]): Promise<Inference> =>
  startInference({ cell: await connectInference(env), folder, cards: CARDS, workers: 2, models: [], modelsAt });

async function sendPictures(cameraId: string, count: number): Promise<void> {
  const frame = { source: 'file', widthPx: 640, heightPx: 360 } as const;
  const frames = Array.from({ length: count }, (_, at): Frame => frameOf(far, cameraId, at, frame));
  const producer = await cell.log.producer();
  await producer.send(frames.map(one => cell.outgoing(topics.frames, cameraId, one)));
  await producer.close();
}

const detections = (count: number): Promise<readonly Detection[]> =>
  vi.waitFor(
    async () => {
      const found = await readTopic(cell, topics.detections);
      expect(found.length).toBeGreaterThanOrEqual(count);
      return found;
    },
    { timeout: 20_000, interval: 200 },
  );

test('tiles find far objects that the whole picture does not show; while nothing moves no tile runs, in two threads, too', async () => {
  const tiles = { columns: 2, rows: 2 };
  const inference = await start(cameraId => [{ key: KITCHEN, everyMs: 0, tiles: cameraId === 'tiled' ? tiles : null }]);
  const pizzas = ({ results: [result] }: Detection): number =>
    result?.payload.kind === 'boxes'
      ? result.payload.boxes.filter(({ className }) => className === 'pizza').length
      : -1;
  await sendPictures('tiled', 12);
  expect((await detections(12)).map(pizzas)).toEqual(Array(12).fill(2));
  expect(inference.running(KITCHEN)).toMatchObject({ pictures: 12, runs: 12 + 4 });
  await sendPictures('whole', 3);
  const without = (await detections(15)).filter(({ cameraId }) => cameraId === 'whole');
  expect(without.map(pizzas)).toEqual([0, 0, 0]);
  expect(inference.running(KITCHEN)).toMatchObject({ pictures: 15, runs: 15 + 4 });
  await inference.stop();
}, 60_000);

test('a model with a rate looks at the first picture of each slot of camera time; the others are detected without it', async () => {
  await sendPictures('slow', 11);
  const inference = await start(() => [{ key: KITCHEN, everyMs: 500, tiles: null }]);
  const found = await detections(11);
  expect(found.map(({ outcome }) => outcome)).toEqual(Array(11).fill('detected'));
  expect(found.flatMap(({ sequence, results }) => results.map(({ everyMs }) => [sequence, everyMs]))).toEqual(
    [0, 3, 5, 8, 10].map(sequence => [sequence, 500]),
  );
  expect(inference.running(KITCHEN)).toMatchObject({ pictures: 5, runs: 5 });
  await inference.stop();
}, 60_000);

test('a rate that changes holds from its camera time on, and no picture is lost', async () => {
  await sendPictures('faster', 9);
  const inference = await start((_, atMs) => [{ key: KITCHEN, everyMs: atMs < 2_000 ? 1_000 : 0, tiles: null }]);
  const found = await detections(9);
  expect(found.map(({ sequence, outcome }) => [sequence, outcome])).toEqual(
    Array.from({ length: 9 }, (_, at) => [at, 'detected']),
  );
  const looked = found.flatMap(({ sequence, results }) => results.map(({ everyMs }) => [sequence, everyMs]));
  expect(looked).toEqual([[0, 1_000], ...[5, 6, 7, 8].map(at => [at, 0])]);
  await inference.stop();
}, 60_000);
