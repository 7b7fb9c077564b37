import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Detection, type Frame, topics } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readTopic } from '../ingest/testing/read-topic.ts';
import type { LogClient, OutgoingRecord } from '../log/index.ts';
import {
  type Cell,
  connectCell,
  createLogger,
  deadLettersOf,
  foreignRecords,
  rewind,
  testCell,
  testCellEnv,
} from '../process/index.ts';
import type { PlannedModel } from './due-models.ts';
import { Inference } from './inference.ts';
import { InferenceMetrics } from './inference-metrics.ts';
import { InferencePool } from './inference-pool.ts';
import { LivePictures } from './live-pictures.ts';
import BRIGHT_SQUARE from './testing/bright-square.json' with { type: 'json' };
import { farPicture, kitchenFrames } from './testing/far-picture.ts';
import { jpegsOf } from './testing/jpegs.ts';

const TOPICS = [topics.frames, topics.detections, topics.deadLetters, topics.shadowDetections];
const CARD = join(import.meta.dirname, 'testing/bright-square.json');
const CARDS = {
  'bright-square': CARD,
  shadowed: CARD,
  'person-square': join(import.meta.dirname, 'testing/person-square.json'),
  pose: join(import.meta.dirname, '../../../models/cards/pose.json'),
  second: join(import.meta.dirname, 'testing/second-square.json'),
  kitchen: join(import.meta.dirname, '../../../models/cards/kitchen-v1.json'),
};
const model = { model: 'bright-square', version: '1', sha256: BRIGHT_SQUARE.sha256 };
const REDIS_URL = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:1';
const wallClockMs = (): number => performance.timeOrigin + performance.now();
const unexpected = (error: unknown): void => {
  throw error;
};

let jpegs: readonly Buffer[];
let folder: string;
let cell: Cell;
let env: ReturnType<typeof testCellEnv>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inference-'));
  jpegs = await jpegsOf(folder);
});
afterAll(() => cell.close());

async function freshCell(): Promise<void> {
  env = testCellEnv();
  cell = await testCell(TOPICS, env);
}

const connect = (): Promise<Cell> => connectCell(env, { service: 'test', topics: TOPICS });

/**
 * Cameras whose id begins with `two-` are looked at by two models, `many-` by more than a detection has results,
 * `shadow-` by a model that has a shadow, `far-` and `tiled-` by the kitchen model, `tiled-` in tiles too, `joints-` by one that finds persons and one of joints that looks at these.
 */
const modelsAt = (cameraId: string, cameraTimeMs: number): readonly PlannedModel[] =>
  keysAt(cameraId, cameraTimeMs).map(key => ({
    key,
    everyMs: everyMsAt(cameraId, cameraTimeMs),
    tiles: tilesOf(cameraId),
  }));
const tilesOf = (cameraId: string): PlannedModel['tiles'] =>
  cameraId.startsWith('tiled-') ? { columns: 2, rows: 2 } : null;
const everyMsAt = (cameraId: string, cameraTimeMs: number): number => {
  if (cameraId.startsWith('faster-')) return cameraTimeMs < 2_000 ? 1_000 : 0;
  return cameraId.startsWith('slow-') ? 500 : 0;
};
const keysAt = (cameraId: string, cameraTimeMs: number): readonly string[] => {
  if (cameraId.startsWith('many-') && cameraTimeMs === 1_000) return Array(17).fill('bright-square');
  if (/^(tiled|far)-/.test(cameraId)) return ['kitchen'];
  if (cameraId.startsWith('shadow-')) return ['shadowed'];
  if (cameraId.startsWith('joints-')) return ['person-square', 'pose'];
  return cameraId.startsWith('two-') ? ['bright-square', 'second'] : ['bright-square'];
};

