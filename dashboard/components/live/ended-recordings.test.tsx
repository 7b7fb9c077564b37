// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { pageOf } from '../../testing/page-of.tsx';
import { EndedRecordings } from './ended-recordings.client.tsx';

beforeEach(() => localStorage.clear());

const shown = (): boolean => screen.queryByText('a tile') !== null;

test('ended recordings are folded away at first, and what a person chose is kept for the next page', () => {
  const group = <EndedRecordings count={3}>a tile</EndedRecordings>;
  const page = pageOf(group);
  const button = screen.getByRole('button', { name: 'Ended recordings (3)' });
  expect([shown(), button.getAttribute('aria-expanded')]).toEqual([false, 'false']);
  fireEvent.click(button);
  expect([shown(), button.getAttribute('aria-expanded')]).toEqual([true, 'true']);
  page.show(null);
  page.show(group);
  expect(shown()).toBe(true);
  fireEvent.click(screen.getByRole('button', { name: 'Ended recordings (3)' }));
  expect(shown()).toBe(false);
});

test('without ended recordings there is no group', () => {
  pageOf(<EndedRecordings count={0}>a tile</EndedRecordings>);
  expect(screen.queryByRole('button')).toBeNull();
});
