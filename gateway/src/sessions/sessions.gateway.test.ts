/** Camera sessions from outside: who may, what is refused, who has a webcam, and what is cleaned up. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readWebcamMessage, webcamChannel } from '@sightline/schemas';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { basic, type RunningGateway, runGateway, until } from '../testing/running-gateway.ts';

const jpeg = readFileSync(new URL('../../../models/goldens/kitchen-v1.jpg', import.meta.url));

let gateway: RunningGateway;
let redis: Redis;
let ingest: Redis;
let webcamId: string;
let sockets: WebSocket[] = [];

type Heard = NonNullable<ReturnType<typeof readWebcamMessage>>;
const heard: Heard[] = [];

beforeAll(async () => {
  gateway = await runGateway();
  redis = new Redis(process.env.TEST_REDIS_URL ?? '');
  ingest = new Redis(process.env.TEST_REDIS_URL ?? '');
  webcamId = await addWebcam({ storeId: 'store-1' });
  await ingest.subscribe(webcamChannel(gateway.cell.prefix, webcamId));
  ingest.on('messageBuffer', (_channel: Buffer, message: Buffer) => {
    const read = readWebcamMessage(message);
    if (read !== undefined) heard.push(read);
  });
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  sockets = [];
  await sleep(100);
  heard.length = 0;
});
afterAll(async () => {
  redis.disconnect();
  ingest.disconnect();
  await gateway.close();
});

async function addWebcam(input: object): Promise<string> {
  const query =
    'mutation($input: SetCameraInput!) { setCamera(input: $input) { ... on Camera { cameraId name url } ... on Invalid { field message } } }';
  const { setCamera } = await gateway.ask<{ setCamera: { cameraId: string; name: string; url: string } }>(query, {
    input: { address: 'webcam:', maxFps: 10, ...input },
  });
  expect(setCamera).toMatchObject({ name: 'Webcam', url: 'webcam:' });
  return setCamera.cameraId;
}

const call = (method: string, path: string, login = 'admin', body?: object): Promise<Response> =>
  fetch(`${gateway.url}/api/v1/session${path}`, {
    method,
    headers: { authorization: basic(login), 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });

async function session(login: string, cameraIds = [webcamId], started = true): Promise<string> {
  const created = await call('POST', '/create', login, { cameraIds });
  expect(created.status).toBe(201);
  const { sessionId } = (await created.json()) as { sessionId: string };
  if (started) expect((await call('POST', `/${sessionId}/start`, login)).status).toBe(200);
  return sessionId;
}

type Answer = {
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  readonly cameraId?: string;
  readonly cameras?: readonly object[];
};

/** A client of a session; `answers` are its messages without heartbeats. */
async function client(login: string, sessionId: string, url = gateway.url, headers = {}) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/${sessionId}`, {
    headers: { authorization: basic(login), ...headers },
  });
  sockets.push(socket);
  const answers: Answer[] = [];
  let closed: number | undefined;
  socket.on('message', data => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.type !== 'heartbeat') answers.push(answer);
  });
  socket.on('close', code => {
    closed = code;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const answerTo = async (header: object | string, picture: Buffer = jpeg): Promise<Answer | undefined> => {
    const before = answers.length;
    const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(json.length);
    socket.send(Buffer.concat([length, json, picture]));
    await until(() => answers.slice(before).some(({ type }) => type === 'taken' || type === 'refused'));
    return answers.slice(before).find(({ type }) => type === 'taken' || type === 'refused');
  };
  return { socket, answers, answerTo, closed: () => closed };
}

async function refusedUpgrade(login: string, sessionId: string, headers = {}): Promise<number> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws/${sessionId}`, {
    headers: { authorization: basic(login), ...headers },
  });
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => reject(new Error('it was opened')));
    socket.on('error', () => {});
  });
}

const pictures = (): readonly Heard[] => heard.filter(({ header }) => header.kind === 'picture');