async function start(workers = 1, connected?: Cell): Promise<Inference> {
  const own = connected ?? (await connect());
  const logger = createLogger('inference', 'silent');
  const inference = new Inference({
    cell: own,
    logger,
    modelsAt,
    shadowsOf: keys => new Map(keys.includes('shadowed') ? [['shadowed', 'second']] : []),
    storeOf: () => 's1',
    missing: () => undefined,
    references: () => [model],
    batchMax: 4,
    batchWaitMs: 0,
    metrics: new InferenceMetrics(wallClockMs, () => [model]),
    live: new LivePictures(REDIS_URL, own.prefix, logger, wallClockMs),
    pool: onFree =>
      new InferencePool({
        cardPaths: CARDS,
        providers: ['cpu'],
        workers,
        wanted: Object.keys(CARDS),
        onFree,
        marks: folder,
        onHung: unexpected,
      }),
    fail: unexpected,
  });
  await inference.start();
  return inference;
}

function picture(cameraId: string, sequence: number, change: Partial<Frame> = {}): Frame {
  const jpeg = jpegs[sequence % jpegs.length] ?? Buffer.alloc(0);
  return {
    cameraId,
    epoch: 1,
    sequence,
    source: 'live',
    capturedAtMs: 1_000 + sequence * 200,
    mediaTimeMs: null,
    cameraClockMs: null,
    anchored: false,
    widthPx: 320,
    heightPx: 180,
    reason: null,
    sha256: createHash('sha256').update(jpeg).digest('hex'),
    jpeg,
    ...change,
  };
}
const withoutPicture = { sha256: null, jpeg: null };

async function send(records: readonly OutgoingRecord[]): Promise<void> {
  const producer = await cell.log.producer();
  for (let at = 0; at < records.length; at += 100) await producer.send(records.slice(at, at + 100));
  await producer.close();
}
const sendFrames = (frames: readonly Frame[]): Promise<void> =>
  send(frames.map(frame => cell.outgoing(topics.frames, frame.cameraId, frame)));

async function detections(count: number): Promise<readonly Detection[]> {
  return vi.waitFor(
    async () => {
      const found = await readTopic(cell, topics.detections);
      expect(found.length).toBeGreaterThanOrEqual(count);
      return found;
    },
    { timeout: 20_000, interval: 200 },
  );
}

test('results that no record can have are left out: the picture is skipped as too-large, and the next goes on', async () => {
  await freshCell();
  await sendFrames([picture('many-1', 0, { source: 'file' }), picture('many-1', 1, { source: 'file' })]);
  const inference = await start();
  const told = (await detections(2)).map(({ outcome, skipReason, results }) => [outcome, skipReason, results.length]);
  expect(told).toEqual([
    ['skipped', 'too-large', 0],
    ['detected', null, 1],
  ]);
  await inference.stop();
});

test('every record becomes one detection record, in order, with its outcome; a file loses no picture', async () => {
  await freshCell();
  const file = Array.from({ length: 60 }, (_, index) => picture('file', index, { source: 'file' }));
  const live = [
    picture('live', 0),
    picture('live', 1, { reason: 'unchanged', ...withoutPicture }),
    picture('live', 2, { reason: 'down', ...withoutPicture }),
    picture('live', 3, { jpeg: Buffer.from('no picture') }),
    picture('live', 4, { reason: 'ended', ...withoutPicture }),
  ];
  const inference = await start();
  await sendFrames([...file, ...live]);
  const found = await detections(65);
  const of = (cameraId: string) => found.filter(detection => detection.cameraId === cameraId);
  expect(of('file').map(({ sequence, outcome }) => [sequence, outcome])).toEqual(
    file.map(({ sequence }) => [sequence, 'detected']),
  );
  expect(of('live').map(({ outcome, skipReason }) => [outcome, skipReason])).toEqual([
    [expect.stringMatching(/detected|skipped/), expect.toBeOneOf([null, 'newer'])],
    ['unchanged', null],
    ['down', null],
    ['skipped', 'undecodable'],
    ['ended', null],
  ]);
  const [first] = of('file');
  expect(first?.results).toMatchObject([model]);
  const payload = first?.results[0]?.payload;
  expect(payload?.kind === 'boxes' && payload.boxes[0]).toMatchObject({ className: 'hand', confidence: 1 });
  expect(first?.frame).toMatchObject({ topic: 'frames', sha256: file[0]?.sha256 });
  await inference.stop();
}, 60_000);

