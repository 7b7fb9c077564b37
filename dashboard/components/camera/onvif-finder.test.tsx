// @vitest-environment happy-dom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { answeringGateway } from '../../testing/answering-gateway.ts';
import { pageOf } from '../../testing/page-of.tsx';
import { CameraForm, type CameraSettings } from './camera-form.client.tsx';

const model = (name: string, inputPx: number) => ({
  ...{ name, title: name, note: null, standard: false, classes: [], inputWidthPx: inputPx, inputHeightPx: inputPx },
  ...{ cropsOf: null, orWhole: false, processes: [] },
});
const models = [model('coco-nanodet', 416), model('large', 1_280)];
const stores = [{ storeId: 's1', name: 'Harbour', demo: false }];

const gateway = (...answers: readonly object[]) => answeringGateway('/app/add-camera', null, answers);
const found = (...cameras: readonly object[]) => ({
  findOnvifCameras: { __typename: 'FoundOnvifCameras', askedFrom: ['192.168.1.5'], cameras },
});
const door = {
  ...{ onvifUrl: 'http://192.168.1.20:80/onvif/device_service', name: 'Door', hardware: 'F-1', location: null },
  known: [{ name: 'Old door' }],
};
const stream = (token: string, widthPx: number, heightPx: number) => ({
  ...{ token, name: token, codec: 'H264', widthPx, heightPx, fps: 15, url: `rtsp://192.168.1.20:554/${token}` },
});
const read = (change: object = {}) => ({
  readOnvifCamera: {
    ...{
      __typename: 'OnvifCamera',
      onvifUrl: door.onvifUrl,
      manufacturer: 'Fake',
      model: 'F-1',
      clockSkewMs: 7_200_000,
    },
    ...{ notes: ['A note.'], profiles: [stream('Main', 1920, 1080), stream('Sub', 640, 360)], ...change },
  },
});
const added = { setCamera: { __typename: 'Camera', cameraId: 'c1', version: 1 } };

const fill = (name: string, value: string): void => {
  fireEvent.change(screen.getByLabelText(name), { target: { value } });
};
const press = (name: string | RegExp): void => {
  fireEvent.click(screen.getByRole('button', { name }));
};
const checked = (): string | undefined =>
  screen
    .getAllByRole<HTMLInputElement>('radio')
    .find(one => one.checked)
    ?.closest('label')?.textContent;

test('a found camera is asked with its login, the stream that fits the models is proposed, and the camera is added', async () => {
  const { asked } = await gateway(found(door), read(), added);
  const page = pageOf(<CameraForm camera={null} stores={stores} models={models} />);
  press('Find cameras in this network');
  expect(screen.getByRole('progressbar', { name: 'Search' })).toBeTruthy();
  await screen.findByText(/One camera answered/);
  expect(screen.getByText('Already here: Old door')).toBeTruthy();
  press(/Door.*192\.168\.1\.20/);
  fill('User', 'admin');
  fill('Password', ' p@ss ');
  press('Show its streams');
  await screen.findByText('Streams of Fake F-1');
  expect(checked()).toMatch(/^SubProposed.*640 × 360.*416 px that the chosen models look at/);
  expect(screen.getByText(/clock is 2 hours ahead of/)).toBeTruthy();
  expect(screen.getByText('A note.')).toBeTruthy();
  fireEvent.click(screen.getByRole('checkbox', { name: /^large/ }));
  expect(checked()).toMatch(/^MainProposed.*1280 px/);
  fireEvent.click(screen.getByRole('radio', { name: /^Sub/ }));
  press('Add camera');
  await waitFor(() => expect(page.visits).toEqual(['push /cameras/c1', 'refresh']));
  expect(asked.slice(1).map(({ variables }) => variables)).toEqual([
    { input: { address: door.onvifUrl, login: { user: 'admin', password: ' p@ss ' } } },
    {
      input: {
        ...{ address: 'rtsp://192.168.1.20:554/Sub', onvifUrl: door.onvifUrl, name: 'Door', maxFps: 5, storeId: 's1' },
        login: { user: 'admin', password: ' p@ss ' },
        plan: [
          { model: 'coco-nanodet', maxFps: null, byRules: false, tiles: null },
          { model: 'large', maxFps: null, byRules: false, tiles: null },
        ],
      },
    },
  ]);
});

