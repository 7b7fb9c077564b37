// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { pageOf } from '../../testing/page-of.tsx';
import { FilterBar } from './filter-bar.client.tsx';

const choices = {
  stores: [
    { storeId: 's1', name: 'Berlin Mitte', timeZone: 'Europe/Berlin' },
    { storeId: 's2', name: 'Lisboa', timeZone: 'Europe/Lisbon' },
  ],
  removedStores: [{ storeId: 's3', name: 'Old Town', timeZone: 'Europe/Berlin' }],
  removedCameras: [{ cameraId: 'c3', name: 'Old till', storeId: 's1' }],
  cameras: [
    { cameraId: 'c1', name: 'Counter', storeId: 's1', rules: [{ violationType: 'hand_no_scooper' }] },
    { cameraId: 'c2', name: 'Oven', storeId: 's2', rules: [] },
  ],
};

test('a store is chosen from the menu, and the camera of another store is let go', async () => {
  const { visits } = pageOf(
    <FilterBar query={{ cameraId: 'c2', state: 'OPEN', after: 'page-2' }} choices={choices} timeZone="UTC" />,
  );
  fireEvent.click(screen.getByRole('button', { name: 'Filter by store' }));
  fireEvent.click(await screen.findByRole('menuitemradio', { name: 'Berlin Mitte' }));
  expect(visits).toEqual(['push /violations?storeId=s1&state=open']);
});

test('a chosen filter says its name and is taken away by its own button', () => {
  const { visits } = pageOf(
    <FilterBar query={{ storeId: 's1', riskLevel: 'HIGH' }} choices={choices} timeZone="UTC" />,
  );
  expect(screen.getByRole('button', { name: 'Store: Berlin Mitte. Change' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Take the filter store away' }));
  expect(visits).toEqual(['push /violations?riskLevel=high']);
  expect(screen.getByRole('link', { name: 'Clear all' })).toBeTruthy();
});

test('a removed store can be filtered by and keeps its name', async () => {
  pageOf(<FilterBar query={{ storeId: 's3' }} choices={choices} timeZone="UTC" />);
  fireEvent.click(screen.getByRole('button', { name: 'Store: Old Town. Change' }));
  expect(await screen.findByRole('menuitemradio', { name: 'Old Town · removed' })).toBeTruthy();
});

test('a removed camera and a type whose rules are gone can be filtered by, and keep their names', async () => {
  pageOf(<FilterBar query={{ cameraId: 'c3', violationType: 'restricted_zone' }} choices={choices} timeZone="UTC" />);
  fireEvent.click(screen.getByRole('button', { name: 'Camera: Old till. Change' }));
  expect(await screen.findByRole('menuitemradio', { name: 'Old till · removed' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Type: In a restricted zone. Change' })).toBeTruthy();
});