test('a second stage gives its own result, which names the model whose boxes it looked at; its parts are counted', async () => {
  await freshCell();
  const inference = await start();
  await sendFrames([0, 1, 2].map(at => picture('joints-1', at, { source: 'file' })));
  const found = await detections(3);
  const told = found.map(({ results }) => results.map(({ model: name, of, payload }) => [name, of, payload.kind]));
  expect(told).toEqual(
    Array(3).fill([
      ['person-square', [], 'boxes'],
      ['pose', ['person-square'], 'key_points'],
    ]),
  );
  const persons = found.flatMap(({ results }) =>
    results.flatMap(({ payload }) => (payload.kind === 'boxes' ? payload.boxes : [])),
  );
  expect(inference.running('pose')).toMatchObject({ state: 'open', pictures: 3, runs: persons.length });
  expect(inference.running('person-square')).toMatchObject({ pictures: 3, runs: 3 });
  await inference.stop();
}, 60_000);

test('a model with a rate looks at the first picture of each slot of camera time; the others are detected without it', async () => {
  await freshCell();
  await sendFrames(Array.from({ length: 11 }, (_, at) => picture('slow-1', at, { source: 'file' })));
  const inference = await start(2);
  const found = await detections(11);
  expect(found.map(({ outcome }) => outcome)).toEqual(Array(11).fill('detected'));
  expect(found.flatMap(({ sequence, results }) => results.map(({ everyMs }) => [sequence, everyMs]))).toEqual(
    [0, 3, 5, 8, 10].map(sequence => [sequence, 500]),
  );
  expect(inference.running('bright-square')).toMatchObject({ pictures: 5, runs: 5 });
  await inference.stop();
}, 60_000);

test('tiles find far objects that the whole picture does not show; while nothing moves no tile runs, with any number of threads', async () => {
  await freshCell();
  const [near] = await kitchenFrames();
  if (near === undefined) throw new Error('the golden picture ships');
  const jpeg = Buffer.from(await farPicture(640, 360, [{ frame: near, xPx: 460, yPx: 220, widthPx: 170 }]));
  const sha256 = createHash('sha256').update(jpeg).digest('hex');
  const far = { source: 'file', jpeg, sha256, widthPx: 640, heightPx: 360 } as const;
  const inference = await start(2);
  await sendFrames(Array.from({ length: 12 }, (_, at) => picture('tiled-1', at, far)));
  const pizzas = ({ results: [result] }: Detection): number =>
    result?.payload.kind === 'boxes'
      ? result.payload.boxes.filter(({ className }) => className === 'pizza').length
      : -1;
  expect((await detections(12)).map(pizzas)).toEqual(Array(12).fill(2));
  expect(inference.running('kitchen')).toMatchObject({ pictures: 12, runs: 12 + 4 });
  await sendFrames(Array.from({ length: 3 }, (_, at) => picture('far-1', at, far)));
  const without = (await detections(15)).filter(({ cameraId }) => cameraId === 'far-1');
  expect(without.map(pizzas)).toEqual([0, 0, 0]);
  expect(inference.running('kitchen')).toMatchObject({ pictures: 15, runs: 15 + 4 });
  await inference.stop();
}, 60_000);

