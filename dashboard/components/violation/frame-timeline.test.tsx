// @vitest-environment happy-dom
import { fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { pageOf } from '../../testing/page-of.tsx';
import { whole } from '../../testing/violation.ts';
import { FrameTimeline } from './frame-timeline.client.tsx';

const shown = async (): Promise<readonly [string | null, string | null]> => {
  const dialog = within(await screen.findByRole('dialog'));
  return [dialog.getByRole('heading').textContent, dialog.getByRole('img').getAttribute('src')];
};

test('first, peak and last frame open their pictures, and the arrow keys go from one to the next', async () => {
  pageOf(<FrameTimeline violation={whole()} timeZone="Europe/Berlin" />);
  fireEvent.click(screen.getByRole('button', { name: /^First frame.*11:00:00.*\+0\.0 s · frame 1$/ }));
  expect(await shown()).toEqual(['First frame', '/api/evidence/first']);
  const dialog = screen.getByRole('dialog');
  expect(dialog.textContent).toContain('Sat, 21 Nov 2026, 11:00:00 Europe/Berlin · +0.0 s · frame 1');
  fireEvent.keyDown(dialog, { key: 'ArrowRight' });
  expect(await shown()).toEqual(['Peak (the still)', '/api/evidence/peak']);
  fireEvent.keyDown(dialog, { key: 'ArrowRight' });
  fireEvent.keyDown(dialog, { key: 'ArrowRight' });
  expect(await shown()).toEqual(['Last frame', '/api/evidence/last']);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Frame after' }).disabled).toBe(true);
});
