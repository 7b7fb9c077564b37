import type { Page } from 'playwright-core';

/** A page, or a part of one that opens on it. */
export interface View {
  readonly name: string;
  readonly path: string;
  /** What a person does there before it is looked at. */
  readonly act?: (page: Page) => Promise<unknown>;
}

/** All of them, as someone signed in sees them. `cameraId` is also the id of its store. */
export const views = (cameraId: string, violationId: string): readonly View[] => [
  { name: 'wall', path: '' },
  { name: 'wall, key help', path: '', act: page => page.keyboard.press('?') },
  {
    name: 'wall, menu of the user',
    path: '',
    act: page => page.getByRole('button', { name: /^Signed in as/ }).click(),
  },
  { name: 'camera', path: `/cameras/${cameraId}` },
  {
    name: 'camera, zone editor',
    path: `/cameras/${cameraId}`,
    act: page => page.getByRole('button', { name: /^Edit zone/ }).click(),
  },
  {
    name: 'camera, removing it',
    path: `/cameras/${cameraId}`,
    act: page => page.getByRole('button', { name: /^Remove camera/ }).click(),
  },
  { name: 'camera settings', path: `/cameras/${cameraId}/settings` },
  { name: 'add camera', path: '/add-camera' },
  {
    name: 'add camera, after a search in the network',
    path: '/add-camera',
    act: async page => {
      await page.getByRole('button', { name: 'Find cameras in this network' }).click();
      await page.getByRole('button', { name: 'Search again' }).waitFor();
    },
  },
  {
    name: 'add camera, without a webcam',
    path: '/add-camera',
    act: async page => {
      await page.getByRole('button', { name: /Use this device.s webcam/ }).click();
      await page.getByText(/then try again/).waitFor();
    },
  },
  { name: 'models', path: '/models' },
  { name: 'model', path: '/models/kitchen' },
  { name: 'upload a model', path: '/upload-model' },
  { name: 'plans', path: '/plans' },
  { name: 'no camera', path: '/cameras/nobody' },
  { name: 'list', path: '/violations' },
  { name: 'filtered list', path: `/violations?storeId=${cameraId}&state=closed&from=2026-01-01` },
  {
    name: 'list, a filter open',
    path: `/violations?storeId=${cameraId}`,
    act: page => page.getByRole('button', { name: 'Filter by risk' }).click(),
  },
  {
    name: 'list, days open',
    path: `/violations?storeId=${cameraId}`,
    act: page => page.getByRole('button', { name: 'Filter by days' }).click(),
  },
  { name: 'empty list', path: '/violations?storeId=nowhere' },
  { name: 'violation', path: `/violations/${violationId}?storeId=${cameraId}` },
  {
    name: 'violation, a frame open',
    path: `/violations/${violationId}`,
    act: page => page.getByTestId('frame-label').first().click(),
  },
  { name: 'no violation', path: '/violations/nobody' },
  {
    name: 'health',
    path: '/health',
    act: page => page.getByTestId('health-component').first().locator('summary').click(),
  },
];
