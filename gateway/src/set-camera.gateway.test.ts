import { openVault } from '@sightline/processors/control';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportModel } from './testing/report-model.ts';
import { type RunningGateway, runGateway, until } from './testing/running-gateway.ts';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await runGateway();
  await reportModel(gateway.cell, 'people', 'closed');
  await reportModel(gateway.cell, 'kitchen', 'open', { standard: true, classes: ['hand', 'pizza', 'scooper'] });
  await until(async () => (await models()).length === 2);
});

afterAll(() => gateway.close());

interface ModelAnswer {
  readonly name: string;
  readonly cameraCount: number;
  readonly processes: readonly { readonly state: string; readonly msPerPicture: number | null }[];
}
const models = async (): Promise<readonly ModelAnswer[]> =>
  (
    await gateway.ask<{ models: readonly ModelAnswer[] }>(
      '{ models { name cameraCount processes { state msPerPicture } } }',
    )
  ).models;

const FIELDS = 'cameraId name url hasLogin storeId active maxFps planOrigin version plan { model running { name } }';
interface CameraAnswer {
  readonly __typename: string;
  readonly cameraId: string;
  readonly version: number;
}
const setCamera = async (input: object, login = 'admin'): Promise<CameraAnswer> =>
  (
    await gateway.ask<{ result: CameraAnswer }>(
      `mutation ($input: SetCameraInput!) { result: setCamera(input: $input) { __typename
        ... on Camera { ${FIELDS} } ... on Invalid { field message } ... on Conflict { message } } }`,
      { input },
      login,
    )
  ).result;

const loginIdOf = (cameraId: string): string | null | undefined =>
  gateway.control.fold.entity('camera', cameraId)?.value.loginId;

test('an address with a login becomes a camera without it; nobody reads the login back, and the log has none of it', async () => {
  const address = 'rtsp://admin:s3cr/t@p@192.168.1.20:554/h264?channel=1';
  const camera = await setCamera({ address, storeId: 'store-1', plan: [{ model: 'people' }] });
  expect(camera).toMatchObject({
    ...{ __typename: 'Camera', name: '192.168.1.20', url: 'rtsp://192.168.1.20:554/h264?channel=1' },
    ...{ hasLogin: true, storeId: 'store-1', active: true, maxFps: 5, planOrigin: 'CAMERA' },
    plan: [{ model: 'people', running: { name: 'people' } }],
  });
  await until(() => loginIdOf(camera.cameraId) !== undefined);
  const loginId = loginIdOf(camera.cameraId) ?? '';
  const vault = await openVault(gateway.cell, gateway.cameraKey);
  expect(vault.get(loginId)).toEqual({ user: 'admin', password: 's3cr/t@p' });
  const changed = await setCamera({
    ...{ cameraId: camera.cameraId, expectedVersion: camera.version, name: 'Door' },
    login: { user: 'admin', password: 'new' },
  });
  expect(changed).toMatchObject({ name: 'Door', url: 'rtsp://192.168.1.20:554/h264?channel=1', hasLogin: true });
  await until(() => vault.get(loginId) === undefined && loginIdOf(camera.cameraId) !== loginId);
  expect(vault.get(loginIdOf(camera.cameraId) ?? '')).toEqual({ user: 'admin', password: 'new' });
  const cleared = await setCamera({ cameraId: camera.cameraId, expectedVersion: changed.version, login: null });
  expect(cleared).toMatchObject({ hasLogin: false, name: 'Door' });
  await until(() => vault.ids().every(id => !id.startsWith('camera-login:')));
  await vault.close();
});

test('a conflict leaves the present login alone and keeps no other', async () => {
  const camera = await setCamera({ address: 'rtsp://u:p@cam/1', storeId: 'store-1' });
  const input = { cameraId: camera.cameraId, login: { user: 'u', password: 'q' }, expectedVersion: camera.version - 1 };
  expect(await setCamera(input)).toMatchObject({ __typename: 'Conflict' });
  const vault = await openVault(gateway.cell, gateway.cameraKey);
  await until(() => loginIdOf(camera.cameraId) !== undefined);
  expect(vault.ids().filter(id => id.startsWith('camera-login:'))).toEqual([loginIdOf(camera.cameraId)]);
  await vault.close();
});

