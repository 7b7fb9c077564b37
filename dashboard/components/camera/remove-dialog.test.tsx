// @vitest-environment happy-dom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { answeringGateway } from '../../testing/answering-gateway.ts';
import { pageOf } from '../../testing/page-of.tsx';
import { RemoveDialog } from './remove-dialog.client.tsx';

const gateway = (...answers: readonly object[]) => answeringGateway('/app/cameras/c1', 'removeCamera', answers);

const camera = { kind: 'camera', id: 'c1', version: 7, name: 'Counter', withIt: ['the zone “Bins”'] } as const;

test('the dialog names what goes and what stays; keeping it asks nothing of the gateway', async () => {
  const { asked } = await gateway();
  pageOf(<RemoveDialog removable={camera} onRemoved={() => expect.unreachable()} />);
  fireEvent.click(screen.getByRole('button', { name: 'Remove camera “Counter”' }));
  const dialog = await screen.findByRole('alertdialog');
  expect(dialog.textContent).toMatch(/Remove the camera “Counter”\?.*the zone “Bins”.*All violations stay/);
  fireEvent.click(screen.getByRole('button', { name: 'Keep it' }));
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  expect(asked).toEqual([]);
});

test('a refusal is said in the dialog, which stays; then it is removed at the version that was shown', async () => {
  const { asked } = await gateway(
    { __typename: 'Conflict', message: 'the camera or what it relies on was changed meanwhile' },
    { __typename: 'Removed' },
  );
  let removed = false;
  const gone = (): void => {
    removed = true;
  };
  pageOf(<RemoveDialog removable={camera} onRemoved={gone} />);
  fireEvent.click(screen.getByRole('button', { name: 'Remove camera “Counter”' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/Nothing was removed.*changed meanwhile/));
  expect(removed).toBe(false);
  fireEvent.click(screen.getByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(removed).toBe(true));
  expect(asked.map(({ variables }) => variables)).toEqual([
    { input: { cameraId: 'c1', expectedVersion: 7 } },
    { input: { cameraId: 'c1', expectedVersion: 7 } },
  ]);
});
