// @vitest-environment happy-dom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ModelChoice } from '#generated/documents.ts';
import { answeringGateway } from '../../testing/answering-gateway.ts';
import { pageOf } from '../../testing/page-of.tsx';
import { CameraForm, type CameraSettings } from './camera-form.client.tsx';

const gateway = (...answers: readonly object[]) => answeringGateway('/app/add-camera', 'setCamera', answers);

const model = (name: string, change: Partial<ModelChoice> = {}): ModelChoice => ({
  ...{ name, title: name, note: null, standard: false, classes: [], cropsOf: null, orWhole: false },
  ...{ inputWidthPx: 416, inputHeightPx: 416 },
  processes: [{ state: 'OPEN', msPerPicture: 4.2, msPerRun: 4.2 }],
  ...change,
});
const models = [model('coco-nanodet'), model('kitchen', { standard: true })];
const stores = [
  { storeId: 'd1', name: 'Demo', demo: true },
  { storeId: 's1', name: 'Harbour', demo: false },
];
const camera: CameraSettings = {
  ...{
    cameraId: 'c1',
    name: 'Door',
    url: 'rtsp://cam/1',
    onvifUrl: null,
    hasLogin: true,
    source: 'LIVE',
    storeId: 's1',
    maxFps: 5,
  },
  ...{
    active: true,
    planOrigin: 'STANDARD' as const,
    plan: [{ model: 'kitchen', maxFps: null, byRules: false, tiles: null }],
    version: 7,
    rateNeeds: [],
  },
};

const fill = (name: string, value: string): void => {
  fireEvent.change(screen.getByLabelText(name), { target: { value } });
};
const press = (name: string): void => {
  fireEvent.click(screen.getByRole('button', { name }));
};

test('a new camera looks for people and things, in the first store that is no demo; then its page opens', async () => {
  const { asked } = await gateway({ __typename: 'Camera', cameraId: 'c 9', version: 1 });
  const page = pageOf(<CameraForm camera={null} stores={stores} models={models} />);
  fill('Address', ' rtsp://u:p@cam/1 ');
  press('Add camera');
  await waitFor(() => expect(page.visits).toEqual(['push /cameras/c%209', 'refresh']));
  expect(asked.map(({ variables }) => variables)).toEqual([
    {
      input: {
        address: 'rtsp://u:p@cam/1',
        maxFps: 5,
        storeId: 's1',
        plan: [{ model: 'coco-nanodet', maxFps: null, byRules: false, tiles: null }],
      },
    },
  ]);
});

test('a refusal stands at its field, and everything typed stays', async () => {
  await gateway(
    { __typename: 'Invalid', field: 'address', message: 'the address has no valid host' },
    { __typename: 'Invalid', field: 'plan', message: 'there is no model kitchen' },
  );
  pageOf(<CameraForm camera={null} stores={stores} models={models} />);
  fill('Address', 'rtsp://');
  press('Add camera');
  await screen.findByText('the address has no valid host');
  expect(screen.getByLabelText('Address').getAttribute('aria-invalid')).toBe('true');
  expect((screen.getByLabelText('Address') as HTMLInputElement).value).toBe('rtsp://');
  press('Add camera');
  await screen.findByText('there is no model kitchen');
  expect(screen.queryByText('the address has no valid host')).toBeNull();
});

test('a new store comes with the camera, and nothing to look for is said', async () => {
  const { asked } = await gateway({ __typename: 'Camera', cameraId: 'c9', version: 1 });
  const page = pageOf(<CameraForm camera={null} stores={[]} models={models} />);
  fill('Address', 'rtsp://cam/1');
  fill('Name of the new store', 'Mitte');
  fill('Its time zone', 'Europe/Berlin');
  fireEvent.click(screen.getByRole('checkbox', { name: /^coco-nanodet/ }));
  expect(screen.getByText(/only shown/)).toBeTruthy();
  press('Add camera');
  await waitFor(() => expect(page.visits).toHaveLength(2));
  expect(asked[0]?.variables).toMatchObject({
    input: { newStore: { name: 'Mitte', timeZone: 'Europe/Berlin' }, plan: [] },
  });
});

