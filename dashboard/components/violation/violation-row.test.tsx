// @vitest-environment happy-dom
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ViolationRow } from '#generated/documents.ts';
import { pageOf } from '../../testing/page-of.tsx';
import { row as standing } from '../../testing/violation.ts';
import { ViolationListRow } from './violation-row.client.tsx';

const violation = standing({ violationId: 'v/1' });

const row = (given: Partial<ViolationRow>) => (
  <ViolationListRow violation={{ ...violation, ...given }} query={{ state: 'OPEN', after: 'x' }} arrived={false} />
);

test('a row says what, where, how long, how serious and whether it is open, and leads to the violation', () => {
  const page = pageOf(row({}));
  const link = screen.getByRole('link');
  expect(link.textContent).toMatch(
    /The picture was not kept.*Hand without scooper.*Counter.*Berlin Mitte.*2\.4 s.*High risk.*Closed/,
  );
  expect(link.getAttribute('href')).toMatch(/\/violations\/v%2F1\?state=open$/);
  page.show(row({ state: 'OPEN' }));
  expect(screen.getByRole('listitem').dataset.state).toBe('OPEN');
  expect(screen.getByText('Open')).toBeTruthy();
});

test('a violation of a removed camera keeps its name and says that it was removed', () => {
  pageOf(row({ camera: { name: 'Old till', removed: true } }));
  expect(screen.getByRole('link').textContent).toContain('Old till (removed)');
});

test('a violation of a camera that was never known here says its id', () => {
  pageOf(row({ camera: null, store: null }));
  expect(screen.getByRole('link').textContent).toContain('c1');
});
