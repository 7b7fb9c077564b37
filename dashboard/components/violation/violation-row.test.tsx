// @vitest-environment happy-dom
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ViolationRow } from '#generated/documents.ts';
import { pageOf } from '../../testing/page-of.tsx';
import { ViolationListRow } from './violation-row.client.tsx';

const violation: ViolationRow = {
  ...{ violationId: 'v/1', violationType: 'hand_no_scooper', state: 'CLOSED', revision: 2, riskLevel: 'HIGH' },
  ...{ cameraId: 'c1', storeId: 's1', startedAt: '2026-11-21T10:00:00Z', lastSeenAt: '2026-11-21T10:00:02Z' },
  ...{ durationMs: 2400, widthPx: 640, heightPx: 360, boxes: [], subjectBox: 0 },
  camera: { name: 'Counter' },
  store: { name: 'Berlin Mitte', timeZone: 'Europe/Berlin' },
  still: { url: null, missing: 'The picture was not kept' },
};

const row = (given: Partial<ViolationRow>) => (
  <ViolationListRow violation={{ ...violation, ...given }} arrived={false} />
);

test('a row says what, where, how long, how serious and whether it is open, and leads to the violation', () => {
  const page = pageOf(row({}));
  const link = screen.getByRole('link');
  expect(link.textContent).toMatch(
    /The picture was not kept.*Hand without scooper.*Counter.*Berlin Mitte.*2\.4 s.*High risk.*Closed/,
  );
  expect(link.getAttribute('href')).toMatch(/\/violations\/v%2F1$/);
  page.show(row({ state: 'OPEN' }));
  expect(screen.getByRole('listitem').dataset.state).toBe('OPEN');
  expect(screen.getByText('Open')).toBeTruthy();
});

test('a violation of a camera that was removed says the id instead of the name', () => {
  pageOf(row({ camera: null, store: null }));
  expect(screen.getByRole('link').textContent).toContain('c1');
});
