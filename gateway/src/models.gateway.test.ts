import { readdir, readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import { modelVersionId } from '@sightline/schemas/control';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportModel } from './testing/report-model.ts';
import { basic, PASSWORD, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';

/** A detector that finds the brightest part of a picture as class 0 of three. */
const SQUARE = join(import.meta.dirname, '../../processors/src/vision/testing/bright-square.onnx');

let gateway: RunningGateway;
let square: Buffer;

beforeAll(async () => {
  gateway = await runGateway();
  square = await readFile(SQUARE);
});

afterAll(() => gateway.close());

async function request(method: string, path: string, body?: Buffer, login = 'admin') {
  const answer = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${login}:${PASSWORD}`).toString('base64')}`,
      'content-type': 'application/octet-stream',
    },
    body: body === undefined ? null : new Uint8Array(body),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? null : JSON.parse(text) };
}

const uploadedNames = async (): Promise<readonly string[]> => {
  const { json } = await request('GET', '/models');
  type Listed = { readonly name: string; readonly uploaded: object | null };
  return json.models.flatMap(({ name, uploaded }: Listed) => (uploaded ? [name] : []));
};

/** An upload whose body is sent later, if the gateway lets it come. */
function slowUpload(name: string) {
  const sent = httpRequest(`${gateway.url}/models?name=${name}&classes=hand,pizza,scooper`, {
    method: 'POST',
    headers: { authorization: basic('admin'), expect: '100-continue', 'transfer-encoding': 'chunked' },
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => sent.on('response', resolve).on('error', reject));
  const mayCome = new Promise<void>(resolve => sent.on('continue', resolve));
  sent.flushHeaders();
  return { mayCome, answer, send: (chunk: Buffer) => sent.write(chunk), end: () => sent.end() };
}

/** Folders of uploaded files. */
const fileIds = (): Promise<readonly string[]> => readdir(dirname(dirname(gateway.parts.modelFiles.cardPath('any'))));

/** The file with bytes behind that change its hash and nothing else: a doc string of the model. */
const changed = (text: string): Buffer =>
  Buffer.concat([square, Buffer.from([0x32, text.length]), Buffer.from(text, 'utf8')]);

const upload = (name: string, file: Buffer, more = 'classes=hand,pizza,scooper') =>
  request('POST', `/models?name=${name}&${more}`, file);

const plan = async (input: object, login = 'admin') =>
  (
    await gateway.ask<{ setPlan: object }>(
      'mutation ($input: SetPlanInput!) { setPlan(input: $input) { __typename ... on Invalid { field message } } }',
      { input },
      login,
    )
  ).setPlan;

test('no name is known to be free before inference has said which models ship', async () => {
  const early = await upload('squares', square);
  expect([early.status, early.json.detail]).toEqual([400, expect.stringContaining('inference has not reported')]);
  await reportModel(gateway.cell, 'kitchen', 'open', { standard: true, classes: ['hand', 'pizza', 'scooper'] });
  await until(() => gateway.parts.models.get('kitchen') !== undefined);
  const shipped = await upload('kitchen', square);
  expect([shipped.status, shipped.json.detail]).toEqual([400, expect.stringContaining("Sightline's own model")]);
});

test('an uploaded detector is tried, and its first version serves', async () => {
  const { status, json } = await upload('squares', square, 'classes=hand,pizza,scooper&title=Bright%20squares');
  expect([status, json.detail]).toEqual([201, undefined]);
  expect(json.model).toMatchObject({ name: 'squares', version: '1', title: 'Bright squares', licence: 'proprietary' });
  expect(json.version).toMatchObject({ version: '1', layout: 'ultralytics-detect', fileBytes: square.length });
  expect(json.version.msPerPicture).toBeGreaterThan(0);
  expect(await uploadedNames()).toEqual(['squares']);
});

test('a second version waits until it is told to serve; the first one is a step away', async () => {
  const { json: added } = await upload('squares', changed('second'));
  expect(added.version.version).toBe('2');
  expect(added.model).toMatchObject({ version: '1', uploaded: { previous: null, candidate: null } });
  const { json: served } = await request('POST', '/models/squares/versions/2/serve');
  expect(served.model).toMatchObject({ version: '2', uploaded: { previous: '1' } });
  const { json: back } = await request('POST', '/models/squares/rollback');
  expect(back.model).toMatchObject({ version: '1', uploaded: { previous: '2' } });
  const stale = await request('POST', '/models/squares/versions/2/serve?expectedVersion=0');
  expect([stale.status, stale.json.code]).toEqual([409, 'CONFLICT']);
});

test('what is no model, or a model that is there, is refused with the reason, and nothing is added', async () => {
  const wrong: readonly (readonly [name: string, file: Buffer, more: string, field: string, message: RegExp])[] = [
    ['page', Buffer.from('<!doctype html><p>Sign in'), '', 'body', /web page/],
    ['empty', Buffer.alloc(0), '', 'body', /empty/],
    ['cut', square.subarray(0, 100), '', 'body', /./],
    ['squares', square, '', 'body', /version 1 of squares has the same file/],
    ['squares', changed('third'), 'version=1', 'version', /has a version 1/],
    ['No Name', square, '', 'name', /no name for a model/],
    ['..', square, '', 'name', /no name for a model/],
    ['few', changed('few'), 'classes=hand,pizza', 'body', /class/],
  ];
  for (const [name, file, more, field, message] of wrong) {
    const { status, json } = await upload(encodeURIComponent(name), file, more);
    expect([name, status, json.field, json.detail]).toEqual([name, 400, field, expect.stringMatching(message)]);
  }
  expect(await uploadedNames()).toEqual(['squares']);
  expect(await fileIds()).toHaveLength(2); // those of the versions 1 and 2
});

test('of two uploads of one version the first to end is kept whole, and the other leaves nothing', async () => {
  const late = slowUpload('raced');
  await late.mayCome;
  late.send(square.subarray(0, 100));
  const first = await upload('raced', changed('first'));
  expect(first.status).toBe(201);
  const { fileId } = gateway.parts.models.versionOf('raced', '1') ?? { fileId: '' };
  const card = await readFile(gateway.parts.modelFiles.cardPath(fileId), 'utf8');
  late.send(square.subarray(100));
  late.end();
  expect((await late.answer).statusCode).toBe(409);
  expect(await readFile(gateway.parts.modelFiles.cardPath(fileId), 'utf8')).toBe(card);
  expect(JSON.parse(card).sha256).toBe(first.json.version.sha256);
  expect(await fileIds()).toHaveLength(3);
});

test('a version that begins to serve while it is removed either serves or is gone', async () => {
  expect((await upload('raced', changed('a second one'))).json.version.version).toBe('2');
  const answers = await Promise.all([
    request('POST', '/models/raced/versions/2/serve'),
    request('DELETE', '/models/raced/versions/2'),
  ]);
  // The loser is refused: by what it sees already (400), or since it relied on what the other changed (409).
  const statuses = answers.map(({ status }) => status).toSorted();
  expect(statuses).toEqual([expect.toBeOneOf([200, 204]), expect.toBeOneOf([400, 409])]);
  const { serving } = gateway.parts.models.get('raced')?.uploaded?.value ?? { serving: '' };
  expect(gateway.parts.models.versionOf('raced', serving)).toBeDefined();
  expect((await request('DELETE', '/models/raced')).status).toBe(204);
  await until(() => gateway.control.fold.entity('modelVersion', modelVersionId('raced', '1')) === undefined);
  expect(await fileIds()).toHaveLength(2);
});

test('only who may change models may upload, and a body that never ends is not waited for without a sign-in', async () => {
  for (const login of ['viewer', 'berlin']) {
    const { status } = await request('POST', '/models?name=mine', square, login);
    expect([login, status]).toEqual([login, 403]);
  }
  const answer = await fetch(`${gateway.url}/models?name=mine`, { method: 'POST', body: new Uint8Array(square) });
  expect(answer.status).toBe(401);
});

test('a version that was taken out of use is tried again when a person asks, without another upload', async () => {
  const before = gateway.parts.models.versionOf('squares', '1');
  const { status } = await request('POST', '/models/squares/versions/1/try-again');
  expect([status, gateway.parts.models.versionOf('squares', '1')]).toEqual([200, { ...before, attempt: 1 }]);
  expect((await request('POST', '/models/squares/versions/9/try-again')).json.field).toBe('version');
  expect((await request('POST', '/models/squares/versions/1/try-again', undefined, 'viewer')).status).toBe(403);
});

test('a model that a plan names stays; without one it goes, with its files', async () => {
  expect(await plan({ storeId: 'store-2', plan: [{ model: 'squares' }] })).toEqual({ __typename: 'PlanSet' });
  const refused = await request('DELETE', '/models/squares');
  expect([refused.status, refused.json.detail]).toEqual([400, expect.stringContaining('the plan of the store')]);
  const { cameras } = await gateway.ask<{ cameras: readonly object[] }>(
    '{ cameras(storeId: "store-2") { cameraId planOrigin plan { model } } }',
  );
  expect(cameras).toEqual([{ cameraId: 'cam-2', planOrigin: 'STORE', plan: [{ model: 'squares' }] }]);
  await plan({ storeId: 'store-2', plan: null });
  expect(await request('DELETE', '/models/squares')).toEqual({ status: 204, json: null });
  expect(await uploadedNames()).toEqual([]);
  const again = await upload('squares', square);
  expect([again.status, again.json.version?.version]).toEqual([201, '1']);
});

test('a plan that blinds a rule, of a version or of a store, is refused and names the rule', async () => {
  await upload('people', changed('people'), 'classes=person,dog,cat');
  expect(await plan({ storeId: 'store-2', plan: [{ model: 'people' }] })).toMatchObject({
    ...{ __typename: 'Invalid', field: 'plan' },
    message: expect.stringContaining('of the camera “Camera cam-2” would find nothing'),
  });
  expect(await plan({ plan: [{ model: 'nobody' }] })).toMatchObject({
    message: expect.stringContaining('there is no model nobody'),
  });
  await plan({ storeId: 'store-2', plan: [{ model: 'squares' }] });
  await upload('squares', changed('other classes'), 'classes=person,dog,cat');
  const { status, json } = await request('POST', '/models/squares/versions/2/serve');
  expect([status, json.field]).toEqual([400, 'version']);
  expect(json.detail).toContain('would find nothing, since this version does not look for hand');
});

test("a manager sets the models of an own store, and not the chain's", async () => {
  expect(await plan({ storeId: 'store-1', plan: [{ model: 'squares' }] }, 'berlin')).toEqual({ __typename: 'PlanSet' });
  expect(await plan({ storeId: 'store-2', plan: null }, 'berlin')).toMatchObject({ field: 'storeId' });
  await expect(plan({ plan: null }, 'berlin')).rejects.toThrow(/role/);
});

test('a shadow is compared; without a comparison yet, the figures are zero', async () => {
  expect((await request('GET', '/models/squares/shadow')).status).toBe(404);
  const { json } = await request('GET', '/models');
  const of = json.models.find((model: { readonly name: string }) => model.name === 'squares');
  const set = await gateway.ask<{ setModelShadow: object }>(
    'mutation ($v: Long!) { setModelShadow(name: "squares", version: "2", expectedVersion: $v) { __typename } }',
    { v: of.uploaded.entityVersion },
  );
  expect(set.setModelShadow).toEqual({ __typename: 'Model' });
  const { status, json: shadow } = await request('GET', '/models/squares/shadow');
  expect([status, shadow]).toEqual([
    200,
    {
      ...{ serving: '1', shadow: '2', frames: 0, differentFrames: 0, servingBoxes: 0, shadowBoxes: 0, agreed: 0 },
      differences: [],
    },
  ]);
  expect((await request('DELETE', '/models/squares/versions/2')).json.detail).toContain('is the shadow');
});

test('a plan with a model that looks at boxes needs one before it that finds them', async () => {
  await reportModel(gateway.cell, 'palm', 'open', { classes: ['palm'] });
  await reportModel(gateway.cell, 'hand-landmarks', 'open', {
    classes: ['hand'],
    cropsOf: 'palm',
    runs: 3,
    pictures: 2,
  });
  await until(() => gateway.parts.models.get('hand-landmarks') !== undefined);
  const order = (...models: readonly string[]) => plan({ plan: models.map(model => ({ model })) });
  for (const wrong of [order('hand-landmarks'), order('hand-landmarks', 'palm')])
    expect(await wrong).toEqual({
      ...{ __typename: 'Invalid', field: 'plan' },
      message: 'hand-landmarks looks at boxes of palm, and no model before it finds them: put palm before it',
    });
  const { models } = await gateway.ask<{ models: readonly { name: string }[] }>(
    '{ models { name cropsOf orWhole processes { pictures runs } } }',
  );
  expect(models.find(({ name }) => name === 'hand-landmarks')).toEqual({
    ...{ name: 'hand-landmarks', cropsOf: 'palm', orWhole: false, processes: [{ pictures: 2, runs: 3 }] },
  });
});

const setCamera = async (input: object) =>
  (
    await gateway.ask<{ setCamera: { readonly cameraId: string; readonly version: number } }>(
      'mutation ($input: SetCameraInput!) { setCamera(input: $input) { __typename ... on Camera { cameraId version } ... on Invalid { field message } } }',
      { input },
    )
  ).setCamera;

const finderThenHands = [{ model: 'finder' }, { model: 'hand-landmarks' }];

test('a plan is refused when its first stage finds the class without the points that the second one needs', async () => {
  const cropPoints = ['wrist', 'middle_mcp'];
  await reportModel(gateway.cell, 'palm', 'open', { classes: ['palm'], points: [...cropPoints, 'thumb'] });
  await reportModel(gateway.cell, 'hand-landmarks', 'open', { classes: ['hand'], cropsOf: 'palm', cropPoints });
  await reportModel(gateway.cell, 'bare', 'open', { classes: ['palm'], points: ['wrist'] });
  await until(() => gateway.parts.models.get('bare') !== undefined);
  expect(await plan({ plan: [{ model: 'bare' }, { model: 'hand-landmarks' }] })).toEqual({
    ...{ __typename: 'Invalid', field: 'plan' },
    message:
      'hand-landmarks looks at boxes of palm, and those of bare have no points middle_mcp, which it needs: put palm before it',
  });
});

test('a version without what a second stage of a plan looks at is refused, and names the cameras', async () => {
  await upload('finder', changed('finder one'), 'classes=palm,dog,cat');
  await upload('finder', changed('finder two'), 'classes=person,dog,cat');
  const serve = () => request('POST', '/models/finder/versions/2/serve');
  const try2 = async () => {
    const { json } = await request('GET', '/models');
    const of = json.models.find((model: { readonly name: string }) => model.name === 'finder');
    const set = await gateway.ask<{ result: object }>(
      'mutation ($v: Long!) { result: setModelCandidate(name: "finder", version: "2", percent: 10, expectedVersion: $v) { __typename ... on Invalid { field message } } }',
      { v: of.uploaded.entityVersion },
    );
    return set.result;
  };
  const refusal = (whose: string) =>
    `under this version, in the plan of ${whose}, hand-landmarks looks at boxes of palm, and no model before it finds them: change that plan first`;
  const { cameraId, version } = await setCamera({
    ...{ address: 'rtsp://finder/1', name: 'Sink', storeId: 'store-1', plan: finderThenHands },
  });
  expect(await serve()).toMatchObject({
    status: 400,
    json: { field: 'version', detail: refusal('the camera “Sink”') },
  });
  expect(await try2()).toEqual({
    ...{ __typename: 'Invalid', field: 'version', message: refusal('the camera “Sink”') },
  });
  expect(await setCamera({ cameraId, expectedVersion: version, plan: null })).toMatchObject({ __typename: 'Camera' });
  const ofStore = { storeId: 'store-2', plan: [{ model: 'squares' }, ...finderThenHands] };
  expect(await plan(ofStore)).toEqual({ __typename: 'PlanSet' });
  expect((await serve()).json.detail).toBe(refusal('the camera “Camera cam-2”'));
  await plan({ storeId: 'store-2', plan: [{ model: 'squares' }] });
  expect((await serve()).status).toBe(200);
  expect(await plan(ofStore)).toMatchObject({ __typename: 'Invalid' });
  const rollBack = () => request('POST', '/models/finder/rollback');
  expect((await rollBack()).status).toBe(200);
  expect(await plan(ofStore)).toEqual({ __typename: 'PlanSet' });
  expect((await rollBack()).json.detail).toBe(refusal('the camera “Camera cam-2”'));
  await plan({ storeId: 'store-2', plan: [{ model: 'squares' }] });
});

test('a camera whose model was removed meanwhile comes back with the models of its store', async () => {
  const added = await setCamera({ address: 'rtsp://finder/2', storeId: 'store-1', plan: finderThenHands });
  const input = { cameraId: added.cameraId, expectedVersion: added.version };
  await gateway.ask('mutation ($input: RemoveCameraInput!) { removeCamera(input: $input) { __typename } }', { input });
  expect((await request('DELETE', '/models/finder')).status).toBe(204);
  const restore = `mutation ($cameraId: ID!) { result: restoreCamera(cameraId: $cameraId) { __typename
    ... on Camera { planOrigin plan { model } } } }`;
  expect(await gateway.ask(restore, { cameraId: added.cameraId })).toEqual({
    result: { __typename: 'Camera', planOrigin: 'STORE', plan: [{ model: 'squares' }] },
  });
});

test('a step can have tiles; a grid that no step may have is refused, and so are tiles of boxes', async () => {
  const set = (columns: number, rows: number, model = 'kitchen') =>
    plan({ plan: [{ model, tiles: { columns, rows } }] });
  for (const [columns, rows] of [[1, 1], [5, 1], [0, 2]] as const) // biome-ignore format: one line
    expect(await set(columns, rows)).toEqual({
      ...{ __typename: 'Invalid', field: 'plan' },
      message: expect.stringContaining(`${columns} x ${rows} tiles: give 1 to 4 of each and two tiles at least`),
    });
  await reportModel(gateway.cell, 'eyes', 'open', { classes: ['eye'], cropsOf: 'person', orWhole: true });
  await until(() => gateway.parts.models.get('eyes') !== undefined);
  expect(await set(2, 1, 'eyes')).toMatchObject({
    message: expect.stringContaining('boxes of person, which have no tiles'),
  });
  expect(await set(2, 1)).toEqual({ __typename: 'PlanSet' });
  const { chain } = await gateway.ask<{ chain: object }>('{ chain { plan { model tiles { columns rows } } } }');
  expect(chain).toEqual({ plan: [{ model: 'kitchen', tiles: { columns: 2, rows: 1 } }] });
  await plan({ plan: null });
});

test('a step has a rate, or looks at every picture; a rate that no step may have is refused', async () => {
  const set = (maxFps?: number) => plan({ plan: [{ model: 'kitchen', ...(maxFps !== undefined && { maxFps }) }] });
  expect(await set(0.01)).toEqual({
    ...{ __typename: 'Invalid', field: 'plan' },
    message: expect.stringContaining('0.01 pictures a second at most: give a number from 0.2 to 60'),
  });
  expect(await set(0.5)).toEqual({ __typename: 'PlanSet' });
  const chain = async () => (await gateway.ask<{ chain: object }>('{ chain { plan { model maxFps } } }')).chain;
  expect(await chain()).toEqual({ plan: [{ model: 'kitchen', maxFps: 0.5 }] });
  expect(await set()).toEqual({ __typename: 'PlanSet' });
  expect(await chain()).toEqual({ plan: [{ model: 'kitchen', maxFps: null }] });
  await plan({ plan: null });
});