test('a session lives from create to delete, and only for who made it', async () => {
  const sessionId = await session('admin', [webcamId, 'cam-1'], false);
  const found = (await (await call('GET', `/${sessionId}`)).json()) as object;
  expect(found).toMatchObject({
    sessionId,
    state: 'created',
    cameraIds: [webcamId, 'cam-1'],
    socket: `/ws/${sessionId}`,
  });
  for (const login of ['viewer', 'berlin']) {
    expect((await call('GET', `/${sessionId}`, login)).status).toBe(404);
    expect((await call('POST', `/${sessionId}/start`, login)).status).toBe(404);
    expect((await call('DELETE', `/${sessionId}`, login)).status).toBe(404);
  }
  expect(await refusedUpgrade('admin', sessionId)).toBe(400); // not started
  await call('POST', `/${sessionId}/start`);
  expect(await refusedUpgrade('viewer', sessionId)).toBe(404);
  const status = (await (await call('GET', `/${sessionId}/status`)).json()) as object;
  expect(status).toMatchObject({
    state: 'started',
    cameras: [
      { cameraId: webcamId, webcam: true },
      { cameraId: 'cam-1', webcam: false },
    ],
  });
  expect(((await (await call('POST', `/${sessionId}/stop`)).json()) as { state: string }).state).toBe('stopped');
  expect((await call('DELETE', `/${sessionId}`)).status).toBe(204);
  expect((await call('GET', `/${sessionId}`)).status).toBe(404);
});

test('bad sessions are refused with the field', async () => {
  const code = async (body: object, login = 'admin') => {
    const answer = await call('POST', '/create', login, body);
    return [answer.status, ((await answer.json()) as { field: string }).field];
  };
  expect(await code({})).toEqual([400, 'cameraIds']);
  expect(await code({ cameraIds: [] })).toEqual([400, 'cameraIds']);
  expect(await code({ cameraIds: Array.from({ length: 17 }, String) })).toEqual([400, 'cameraIds']);
  expect(await code({ cameraIds: ['nobody'] })).toEqual([400, 'cameraIds']);
  expect(await code({ cameraIds: ['cam-2'] }, 'berlin')).toEqual([400, 'cameraIds']); // of another store
});

test('a picture is passed on with its size and time, and nothing else is', async () => {
  const { answers, answerTo } = await client('berlin', await session('berlin'));
  await until(() => answers.length > 0);
  expect(answers[0]).toMatchObject({
    type: 'session',
    cameras: [{ cameraId: webcamId, sendsPictures: true, maxFps: 10 }],
  });
  expect(await answerTo({ cameraId: webcamId, capturedAtMs: 1_700_000_000_123 })).toMatchObject({ type: 'taken' });
  await until(() => pictures().length > 0);
  const [first] = pictures();
  expect(first?.header).toMatchObject({ capturedAtMs: 1_700_000_000_123, widthPx: 640, heightPx: 360, leftOut: 0 });
  expect(first?.jpeg.equals(jpeg)).toBe(true);
  const refusals: readonly [header: object | string, picture: Buffer, message: RegExp][] = [
    [{}, Buffer.from('no picture'), /no JPEG/],
    ['{', jpeg, /another format/],
    [{ capturedAtMs: 'now' }, jpeg, /header is wrong/],
    [{ capturedAtMs: -1 }, jpeg, /header is wrong/],
    [{ cameraId: 'cam-1' }, jpeg, /camera of this session/],
    [{}, Buffer.concat([jpeg, Buffer.alloc(1024 * 1024)]), /at most 1048576/],
    [{}, sized(8_000, 8_000), /8000 x 8000 pixels/],
  ];
  for (const [header, picture, message] of refusals) {
    const answer = await answerTo(header, picture);
    expect(answer).toMatchObject({ type: 'refused' });
    expect(answer?.message).toMatch(message);
  }
  expect(pictures()).toHaveLength(1);
});

/** The JPEG with another size in its header. */
function sized(widthPx: number, heightPx: number): Buffer {
  const copy = Buffer.from(jpeg);
  const at = copy.indexOf(Buffer.from([0xff, 0xc0]));
  copy.writeUInt16BE(heightPx, at + 5);
  copy.writeUInt16BE(widthPx, at + 7);
  return copy;
}

test('who may only look sends no pictures; a camera with an address takes none; another page opens no socket', async () => {
  const viewer = await client('viewer', await session('viewer'));
  expect(await viewer.answerTo({})).toMatchObject({ type: 'refused', code: 'FORBIDDEN' });
  const other = await client('admin', await session('admin', ['cam-1']));
  expect(await other.answerTo({})).toMatchObject({ type: 'refused', code: 'BAD_INPUT' });
  expect(await refusedUpgrade('admin', await session('admin'), { origin: 'https://evil.example' })).toBe(403);
  expect(heard).toHaveLength(0);
});

