// @vitest-environment happy-dom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { answeringGateway } from '../../testing/answering-gateway.ts';
import { pageOf } from '../../testing/page-of.tsx';
import { FileNotices } from './file-notices.client.tsx';

const gateway = (...answers: readonly object[]) => answeringGateway('/app', 'restoreCamera', answers);

const files = [
  { fileId: 'videos:main/copy.mp4', message: 'copy.mp4 is a copy', removedCameraId: null, unreadable: false },
  { fileId: 'videos:main/gone.mp4', message: 'gone.mp4 was removed', removedCameraId: 'gone', unreadable: false },
  { fileId: 'videos:main/bad.mp4', message: 'bad.mp4 cannot be read', removedCameraId: null, unreadable: true },
];

test('every file that is no camera is said in words; a viewer cannot bring one back', () => {
  pageOf(<FileNotices files={files} canEdit={false} />);
  expect(screen.getAllByRole('listitem').map(item => item.textContent?.trim())).toEqual(
    files.map(({ message }) => message),
  );
  expect(screen.queryByRole('button')).toBeNull();
});

test('a removed recording comes back by one button, and a refusal is said beside it', async () => {
  const { asked } = await gateway(
    { __typename: 'Invalid', message: 'there is no removed camera gone' },
    { __typename: 'Camera' },
  );
  pageOf(<FileNotices files={files} canEdit />);
  const button = screen.getByRole('button', { name: 'Bring it back' });
  fireEvent.click(button);
  await waitFor(() => expect(screen.getByRole('alert').textContent).toBe('there is no removed camera gone'));
  fireEvent.click(button);
  await waitFor(() => expect(screen.getByRole('alert').textContent).toBe(''));
  expect(asked.map(({ variables }) => variables)).toEqual([{ cameraId: 'gone' }, { cameraId: 'gone' }]);
});
