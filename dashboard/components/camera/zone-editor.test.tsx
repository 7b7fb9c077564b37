// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { useRef, useState } from 'react';
import { beforeEach, expect, test } from 'vitest';
import type { ZoneDraft } from '#lib/zone-edit.ts';
import { startPolygon } from '#lib/zone-polygon.ts';
import { rule } from '../../testing/camera.ts';
import { type Page, pageOf } from '../../testing/page-of.tsx';
import { ZoneEditor } from './zone-editor.client.tsx';

const zone: ZoneDraft = { zoneId: 'z1', version: 3, name: 'Bins', polygon: startPolygon };
const rules = [
  rule({ ruleId: 'r1', name: 'Bare hand', zoneId: 'z1' }),
  rule({ ruleId: 'r2', name: 'Elsewhere', zoneId: null }),
];

let page: Page;
let closed: boolean[];

beforeEach(async () => {
  // The guard of the test before takes its entry out of the history a little later.
  await waitFor(() => expect(history.state?.leaveGuard).not.toBe(true));
  closed = [];
  page = pageOf(<Stage />);
  fireEvent.click(screen.getByRole('button', { name: 'Edit' }));
});

/** The picture that the handles are drawn on, and a link that leads away. */
function Stage({ edited = zone }: { readonly edited?: ZoneDraft }) {
  const stage = useRef<HTMLDivElement>(null);
  const [editing, setEditing] = useState(false);
  return (
    <>
      <a href="/app/violations?state=open">Violations</a>
      <div ref={stage} />
      <button type="button" onClick={() => setEditing(true)}>
        Edit
      </button>
      {editing && (
        <ZoneEditor
          {...{ cameraId: 'c1', rules, zone: edited, stage }}
          onClose={changed => {
            closed.push(changed);
            setEditing(false);
          }}
        />
      )}
    </>
  );
}

const round = (corners: number): ZoneDraft['polygon'] =>
  Array.from({ length: corners }, (_, i) => ({
    x: 0.5 + 0.4 * Math.cos((2 * Math.PI * i) / corners),
    y: 0.5 + 0.4 * Math.sin((2 * Math.PI * i) / corners),
  }));

const corner = (number: number): HTMLElement =>
  screen.getByRole('button', { name: new RegExp(`^Corner ${number} of`) });
const left = (number: number): string => corner(number).style.left;

test('corners are numbered, moved by arrow keys and removed by Delete', () => {
  expect([1, 2, 3, 4].map(number => corner(number).textContent)).toEqual(['1', '2', '3', '4']);
  fireEvent.keyDown(corner(2), { key: 'ArrowRight', shiftKey: true });
  expect(left(2)).toBe('75%');
  fireEvent.keyDown(corner(2), { key: 'Delete' });
  expect(screen.queryByRole('button', { name: /^Corner 4 of/ })).toBeNull();
});

test('a zone keeps at least three corners and at most sixty-four, and says so', () => {
  fireEvent.keyDown(corner(1), { key: 'Delete' });
  fireEvent.keyDown(corner(1), { key: 'Delete' });
  expect(screen.getByText('A zone has at least 3 corners.')).toBeTruthy();
  page.show(<Stage key="round" edited={{ ...zone, polygon: round(63) }} />);
  fireEvent.click(screen.getByRole('button', { name: 'Edit' }));
  for (let i = 0; i < 2; i++) fireEvent.click(screen.getAllByTitle('Add a corner here')[0] ?? window);
  expect(screen.getAllByTitle('Drag to move, double-click to remove')).toHaveLength(64);
  expect(screen.getByText('A zone has at most 64 corners.')).toBeTruthy();
});

test('Ctrl+Z and the button take back one gesture each; a key that is held is one', () => {
  fireEvent.keyDown(corner(1), { key: 'ArrowLeft', shiftKey: true });
  for (let i = 0; i < 3; i++) fireEvent.keyDown(corner(1), { key: 'ArrowLeft', shiftKey: true, repeat: i > 0 });
  expect(left(1)).toBe('10%');
  fireEvent.keyDown(corner(1), { key: 'z', ctrlKey: true });
  expect(left(1)).toBe('25%');
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(left(1)).toBe('30%');
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Undo' }).disabled).toBe(true);
});

test('the rules that judge in the zone are listed, and removing it says that they go with it', async () => {
  expect(
    within(screen.getByTestId('zone-rules'))
      .getAllByRole('listitem')
      .map(item => item.textContent),
  ).toEqual(['Bare hand']);
  fireEvent.click(screen.getByRole('button', { name: 'Remove zone “Bins”' }));
  expect((await screen.findByRole('alertdialog')).textContent).toContain('the rule “Bare hand”');
});

test('an unchanged edit is left at once; one with changes asks, and keeps them when that is wanted', async () => {
  fireEvent.keyDown(window, { key: 'Escape' });
  expect(closed).toEqual([false]);
  fireEvent.click(screen.getByRole('button', { name: 'Edit' }));
  fireEvent.keyDown(corner(1), { key: 'ArrowLeft' });
  fireEvent.keyDown(corner(1), { key: 'Escape' });
  await screen.findByRole('alertdialog');
  fireEvent.click(screen.getByRole('button', { name: 'Keep editing' }));
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  expect(left(1)).toBe('29.5%');
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Leave' }));
  expect(closed).toEqual([false, false]);
});

test('a link does not take changes away unasked, and after the yes it leads where it led', async () => {
  fireEvent.keyDown(corner(1), { key: 'ArrowLeft' });
  const unload = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(unload);
  expect(unload.defaultPrevented).toBe(true);
  fireEvent.click(screen.getByRole('link', { name: 'Violations' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Leave' }));
  await waitFor(() => expect(page.visits).toEqual(['replace /violations?state=open']));
  expect(closed).toEqual([false]);
});