test('settings send only what changed, at the version that was shown', async () => {
  const { asked } = await gateway(...Array(3).fill({ __typename: 'Camera', cameraId: 'c1', version: 8 }));
  const page = pageOf(<CameraForm camera={camera} stores={stores} models={models} />);
  fill('Name', 'Back door');
  press('Save');
  await waitFor(() => expect(page.visits).toHaveLength(2));
  fireEvent.click(screen.getByRole('checkbox', { name: /^Another user and password/ }));
  press('Save');
  await waitFor(() => expect(page.visits).toHaveLength(4));
  fill('User', 'admin');
  fill('Password', ' p@ss ');
  fireEvent.click(screen.getByRole('checkbox', { name: /^coco-nanodet/ }));
  press('Save');
  await waitFor(() => expect(page.visits).toHaveLength(6));
  const whole = { cameraId: 'c1', expectedVersion: 7, name: 'Back door', maxFps: 5, storeId: 's1' };
  expect(asked.map(({ variables }) => variables)).toEqual([
    { input: whole },
    { input: { ...whole, login: null } },
    {
      input: {
        ...{ ...whole, login: { user: 'admin', password: ' p@ss ' } },
        plan: [
          { model: 'kitchen', maxFps: null, byRules: false, tiles: null },
          { model: 'coco-nanodet', maxFps: null, byRules: false, tiles: null },
        ],
      },
    },
  ]);
});

test('a model of the plan that no process has can be taken out', () => {
  pageOf(
    <CameraForm
      camera={{ ...camera, plan: [{ model: 'old', maxFps: null, byRules: false, tiles: null }] }}
      stores={stores}
      models={models}
    />,
  );
  expect(screen.getByText(/The model old is chosen, and no inference process has it/)).toBeTruthy();
  press('Take it out');
  expect(screen.queryByText(/The model old/)).toBeNull();
});

test('a recording has no address to change', () => {
  pageOf(<CameraForm camera={{ ...camera, source: 'FILE', url: 'videos:a.mp4' }} stores={stores} models={models} />);
  expect(screen.queryByLabelText('Address')).toBeNull();
});

test('a model looks as often as the rules need: the need, its rule and the cost are said, and the choice is sent', async () => {
  const { asked } = await gateway({ __typename: 'Camera', cameraId: 'c1', version: 8 });
  const rateNeeds = [{ model: 'kitchen', perSecond: 2, rule: 'Till', durationMs: 2_000 }];
  const page = pageOf(<CameraForm camera={{ ...camera, rateNeeds }} stores={stores} models={models} />);
  expect(screen.getByText('2.1 % of a core at 5 a second')).toBeTruthy();
  fill('Looks at', 'rules');
  expect(screen.getByTestId('rate-need').textContent).toBe(
    'Needs 2 a second: the rule “Till” asks for breaches of 2 s.',
  );
  expect(screen.getByText('0.8 % of a core at 2 a second')).toBeTruthy();
  press('Save');
  await waitFor(() => expect(page.visits).toHaveLength(2));
  expect(asked[0]?.variables).toMatchObject({ input: { plan: [{ model: 'kitchen', maxFps: null, byRules: true }] } });
});

test('a model looks at tiles too: what they cost still and moving is said, and the grid is sent', async () => {
  const { asked } = await gateway({ __typename: 'Camera', cameraId: 'c1', version: 8 });
  const page = pageOf(<CameraForm camera={camera} stores={stores} models={models} />);
  fill('in', '3 x 2');
  expect(screen.getByTestId('step-cost').textContent).toBe(
    '2.4 % of a core at 5 a second while nothing moves, up to 15 % when all moves',
  );
  press('Save');
  await waitFor(() => expect(page.visits).toHaveLength(2));
  expect(asked[0]?.variables).toMatchObject({
    input: { plan: [{ model: 'kitchen', tiles: { columns: 3, rows: 2 } }] },
  });
});

test('a model that looks at boxes has no tiles', () => {
  const eyes = model('eyes', { cropsOf: 'face' });
  const plan = [{ model: 'eyes', maxFps: null, byRules: false, tiles: null }];
  pageOf(<CameraForm camera={{ ...camera, plan }} stores={stores} models={[eyes]} />);
  expect(screen.getByLabelText('Looks at')).toBeTruthy();
  expect(screen.queryByLabelText('in')).toBeNull();
});
