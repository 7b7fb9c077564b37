import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel } from '@sightline/models';
import { beforeAll, expect, test } from 'vitest';
import type { PictureOut } from './inference-protocol.ts';
import { ObjectDetector } from './object-detector.ts';
import { jpegsOf } from './testing/jpegs.ts';

const CARD = join(import.meta.dirname, 'testing/bright-square.json');
let detector: ObjectDetector;
let jpegs: readonly Buffer[];

beforeAll(async () => {
  detector = await ObjectDetector.open(await loadModel(CARD));
  jpegs = await jpegsOf(await mkdtemp(join(tmpdir(), 'detector-')));
});

/** The test clip's square is 40 px wide and moves 5 px right and 3 px down with each frame at 15 fps. */
const square = (picture: number) => ({ x: picture * 15, y: picture * 9 });

test('boxes come in pixels of the picture, whatever the model is fed', async () => {
  const { pictures } = await detector.detect([jpegs[4] ?? Buffer.alloc(0)]);
  const [answer] = pictures;
  const [box] = answer?.kind === 'boxes' ? answer.boxes : [];
  const { x, y } = square(4);
  expect(box?.className).toBe('hand');
  expect(Math.abs(((box?.x1Px ?? 0) + (box?.x2Px ?? 0)) / 2 - (x + 20))).toBeLessThan(20);
  expect(Math.abs(((box?.y1Px ?? 0) + (box?.y2Px ?? 0)) / 2 - (y + 20))).toBeLessThan(20);
});

test('a batch gives what each picture gives alone', async () => {
  const alone: PictureOut[] = [];
  for (const jpeg of jpegs.slice(0, 4)) alone.push(...(await detector.detect([jpeg])).pictures);
  expect((await detector.detect(jpegs.slice(0, 4))).pictures).toEqual(alone);
});

test('bytes that are no JPEG fail alone; their neighbours are looked at', async () => {
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = jpegs;
  const { pictures } = await detector.detect([first, Buffer.from('no picture'), second]);
  expect(pictures.map(({ kind }) => kind)).toEqual(['boxes', 'undecodable', 'boxes']);
  expect(pictures[2]).toEqual((await detector.detect([second])).pictures[0]);
});

test('a picture of another shape leaves no trace in the bars of the next', async () => {
  const wide = jpegs[3] ?? Buffer.alloc(0);
  const [tall = Buffer.alloc(0)] = await jpegsOf(await mkdtemp(join(tmpdir(), 'detector-')), [180, 320]);
  const before = (await detector.detect([wide])).pictures;
  await detector.detect([tall]);
  expect((await detector.detect([wide])).pictures).toEqual(before);
});