test('a rate that changes holds from its camera time on, and no picture is lost', async () => {
  await freshCell();
  await sendFrames(Array.from({ length: 9 }, (_, at) => picture('faster-1', at, { source: 'file' })));
  const inference = await start();
  const found = await detections(9);
  expect(found.map(({ sequence, outcome }) => [sequence, outcome])).toEqual(
    Array.from({ length: 9 }, (_, at) => [at, 'detected']),
  );
  const looked = found.flatMap(({ sequence, results }) => results.map(({ everyMs }) => [sequence, everyMs]));
  expect(looked).toEqual([[0, 1_000], ...[5, 6, 7, 8].map(at => [at, 0])]);
  await inference.stop();
}, 60_000);

test('a shadow looks at the same pictures; what it finds is only compared', async () => {
  await freshCell();
  const inference = await start();
  await sendFrames([0, 1, 2].map(at => picture('shadow-1', at, { source: 'file' })));
  const found = await detections(3);
  expect(found.map(({ results }) => results.map(({ model: name }) => name))).toEqual(Array(3).fill(['bright-square']));
  const compared = await vi.waitFor(async () => {
    const records = await readTopic(cell, topics.shadowDetections);
    expect(records).toHaveLength(3);
    return records;
  });
  expect(
    compared.map(({ sequence, storeId, agreed, servingBoxes, shadowBoxes, frame }) => ({
      ...{ sequence, storeId, agreed, boxes: [servingBoxes.length, shadowBoxes.length], sha256: frame.sha256 },
    })),
  ).toEqual(
    found.map(({ sequence, frame, results }) => {
      const boxes = results[0]?.payload.kind === 'boxes' ? results[0].payload.boxes.length : -1;
      return { sequence, storeId: 's1', agreed: boxes, boxes: [boxes, boxes], sha256: frame?.sha256 };
    }),
  );
  await inference.stop();
}, 60_000);

test('the models of its camera look at each picture', async () => {
  await freshCell();
  const inference = await start();
  await sendFrames(
    [0, 1, 2].flatMap(at => [picture('one', at, { source: 'file' }), picture('two-x', at, { source: 'file' })]),
  );
  const found = await detections(6);
  const modelsOf = (cameraId: string) =>
    found.filter(one => one.cameraId === cameraId).map(({ results }) => results.map(({ model: name }) => name));
  expect(modelsOf('one')).toEqual(Array(3).fill(['bright-square']));
  expect(modelsOf('two-x')).toEqual(Array(3).fill(['bright-square', 'second']));
  await inference.stop();
}, 60_000);

test('a backlog of a live camera is processed at reading speed: the model gets only the newest picture, the rest are skipped as newer', async () => {
  await freshCell();
  await sendFrames(Array.from({ length: 1_500 }, (_, index) => picture('live', index)));
  const inference = await start();
  const found = await detections(1_500);
  expect(found.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 1_500 }, (_, index) => index));
  const looked = found.filter(({ outcome }) => outcome === 'detected');
  expect(looked.at(-1)?.sequence).toBe(1_499);
  expect(looked.length).toBeLessThan(500);
  expect(found.filter(({ skipReason }) => skipReason === 'newer').length + looked.length).toBe(1_500);
  await inference.stop();
}, 60_000);

test('bytes that do not decode go to the dead letters once, even when read again, and the rest goes on', async () => {
  await freshCell();
  const garbage = { ...cell.outgoing(topics.frames, 'live', picture('live', 0)), value: Buffer.from('garbage') };
  await send([garbage, cell.outgoing(topics.frames, 'live', picture('live', 1))]);
  const first = await start();
  await detections(1);
  await first.stop();
  await cell.log.admin.deleteTopics([cell.name(topics.detections)]);
  await testCell([topics.detections], env).then(other => other.close());
  const rewound = await cell.log.join({
    groupId: cell.groupId('inference'),
    topics: [cell.name(topics.frames)],
    onAssigned: () => {},
  });
  const partition = cell.partitionOf(topics.frames, 'live');
  await rewound.commit([{ topic: cell.name(topics.frames), partition, offset: 0n }]);
  await rewound.leave();
  const second = await start();
  await detections(1);
  await second.stop();
  const reader = await cell.log.reader();
  for (let p = 0; p < 4; p++) reader.seek({ topic: cell.name(topics.deadLetters), partition: p }, 0n);
  const letters = [];
  for (let turn = 0; turn < 6; turn++) for (const batch of await reader.fetch()) letters.push(...batch.records);
  await reader.close();
  expect(letters.map(({ value }) => value?.toString())).toEqual(['garbage']);
  const headers = new Map(letters[0]?.headers.map(([name, value]) => [name, value.toString()]));
  expect(headers.get('__streams.errors.topic')).toBe('frames');
  expect(headers.get('__streams.errors.offset')).toBe('0');
}, 60_000);

