import { openVault } from '@sightline/processors/control';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type FakeOnvifOptions, probeMatch, startFakeOnvifCamera } from './onvif/testing/fake-onvif-camera.ts';
import { basic, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const login = { user: 'ad&min', password: 'p@ss <w> &' };

async function fake(options: FakeOnvifOptions = {}) {
  const camera = await startFakeOnvifCamera({ login, ...options });
  onTestFinished(() => camera.close());
  return { ...camera, address: `${camera.host}:${camera.port}` };
}

const FIND = `mutation { result: findOnvifCameras { __typename ... on Invalid { field message }
  ... on FoundOnvifCameras { askedFrom cameras { onvifUrl name hardware location known { name } } } } }`;
const READ = `mutation ($input: ReadOnvifCameraInput!) { result: readOnvifCamera(input: $input) { __typename
  ... on Invalid { field message } ... on OnvifCamera { onvifUrl model clockSkewMs notes profiles { name widthPx url } } } }`;
const SET = `mutation ($input: SetCameraInput!) { result: setCamera(input: $input) { __typename
  ... on Camera { cameraId version url onvifUrl hasLogin } ... on Invalid { field message } } }`;

interface Answer {
  readonly __typename: string;
  readonly cameraId: string;
  readonly version: number;
  readonly onvifUrl: string;
  readonly message: string;
  readonly profiles: readonly { readonly url: string }[];
  readonly cameras: readonly object[];
}
const ask = async (query: string, input?: object, by = 'admin'): Promise<Answer> =>
  (await gateway.ask<{ result: Answer }>(query, { input }, by)).result;

test('a search lists each camera once, on the address that answered; what is no answer to it is ignored', async () => {
  const camera = await fake({
    matches: (id, onvifUrl) => {
      const scopes =
        'onvif://www.onvif.org/name/Front%20door onvif://www.onvif.org/hardware/F-1 onvif://www.onvif.org/location/city/Bonn';
      return [
        ...[
          '',
          '<a',
          'x'.repeat(60_000),
          '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
          probeMatch(id, 'urn:uuid:none', ''),
        ],
        probeMatch('urn:uuid:another-search', 'urn:uuid:other', onvifUrl),
        probeMatch(id, 'urn:uuid:cam', `http://10.9.9.9/onvif/x ${onvifUrl}`, scopes),
        probeMatch(id, 'urn:uuid:hostile', 'http://metadata.internal:81/onvif/y', 'onvif://www.onvif.org/name/%E0%A4'),
      ];
    },
  });
  const both = await Promise.all([ask(FIND), ask(FIND, undefined, 'berlin')]);
  const expected = [
    { onvifUrl: 'http://127.0.0.1:81/onvif/y', name: '%E0%A4', hardware: null, location: null, known: [] },
    {
      ...{ onvifUrl: `http://${camera.address}/onvif/device_service`, name: 'Front door', hardware: 'F-1' },
      ...{ location: 'Bonn', known: [] },
    },
  ];
  for (const found of both) {
    expect(found).toMatchObject({ __typename: 'FoundOnvifCameras', askedFrom: expect.arrayContaining(['127.0.0.1']) });
    expect(found.cameras).toEqual(expect.arrayContaining(expected.map(one => expect.objectContaining(one))));
    expect(found.cameras.filter(one => 'name' in one && one.name === 'Front door')).toHaveLength(1);
  }
});

test('a machine that claims to be a camera, or fills the list, hides no camera', async () => {
  const named = (name: string): string => `onvif://www.onvif.org/name/${name}`;
  await fake({
    host: '127.0.0.66',
    matches: id => [
      probeMatch(id, 'urn:uuid:real', 'http://127.0.0.66/onvif/device_service', named('Impostor')),
      ...Array.from({ length: 20 }, (_, at) => probeMatch(id, `urn:uuid:${at}`, `http://127.0.0.66:${at + 100}/x`)),
    ],
  });
  await fake({
    host: '127.0.0.9',
    matches: (id, url) => [probeMatch(id, 'urn:uuid:real', url, named('Real'))],
  });
  const { cameras } = await ask(FIND);
  const names = cameras.flatMap(one => ('name' in one ? [one.name] : []));
  expect(names).toEqual(expect.arrayContaining(['Real', 'Impostor']));
  expect(cameras.filter(one => 'onvifUrl' in one && String(one.onvifUrl).includes('127.0.0.66')).length).toBe(8);
});

test('a found camera becomes an RTSP camera; its login is in the vault only, and another stream can be chosen later', async () => {
  const camera = await fake({ clockSkewMs: 7_200_000 });
  const read = await ask(READ, { address: camera.address, login }, 'berlin');
  expect(read).toMatchObject({
    __typename: 'OnvifCamera',
    model: 'F-1',
    profiles: [{ name: 'Main' }, { name: 'Sub' }, {}],
  });
  const { onvifUrl, profiles } = read;
  const added = await ask(SET, { storeId: 'store-1', address: profiles[0]?.url, onvifUrl, login }, 'berlin');
  const url = 'rtsp://127.0.0.1:8554/live?profile=Main&unicast=true';
  expect(added).toMatchObject({ __typename: 'Camera', url, onvifUrl, hasLogin: true });
  await until(() => gateway.control.fold.entity('camera', added.cameraId) !== undefined);
  const record = gateway.control.fold.entity('camera', added.cameraId)?.value;
  expect(JSON.stringify(record)).not.toContain('p@ss');
  const vault = await openVault(gateway.cell, gateway.cameraKey);
  expect(vault.get(record?.loginId ?? '')).toEqual(login);
  await vault.close();
  const again = await ask(READ, { cameraId: added.cameraId }, 'berlin');
  expect(again).toMatchObject({ __typename: 'OnvifCamera', profiles: [{}, { name: 'Sub' }, {}] });
  const change = { cameraId: added.cameraId, expectedVersion: added.version, address: again.profiles[1]?.url };
  const changed = await ask(SET, change, 'berlin');
  expect(changed).toMatchObject({
    url: 'rtsp://127.0.0.1:8554/live?profile=Sub&unicast=true',
    onvifUrl,
    hasLogin: true,
  });
});

test('a found camera names the cameras that it is already, to those who see them', async () => {
  const camera = await fake({ matches: (id, onvifUrl) => [probeMatch(id, 'urn:uuid:known', onvifUrl)] });
  const onvifUrl = `http://${camera.address}/onvif/device_service`;
  const common = { storeId: 'store-2', login };
  await ask(SET, { ...common, name: 'Same', address: 'rtsp://127.0.0.1/1', onvifUrl });
  await ask(SET, { ...common, name: 'By address', address: 'rtsp://127.0.0.1/2' });
  await ask(SET, { ...common, name: 'Neighbour', address: 'rtsp://127.0.0.1/3', onvifUrl: 'http://127.0.0.1:9' });
  const knownTo = async (by: string): Promise<string> =>
    JSON.stringify(
      (await ask(FIND, undefined, by)).cameras.find(one => 'onvifUrl' in one && one.onvifUrl === onvifUrl),
    );
  const all = await knownTo('admin');
  expect(all).toContain('Same');
  expect(all).toContain('By address');
  expect(all).not.toContain('Neighbour');
  expect(await knownTo('berlin')).not.toContain('Same');
});

test('a kept login goes to no other ONVIF service, and another host loses the address', async () => {
  const camera = await fake();
  const [address, onvifUrl] = ['rtsp://u:p@127.0.0.1/1', `http://${camera.address}/onvif/device_service`];
  const added = await ask(SET, { storeId: 'store-1', address, onvifUrl });
  const { cameraId, version: expectedVersion } = added;
  const set = (change: object) => ask(SET, { cameraId, expectedVersion, ...change });
  expect(await set({ onvifUrl: 'http://evil.example/' })).toMatchObject({ __typename: 'Invalid', field: 'onvifUrl' });
  expect(await set({ onvifUrl: 'http://127.0.0.1:81/' })).toMatchObject({ __typename: 'Invalid', field: 'login' });
  expect(await set({ onvifUrl: 'rtsp://127.0.0.1/' })).toMatchObject({ __typename: 'Invalid', field: 'onvifUrl' });
  const moved = await set({ address: 'rtsp://192.168.1.9/1', login: null });
  expect(moved).toMatchObject({ onvifUrl: null, hasLogin: false });
  expect(await ask(READ, { cameraId })).toMatchObject({ __typename: 'Invalid', field: 'cameraId' });
});

test('only who may add cameras may search and ask', async () => {
  const camera = await fake();
  const cameraOfOther = await ask(SET, {
    ...{ storeId: 'store-2', address: 'rtsp://u:p@127.0.0.1/1' },
    onvifUrl: `http://${camera.address}/onvif/device_service`,
  });
  await expect(ask(FIND, undefined, 'viewer')).rejects.toThrow('FORBIDDEN');
  await expect(ask(READ, { address: camera.address, login }, 'viewer')).rejects.toThrow('FORBIDDEN');
  expect(await ask(READ, { cameraId: cameraOfOther.cameraId }, 'berlin')).toMatchObject({ field: 'cameraId' });
  expect(camera.asked).toEqual([]);
});

test('a document asks the network once', async () => {
  const twice = 'mutation { a: findOnvifCameras { __typename } b: findOnvifCameras { __typename } }';
  await expect(gateway.ask(twice)).rejects.toThrow('the document costs too much');
});

test.each([
  [{}, 'address', 'cameraId or address'],
  [{ address: 'rtsp://cam/1' }, 'address', 'address of a stream'],
  [{ address: '169.254.169.254' }, 'address', 'no address of a camera'],
  [{ address: 'cam', login: { user: '', password: 'x' } }, 'login', 'give the user'],
  [{ cameraId: 'none' }, 'cameraId', 'there is no camera none'],
  [{ cameraId: 'cam-1' }, 'cameraId', 'was not added by ONVIF'],
])('%j is refused at its field', async (input, field, message) => {
  expect(await ask(READ, input)).toMatchObject({
    __typename: 'Invalid',
    field,
    message: expect.stringContaining(message),
  });
});

test('a wrong login is refused at the login, and no answer has the password', async () => {
  const camera = await fake({ auth: 'digest' });
  const wrong = { user: 'ad&min', password: 'wrong-secret' };
  const answer = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { authorization: basic('admin'), 'content-type': 'application/json' },
    body: JSON.stringify({ query: READ, variables: { input: { address: camera.address, login: wrong } } }),
  });
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({ data: { result: { __typename: 'Invalid', field: 'login' } } });
  expect(text).not.toContain('wrong-secret');
});
