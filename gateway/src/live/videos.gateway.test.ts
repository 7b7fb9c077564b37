import { headedMessage, type VideoHeader, videoChannel, videoWatchKey } from '@sightline/schemas';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { basic, type RunningGateway, runGateway, until } from '../testing/running-gateway.ts';

let gateway: RunningGateway;
let redis: Redis;
let sockets: WebSocket[] = [];
beforeAll(async () => {
  gateway = await runGateway();
  redis = new Redis(process.env.TEST_REDIS_URL ?? '');
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

const channel = (cameraId: string): string => videoChannel(gateway.cell.prefix, cameraId);
const subscribers = async (cameraId: string): Promise<number> =>
  Number((await redis.pubsub('NUMSUB', channel(cameraId)))[1]);

/** A picture of a video as ingest publishes it; each fifth is a key frame. */
function publish(cameraId: string, number: number, bytes = Buffer.from(`picture ${number}`)): Promise<number> {
  const described = { codec: 'avc1.640014', widthPx: 640, heightPx: 360, initBytes: number % 5 === 0 ? 3 : 0 };
  const place = { generation: 1, timeTicks: number * 3_000, number };
  const header: VideoHeader = { kind: 'video', cameraId, ...place, isKey: number % 5 === 0, ...described };
  return redis.publish(channel(cameraId), headedMessage(header, bytes));
}

/** A browser that plays these videos, and the messages of videos that it gets. */
async function watch(login: string, videoIds: readonly string[]) {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/live`, {
    headers: { authorization: basic(login) },
  });
  sockets.push(socket);
  const headers: VideoHeader[] = [];
  const texts: string[] = [];
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return void texts.push(String(data));
    headers.push(JSON.parse(data.toString('utf8', 4, 4 + data.readUInt32BE(0))));
  });
  await new Promise(resolve => socket.once('open', resolve));
  const say = (watched: readonly string[]): void =>
    socket.send(JSON.stringify({ type: 'watch', cameraIds: [], videoIds: watched }));
  say(videoIds);
  const numbers = (): readonly number[] => headers.flatMap(each => (each.kind === 'video' ? each.number : []));
  return { socket, headers, texts, numbers, say };
}

test('ingest learns whose video is watched, and a video goes only to users who may see its camera', async () => {
  const { numbers, say } = await watch('berlin', ['cam-1', 'cam-2']);
  const lease = videoWatchKey(gateway.cell.prefix);
  await until(async () => (await redis.zcard(lease)) > 0);
  expect(await redis.zrangebyscore(lease, Date.now() + 7_000, '+inf')).toEqual(['cam-1']); // cam-2 is not granted
  expect(await redis.zcard(`${gateway.cell.prefix}live:watch`)).toBe(0); // its pictures are watched by nobody
  await until(async () => (await publish('cam-1', 0)) > 0);
  expect(await publish('cam-2', 0)).toBe(0);
  await until(() => numbers().length > 0);
  say([]);
  await until(async () => (await publish('cam-1', 1)) === 0);
});

test('who comes later gets the pictures since the last key frame at once, and then each', async () => {
  const first = await watch('admin', ['cam-1']);
  await until(async () => (await subscribers('cam-1')) > 0);
  for (let number = 0; number < 8; number++) await publish('cam-1', number);
  await until(() => first.numbers().length === 8);
  const second = await watch('admin', ['cam-1']);
  await until(() => second.numbers().length > 0);
  await publish('cam-1', 8);
  await until(() => second.numbers().length === 4);
  expect(second.numbers()).toEqual([5, 6, 7, 8]);
});

test('a slow browser goes on at a key frame; nothing waits for it in the gateway', async () => {
  const { socket, numbers } = await watch('admin', ['cam-1']);
  await until(async () => (await subscribers('cam-1')) > 0);
  socket.pause();
  for (let number = 0; number < 100; number++) await publish('cam-1', number, Buffer.alloc(400_000));
  socket.resume();
  await until(async () => {
    await publish('cam-1', 100);
    return numbers().at(-1) === 100;
  });
  const got = numbers();
  expect(got.length).toBeLessThan(60);
  for (const [at, number] of got.entries())
    expect(at === 0 || number === (got[at - 1] ?? 0) + 1 || number % 5 === 0).toBe(true);
});

test('a message that is no video is counted and passed to nobody', async () => {
  const { headers } = await watch('admin', ['cam-1']);
  await until(async () => (await subscribers('cam-1')) > 0);
  const before = gateway.parts.pictures.unreadableVideos;
  const ofAnother = headedMessage({ kind: 'no-video', cameraId: 'cam-2', reason: 'x' });
  for (const bytes of [Buffer.from(''), Buffer.from('\0\0\0\x02{}'), headedMessage({ kind: 'video' }), ofAnother])
    await redis.publish(channel('cam-1'), bytes);
  await publish('cam-1', 0);
  await until(() => headers.length > 0);
  expect([gateway.parts.pictures.unreadableVideos - before, headers.length]).toEqual([4, 1]);
});

test('a browser plays a few videos at most', async () => {
  const { texts } = await watch('admin', ['cam-1', 'cam-2', 'cam-3', 'cam-4', 'cam-5']);
  await until(() => texts.some(text => text.includes('"error"')));
  expect(await redis.zscore(videoWatchKey(gateway.cell.prefix), 'cam-5')).toBeNull();
});
