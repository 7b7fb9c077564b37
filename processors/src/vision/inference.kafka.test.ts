import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Detection, type Frame, topics } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readTopic } from '../ingest/testing/read-topic.ts';
import type { LogClient, OutgoingRecord } from '../log/index.ts';
import { type Cell, deadLettersOf, foreignRecords, rewind, testCell, testCellEnv } from '../process/index.ts';
import type { PlannedModel } from './due-models.ts';
import type { Inference } from './inference.ts';
import BRIGHT_SQUARE from './testing/bright-square.json' with { type: 'json' };
import { jpegsOf } from './testing/jpegs.ts';
import { connectInference, frameOf, INFERENCE_TOPICS, startInference } from './testing/start-inference.ts';

const CARD = join(import.meta.dirname, 'testing/bright-square.json');
const CARDS = {
  'bright-square': CARD,
  shadowed: CARD,
  'person-square': join(import.meta.dirname, 'testing/person-square.json'),
  pose: join(import.meta.dirname, '../../../models/cards/pose.json'),
  second: join(import.meta.dirname, 'testing/second-square.json'),
};
const model = { model: 'bright-square', version: '1', sha256: BRIGHT_SQUARE.sha256 };

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
  cell = await testCell(INFERENCE_TOPICS, env);
}

const connect = (): Promise<Cell> => connectInference(env);

/**
 * Cameras whose id begins with `two-` are looked at by two models, `many-` by more than a detection has results,
 * `shadow-` by a model that has a shadow, `joints-` by one that finds persons and one of joints that looks at these.
 */
const modelsAt = (cameraId: string, cameraTimeMs: number): readonly PlannedModel[] =>
  keysAt(cameraId, cameraTimeMs).map(key => ({ key, everyMs: 0, tiles: null }));
const keysAt = (cameraId: string, cameraTimeMs: number): readonly string[] => {
  if (cameraId.startsWith('many-') && cameraTimeMs === 1_000) return Array(17).fill('bright-square');
  if (cameraId.startsWith('shadow-')) return ['shadowed'];
  if (cameraId.startsWith('joints-')) return ['person-square', 'pose'];
  return cameraId.startsWith('two-') ? ['bright-square', 'second'] : ['bright-square'];
};

async function start(workers = 1, connected?: Cell): Promise<Inference> {
  const own = connected ?? (await connect());
  const shadowsOf = (keys: readonly string[]) => new Map(keys.includes('shadowed') ? [['shadowed', 'second']] : []);
  return startInference({ cell: own, folder, cards: CARDS, workers, models: [model], modelsAt, shadowsOf });
}

const picture = (cameraId: string, sequence: number, change: Partial<Frame> = {}): Frame =>
  frameOf(jpegs[sequence % jpegs.length] ?? Buffer.alloc(0), cameraId, sequence, change);
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