test('a kept login goes to no other server', async () => {
  const camera = await setCamera({ address: 'rtsp://u:p@cam/1', storeId: 'store-1' });
  const { cameraId, version: expectedVersion } = camera;
  for (const address of ['rtsp://elsewhere/1', 'rtsp://cam:8554/1', 'http://cam/1'])
    expect(await setCamera({ cameraId, expectedVersion, address })).toMatchObject({
      __typename: 'Invalid',
      field: 'login',
    });
  const moved = await setCamera({ cameraId, expectedVersion, address: 'rtsp://CAM/2' });
  expect(moved).toMatchObject({ url: 'rtsp://CAM/2', hasLogin: true });
  const bare = { cameraId, expectedVersion: moved.version, address: 'rtsp://elsewhere/1', login: null };
  expect(await setCamera(bare)).toMatchObject({ url: 'rtsp://elsewhere/1', hasLogin: false });
});

test('a camera can bring its store', async () => {
  const newStore = { name: 'Harbour', timeZone: 'Europe/Lisbon' };
  const camera = await setCamera({ address: 'http://cam/video.mjpg', newStore, name: 'Dock' });
  expect(camera).toMatchObject({
    __typename: 'Camera',
    name: 'Dock',
    planOrigin: 'STANDARD',
    plan: [{ model: 'kitchen' }],
  });
  const { stores } = await gateway.ask<{ stores: readonly object[] }>('{ stores { name timeZone } }');
  expect(stores).toContainEqual(newStore);
});

test.each([
  [{ address: 'rtsp://cam/1' }, 'storeId', 'needs the store'],
  [{ address: 'rtsp://cam/1', storeId: 'none' }, 'storeId', 'there is no store none'],
  [{ storeId: 'store-1' }, 'address', 'needs its address'],
  [{ address: '192.168.1.20', storeId: 'store-1' }, 'address', 'must begin with rtsp://'],
  [{ address: 'rtsp://cam/1', storeId: 'store-1', maxFps: 61 }, 'maxFps', 'up to 60'],
  [{ address: 'rtsp://cam/1', storeId: 'store-1', name: ' ' }, 'name', 'name'],
  [{ address: 'rtsp://cam/1', storeId: 'store-1', plan: [{ model: 'cats' }] }, 'plan', 'choose of kitchen, people'],
  [
    { address: 'rtsp://cam/1', storeId: 'store-1', plan: Array(2).fill({ model: 'people' }) },
    'plan',
    'name each model once',
  ],
  [{ address: 'rtsp://:p@cam/1', storeId: 'store-1' }, 'login', 'give the user'],
  [
    { address: 'rtsp://cam/1', storeId: 'store-1', login: { user: 'u', password: 'x'.repeat(1_000) } },
    'login',
    'at most',
  ],
  [{ address: 'rtsp://cam/1', newStore: { name: 'X', timeZone: 'Nowhere' } }, 'newStore.timeZone', 'Nowhere'],
  [{ address: 'rtsp://cam/1', storeId: 'store-1', newStore: { name: 'X', timeZone: 'UTC' } }, 'newStore', 'not both'],
  [{ cameraId: 'cam-1', name: 'X' }, 'expectedVersion', 'give the version'],
  [{ cameraId: 'none', name: 'X', expectedVersion: 1 }, 'cameraId', 'there is no camera none'],
])('%o is refused by its field', async (input, field, words) => {
  expect(await setCamera(input)).toMatchObject({
    __typename: 'Invalid',
    field,
    message: expect.stringContaining(words),
  });
});

test('a manager changes and adds cameras of the own stores only, and a viewer none', async () => {
  expect(await setCamera({ address: 'rtsp://cam/1', storeId: 'store-1' }, 'berlin')).toMatchObject({
    __typename: 'Camera',
  });
  const newStore = { name: 'X', timeZone: 'UTC' };
  const refusals = [
    await setCamera({ address: 'rtsp://cam/1', storeId: 'store-2' }, 'berlin'),
    await setCamera({ address: 'rtsp://cam/1', newStore }, 'berlin'),
    await setCamera({ cameraId: 'cam-2', name: 'X', expectedVersion: 1 }, 'berlin'),
  ];
  expect(refusals.map(({ __typename }) => __typename)).toEqual(['Invalid', 'Invalid', 'Invalid']);
  await expect(setCamera({ address: 'rtsp://cam/1', storeId: 'store-1' }, 'viewer')).rejects.toThrow('FORBIDDEN');
});

