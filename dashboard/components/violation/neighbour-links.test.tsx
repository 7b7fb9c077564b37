// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { pageOf } from '../../testing/page-of.tsx';
import { NeighbourLinks } from './neighbour-links.client.tsx';

const query = { storeId: 's1', after: 'page-2' };

test('links and keys lead to the neighbours, and the filter of the list goes along', () => {
  const { visits } = pageOf(<NeighbourLinks newer="n/1" older="o1" query={query} />);
  const href = (name: string) => screen.getByRole('link', { name }).getAttribute('href');
  expect(href('Newer violation')).toMatch(/\/violations\/n%2F1\?storeId=s1$/);
  expect(href('Older violation')).toMatch(/\/violations\/o1\?storeId=s1$/);
  fireEvent.keyDown(window, { key: 'j' });
  fireEvent.keyDown(window, { key: 'k' });
  expect(visits).toEqual(['push /violations/o1?storeId=s1', 'push /violations/n%2F1?storeId=s1']);
});

test('where the list ends there is nothing to follow', () => {
  const { visits } = pageOf(<NeighbourLinks newer={null} older={null} query={query} />);
  expect(screen.queryAllByRole('link')).toEqual([]);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Older violation' }).disabled).toBe(true);
  fireEvent.keyDown(window, { key: 'j' });
  expect(visits).toEqual([]);
});