test('an empty search says what to check, and a typed address is asked on Enter; a refusal stands at its field', async () => {
  const refusal = { __typename: 'Invalid', field: 'login', message: 'the camera asks for a login' };
  const { asked } = await gateway(found(), { readOnvifCamera: refusal }, found(door));
  pageOf(<CameraForm camera={null} stores={stores} models={models} />);
  press('Find cameras in this network');
  await screen.findByText('No camera answered.');
  expect(screen.getByText(/same network as Sightline \(192\.168\.1\.5\)/)).toBeTruthy();
  expect(screen.getByText(/UDP port 3702/)).toBeTruthy();
  fill('Address of the camera', '192.168.1.20:8000');
  fireEvent.keyDown(screen.getByLabelText('Address of the camera'), { key: 'Enter' });
  await screen.findByText('the camera asks for a login');
  expect(screen.getByLabelText('User').getAttribute('aria-invalid')).toBe('true');
  expect(asked[1]?.variables).toEqual({ input: { address: '192.168.1.20:8000', login: null } });
  press('Search again');
  await screen.findByText(/One camera answered/);
});

test('a search that fails says why, and a change of the address forgets the streams', async () => {
  const noNetwork = { __typename: 'Invalid', field: 'address', message: 'this machine has no network' };
  await gateway({ findOnvifCameras: noNetwork }, read());
  pageOf(<CameraForm camera={null} stores={stores} models={models} />);
  press('Find cameras in this network');
  await screen.findByText('this machine has no network');
  fill('Address of the camera', 'cam');
  press('Show its streams');
  await screen.findByText('Streams of Fake F-1');
  fill('Address of the camera', 'other');
  expect(screen.queryByText('Streams of Fake F-1')).toBeNull();
  press('Use an address instead');
  expect(screen.getByLabelText('Address')).toBeTruthy();
});

const camera: CameraSettings = {
  ...{ cameraId: 'c1', name: 'Door', url: 'rtsp://192.168.1.20:554/Main', onvifUrl: door.onvifUrl, hasLogin: true },
  ...{
    source: 'LIVE',
    storeId: 's1',
    maxFps: 5,
    active: true,
    planOrigin: 'CAMERA',
    plan: [{ model: 'coco-nanodet', maxFps: null, byRules: false, tiles: null }],
  },
  version: 7,
  rateNeeds: [],
};

test('a camera that was added by ONVIF can take another of its streams, with its kept login', async () => {
  const { asked } = await gateway(read(), added);
  const page = pageOf(<CameraForm camera={camera} stores={stores} models={models} />);
  press('Choose another of its streams');
  await screen.findByText('Streams of Fake F-1');
  expect(checked()).toMatch(/^Main/);
  fireEvent.click(screen.getByRole('radio', { name: /^Sub/ }));
  expect(screen.getByLabelText<HTMLInputElement>('Address').value).toBe('rtsp://192.168.1.20:554/Sub');
  press('Save');
  await waitFor(() => expect(page.visits).toHaveLength(2));
  expect(asked.map(({ variables }) => variables)).toEqual([
    { input: { cameraId: 'c1' } },
    {
      input: {
        ...{ cameraId: 'c1', expectedVersion: 7, name: 'Door', maxFps: 5, storeId: 's1' },
        address: 'rtsp://192.168.1.20:554/Sub',
      },
    },
  ]);
});

test('a camera that was added by its address has no other streams to choose', () => {
  pageOf(<CameraForm camera={{ ...camera, onvifUrl: null }} stores={stores} models={models} />);
  expect(screen.queryByRole('button', { name: 'Choose another of its streams' })).toBeNull();
});