test('a rule needs a model that looks for its classes, and a plan keeps what the rules need', async () => {
  const camera = await setCamera({ address: 'rtsp://cam/1', storeId: 'store-1', plan: [{ model: 'people' }] });
  const setRule = async (subjectClass: string, cameraId = camera.cameraId): Promise<object> =>
    (
      await gateway.ask<{ result: object }>(
        `mutation ($input: SetRuleInput!) { result: setRule(input: $input) { __typename
          ... on Rule { name } ... on Invalid { field message } } }`,
        { input: { cameraId, name: `No ${subjectClass}`, parameters: { restrictedZone: { subjectClass } } } },
      )
    ).result;
  expect(await setRule('hand')).toEqual({
    __typename: 'Invalid',
    field: 'parameters.restrictedZone.subjectClass',
    message: 'no model of the camera looks for hand: choose one of person',
  });
  expect(await setRule('person')).toMatchObject({ __typename: 'Rule' });
  expect(await setRule('hand', 'cam-1')).toMatchObject({ __typename: 'Rule' }); // its plan is the standard one
  const { cameraId, version: expectedVersion } = camera;
  expect(await setCamera({ cameraId, expectedVersion, plan: [{ model: 'kitchen' }] })).toMatchObject({
    ...{ __typename: 'Invalid', field: 'plan' },
    message: expect.stringContaining('the rule “No person” would find nothing, since no chosen model looks for person'),
  });
  const both = [{ model: 'kitchen' }, { model: 'people' }];
  expect(await setCamera({ cameraId, expectedVersion, plan: both })).toMatchObject({ plan: both });
});

test('a model can look as often as the rules need, and the camera says how often that is and why', async () => {
  const plan = [{ model: 'people', byRules: true }];
  const { cameraId } = await setCamera({ address: 'rtsp://cam/1', storeId: 'store-1', plan });
  const needs = async (): Promise<object> =>
    (
      await gateway.ask<{ camera: object }>(
        `{ camera(id: "${cameraId}") { plan { model maxFps byRules } rateNeeds { model perSecond rule durationMs } } }`,
      )
    ).camera;
  const idle = { perSecond: 0.5, rule: null, durationMs: null };
  expect(await needs()).toEqual({
    plan: [{ model: 'people', maxFps: null, byRules: true }],
    rateNeeds: [
      { model: 'kitchen', ...idle },
      { model: 'people', ...idle },
    ],
  });
  const rule = {
    cameraId,
    name: 'No person',
    minDurationMs: 2_000,
    parameters: { restrictedZone: { subjectClass: 'person' } },
  };
  await gateway.ask('mutation ($input: SetRuleInput!) { setRule(input: $input) { __typename } }', { input: rule });
  expect(await needs()).toMatchObject({
    rateNeeds: [
      { model: 'kitchen', ...idle },
      { model: 'people', perSecond: 2, rule: 'No person', durationMs: 2_000 },
    ],
  });
});

test('a camera that is brought back gets no rule that its models cannot judge', async () => {
  const { cameraId, version } = await setCamera({
    address: 'rtsp://c/1',
    storeId: 'store-1',
    plan: [{ model: 'people' }],
  });
  const input = { cameraId, expectedVersion: version };
  await gateway.ask('mutation ($input: RemoveCameraInput!) { removeCamera(input: $input) { __typename } }', { input });
  const restore = `mutation ($cameraId: ID!) { result: restoreCamera(cameraId: $cameraId) { __typename
    ... on Camera { plan { model } rules { name } } } }`;
  expect(await gateway.ask(restore, { cameraId })).toEqual({
    result: { __typename: 'Camera', plan: [{ model: 'people' }], rules: [] },
  });
});

test('models tell where they run and for how many active cameras', async () => {
  const classes = ['hand', 'pizza', 'scooper'];
  await reportModel(gateway.cell, 'kitchen', 'open', { standard: true, classes, pictures: 10, msPerPicture: 4.5 });
  await until(async () => (await models())[0]?.processes[0]?.msPerPicture === 4.5);
  const counts = async () => (await models()).map(({ name, cameraCount }) => [name, cameraCount] as const);
  const [[, kitchens = 0] = [], [, people = 0] = []] = await counts();
  const both = [{ model: 'kitchen' }, { model: 'people' }];
  await setCamera({ address: 'rtsp://cam/1', storeId: 'store-1', plan: both });
  await setCamera({ address: 'rtsp://cam/1', storeId: 'store-1' }); // on the standard models
  await setCamera({ address: 'rtsp://cam/1', storeId: 'store-1', plan: both, active: false });
  expect(await counts()).toEqual([
    ['kitchen', kitchens + 2],
    ['people', people + 1],
  ]);
  expect(await models()).toMatchObject([
    { name: 'kitchen', processes: [{ state: 'OPEN', msPerPicture: 4.5 }] },
    { name: 'people', processes: [{ state: 'CLOSED', msPerPicture: null }] },
  ]);
});