test('each foreign record of frames is one dead letter, at the start and after a restart that reads all again', async () => {
  await freshCell();
  const good = cell.outgoing(topics.frames, 'live', picture('live', 0));
  const foreign = await foreignRecords(cell, topics.frames, good);
  await send([...foreign.map(({ record }) => record), cell.outgoing(topics.frames, 'live', picture('live', 1))]);
  const letters = foreign.map((_, offset) => `frames/${good.partition}/${offset}`).toSorted();
  const first = await start();
  await detections(1);
  await vi.waitFor(async () => expect(await deadLettersOf(cell)).toEqual(letters), 20_000);
  await first.stop();
  await rewind(cell, 'inference', topics.frames);
  const second = await start();
  await detections(2);
  await second.stop();
  expect(await deadLettersOf(cell)).toEqual(letters);
}, 60_000);

test('two processes share the partitions; when one stops, nothing of a file is missing or out of order', async () => {
  await freshCell();
  const cameras = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const frames = Array.from({ length: 120 }, (_, index) =>
    cameras.map(id => picture(id, index, { source: 'file' })),
  ).flat();
  const one = await start();
  const two = await start();
  await sendFrames(frames.slice(0, 480));
  await detections(100);
  await one.stop();
  await sendFrames(frames.slice(480));
  await detections(frames.length);
  await vi.waitFor(async () => {
    const found = await readTopic(cell, topics.detections);
    for (const id of cameras) {
      const sequences = found.filter(({ cameraId }) => cameraId === id).map(({ sequence }) => sequence);
      const firsts = sequences.filter((sequence, index) => sequences.indexOf(sequence) === index); // published again: the first counts
      expect(firsts).toEqual(Array.from({ length: 120 }, (_, index) => index));
    }
  }, 20_000);
  await two.stop();
}, 90_000);

test('while Kafka acknowledges nothing, reading stops after a few thousand records; then nothing is missing', async () => {
  await freshCell();
  const count = 20_000;
  const own = await connect();
  const { promise: answers, resolve: answer } = Promise.withResolvers<void>();
  const log: LogClient = {
    admin: own.log.admin,
    reader: options => own.log.reader(options),
    join: options => own.log.join(options),
    transactionalProducer: (id, options) => own.log.transactionalProducer(id, options),
    close: () => own.log.close(),
    producer: async options => {
      await answers;
      return own.log.producer(options);
    },
  };
  const inference = await start(1, { ...own, log });
  const down = { reason: 'down', ...withoutPicture } as const;
  await sendFrames(Array.from({ length: count }, (_, index) => picture('live', index, down))); // read a few at a time
  const unacknowledged = (): unknown => inference.report().details.unacknowledged;
  await vi.waitFor(() => expect(unacknowledged()).toBeGreaterThan(4_000), { timeout: 30_000 });
  await sleep(2_000); // time enough to read all
  expect(unacknowledged()).toBeLessThan(count / 2);
  answer();
  const found = await detections(count);
  expect(found.map(({ sequence }) => sequence)).toEqual(Array.from({ length: count }, (_, index) => index));
  await inference.stop();
}, 90_000);
