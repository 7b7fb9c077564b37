import { setTimeout as sleep } from 'node:timers/promises';
import type { LogProducer } from '@sightline/processors/log';
import { type Track, topics } from '@sightline/schemas';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { basic, type RunningGateway, runGateway, until } from '../testing/running-gateway.ts';

let gateway: RunningGateway;
let redis: Redis;
let producer: LogProducer;
let sockets: WebSocket[] = [];
beforeAll(async () => {
  gateway = await runGateway();
  redis = new Redis(process.env.TEST_REDIS_URL ?? '');
  producer = await gateway.cell.log.producer();
});
afterEach(async () => {
  for (const socket of sockets) socket.close();
  sockets = [];
  await until(() => gateway.parts.pictures.connections === 0);
});
afterAll(async () => {
  redis.disconnect();
  await gateway.close();
});

/** A header as a browser gets it. */
interface Header {
  readonly epoch: number;
  readonly sequence: number;
  readonly outcome: string;
  readonly judged: boolean;
  readonly boxes: readonly { readonly x1Px: number; readonly trackId?: string | null }[];
  readonly remembered?: readonly { readonly x1Px: number }[];
}
interface Picture {
  readonly header: Header;
  readonly jpeg: Buffer;
}

const channel = (cameraId: string): string => `${gateway.cell.prefix}live:${cameraId}`;
const place = { y1Px: 0, x2Px: 640, y2Px: 360 };
/** Where inference sees the box of each frame; the rules see it one further, and a remembered one two further. */
const box = (x1Px: number) => ({ className: 'hand', confidence: 0.5, x1Px, ...place });

/** A picture as inference publishes it. */
function publish(cameraId: string, epoch: number, sequence: number, jpeg = Buffer.from('jpeg')): Promise<number> {
  const header = { cameraId, epoch, sequence, outcome: 'detected', boxes: [box(10 * sequence)] };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return redis.publish(channel(cameraId), Buffer.concat([length, json, jpeg]));
}

async function judge(cameraId: string, epoch: number, sequence: number): Promise<void> {
  const track: Track = {
    ...{ cameraId, storeId: 'store-1', epoch, sequence, capturedAtMs: 0, mediaTimeMs: null, widthPx: 640 },
    ...{ heightPx: 360, outcome: 'detected', models: [] },
    boxes: [{ ...box(10 * sequence + 1), trackId: 't1', points: [], model: 'm' }],
    remembered: [box(10 * sequence + 2)],
  };
  await producer.send([gateway.cell.outgoing(topics.tracks, cameraId, track)]);
}

/** A browser that watches these cameras, and what it gets. */
async function watch(login: string, cameraIds: readonly string[]) {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/live`, {
    headers: { authorization: basic(login) },
  });
  sockets.push(socket);
  const pictures: Picture[] = [];
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return;
    const end = 4 + data.readUInt32BE(0);
    pictures.push({ header: JSON.parse(data.toString('utf8', 4, end)), jpeg: data.subarray(end) });
  });
  await new Promise(resolve => socket.once('open', resolve));
  const say = (watched: readonly string[]): void => socket.send(JSON.stringify({ type: 'watch', cameraIds: watched }));
  say(cameraIds);
  return { socket, pictures, say };
}

const subscribers = async (cameraId: string): Promise<number> =>
  Number((await redis.pubsub('NUMSUB', channel(cameraId)))[1]);

test('inference learns which cameras are watched, and a picture goes only to users who may see its camera', async () => {
  const { pictures, say } = await watch('berlin', ['cam-1', 'cam-2']);
  const lease = `${gateway.cell.prefix}live:watch`;
  await until(async () => (await redis.zcard(lease)) > 0);
  expect(await redis.zrangebyscore(lease, Date.now() + 7_000, '+inf')).toEqual(['cam-1']); // cam-2 is not granted
  await until(async () => (await publish('cam-1', 1, 1)) > 0);
  expect(await publish('cam-2', 1, 1)).toBe(0);
  await until(() => pictures.length > 0);
  expect(pictures[0]?.jpeg.toString()).toBe('jpeg');
  say([]);
  await until(async () => (await publish('cam-1', 1, 2)) === 0);
});

test('a picture comes in one message with what the rules saw on its own frame, in order', async () => {
  const { pictures } = await watch('admin', ['cam-1']);
  await until(async () => (await subscribers('cam-1')) > 0);
  const judged = (): readonly Picture[] => pictures.filter(({ header }) => header.judged);
  for (let sequence = 1; judged().length < 5; sequence++) {
    await Promise.all([publish('cam-1', 2, sequence), judge('cam-1', 2, sequence)]);
    await sleep(20);
  }
  for (const { header, jpeg } of judged()) {
    const { sequence, outcome } = header;
    expect([jpeg.toString(), outcome]).toEqual(['jpeg', 'detected']);
    expect(header.boxes).toEqual([{ ...box(10 * sequence + 1), trackId: 't1', points: [], model: 'm' }]);
    expect(header.remembered).toEqual([box(10 * sequence + 2)]);
  }
  const sequences = pictures.map(({ header }) => header.sequence);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
});

test("a picture that no rule judged in time comes with the model's boxes and is marked", async () => {
  const { pictures } = await watch('admin', ['cam-1']);
  await until(async () => (await subscribers('cam-1')) > 0);
  await judge('cam-1', 3, 1); // of another epoch
  const publishedAtMs = performance.now();
  await publish('cam-1', 4, 1);
  await until(() => pictures.length > 0);
  expect(performance.now() - publishedAtMs).toBeGreaterThan(140);
  expect(pictures[0]?.header).toMatchObject({ epoch: 4, judged: false, boxes: [box(10)] });
  expect(pictures[0]?.header.remembered).toBeUndefined();
});

test('a message that is not a picture is counted and stops nothing', async () => {
  const { pictures } = await watch('admin', ['cam-1']);
  await until(async () => (await subscribers('cam-1')) > 0);
  const { counts } = gateway.parts.pictures;
  const before = counts.unreadable;
  for (const bytes of ['', '{}', '\0\0\0\x02{}', '\0\0\0\x02{]', '\0\0\0\x63{}'])
    await redis.publish(channel('cam-1'), Buffer.from(bytes));
  await publish('cam-1', 5, 1);
  await until(() => pictures.length > 0);
  expect([counts.unreadable - before, pictures.length]).toEqual([5, 1]);
});

test('a slow browser gets the newest picture of each camera, not a queue of old ones', async () => {
  const { socket, pictures } = await watch('admin', ['cam-1']);
  await until(async () => (await subscribers('cam-1')) > 0);
  socket.pause();
  const jpeg = Buffer.alloc(400_000);
  for (let sequence = 1; sequence <= 100; sequence++) await publish('cam-1', 6, sequence, jpeg);
  socket.resume();
  await until(() => pictures.at(-1)?.header.sequence === 100);
  const sequences = pictures.map(({ header }) => header.sequence);
  expect(sequences.length).toBeLessThan(50);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
});