test('a flood of pictures is held to the rate of the camera, and a too large message ends the socket', async () => {
  const { socket, answers } = await client('admin', await session('admin'));
  const message = Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from('{}'), jpeg]);
  for (let at = 0; at < 50; at++) socket.send(message);
  await until(() => answers.filter(({ type }) => type === 'refused' || type === 'taken').length === 50);
  expect(pictures().length).toBeLessThanOrEqual(3);
  expect(answers.some(({ code }) => code === 'TOO_MANY_REQUESTS')).toBe(true);
  let code: number | undefined;
  socket.on('close', closed => {
    code = closed;
  });
  socket.send(Buffer.alloc(5 * 1024 * 1024));
  await until(() => code === 1009);
});

test('the newest connection has the camera, at whichever gateway; the earlier one is told', async () => {
  const other = await gateway.second();
  try {
    const first = await client('admin', await session('admin'));
    expect(await first.answerTo({})).toMatchObject({ type: 'taken' });
    const second = await client('berlin', await session('berlin'), other.url);
    expect(await second.answerTo({})).toMatchObject({ type: 'taken' });
    await until(() => first.answers.some(({ code }) => code === 'TAKEN_OVER'));
    expect(await first.answerTo({})).toMatchObject({ type: 'refused', code: 'TAKEN_OVER' });
    await sleep(200);
    expect(await second.answerTo({})).toMatchObject({ type: 'taken' });
    const senders = pictures().map(({ header }) => header.connectionId);
    expect([...new Set(senders)]).toHaveLength(2);
    expect(senders).toEqual(senders.toSorted((a, b) => senders.indexOf(a) - senders.indexOf(b))); // none comes back
    first.socket.close();
    await sleep(300);
    expect(heard.filter(({ header }) => header.kind === 'left')).toHaveLength(0); // it had the camera no more
  } finally {
    await other.close();
  }
}, 30_000);

test('a stopped session closes its sockets and gives its camera back; so does a browser that is gone, within 10 s', async () => {
  const sessionId = await session('admin');
  const stopped = await client('admin', sessionId);
  await stopped.answerTo({});
  await call('POST', `/${sessionId}/stop`);
  await until(() => stopped.closed() === 4410, 4_000);
  await until(() => heard.some(({ header }) => header.kind === 'left'));
  expect(await redis.keys(`${gateway.cell.prefix}webcam-holder:*`)).toEqual([]);
  await sleep(11_000); // a stopped session lasts for ten minutes, not for ten seconds
  expect((await call('POST', `/${sessionId}/start`)).status).toBe(200);
  const again = await client('admin', sessionId);
  await again.answerTo({});
  again.socket.close();
  await until(async () => (await redis.keys(`${gateway.cell.prefix}webcam-holder:*`)).length === 0);

  heard.length = 0;
  const lostId = await session('admin');
  const lost = await client('admin', lostId);
  await lost.answerTo({});
  lost.socket.pause(); // answers no ping any more, and its connection stays open
  await until(() => heard.some(({ header }) => header.kind === 'left'), 10_000);
  await until(async () => (await call('GET', `/${lostId}`)).status === 404, 12_000);
  expect(await redis.keys(`${gateway.cell.prefix}webcam-holder:*`)).toEqual([]);
}, 60_000);

test('sessions that ended no longer count', async () => {
  const many = Array.from({ length: 100 }, () => session('viewer'));
  const [first = ''] = await Promise.all(many);
  expect((await call('POST', '/create', 'viewer', { cameraIds: [webcamId] })).status).toBe(429);
  await redis.del(`${gateway.cell.prefix}camera-session:${first}`); // as when its time is over
  const ofUser = `${gateway.cell.prefix}camera-sessions:viewer`;
  await redis.zadd(ofUser, Date.now() - 1, first);
  expect((await call('POST', '/create', 'viewer', { cameraIds: [webcamId] })).status).toBe(201);
});

test('without an ingest for the camera the sender is told', async () => {
  const unheard = await addWebcam({ storeId: 'store-2' });
  const { answerTo } = await client('admin', await session('admin', [unheard]));
  expect(await answerTo({})).toMatchObject({ type: 'refused', code: 'UNAVAILABLE' });
});
