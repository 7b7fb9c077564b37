// @vitest-environment happy-dom
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pageOf, standAt } from '../../testing/page-of.tsx';
import { FileNotices } from './file-notices.client.tsx';

let server: Server;
let answers: object[];
let asked: { readonly variables: object }[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', data => {
      body += data;
    });
    request.on('end', () => {
      asked.push(JSON.parse(body));
      const data = { restoreCamera: answers.shift() };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  standAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/app`);
});

afterEach(() => {
  server.close();
});

const files = [
  { fileId: 'videos:main/copy.mp4', message: 'copy.mp4 is a copy', removedCameraId: null, unreadable: false },
  { fileId: 'videos:main/gone.mp4', message: 'gone.mp4 was removed', removedCameraId: 'gone', unreadable: false },
  { fileId: 'videos:main/bad.mp4', message: 'bad.mp4 cannot be read', removedCameraId: null, unreadable: true },
];

test('every file that is no camera is said in words; a viewer cannot bring one back', () => {
  answers = [];
  pageOf(<FileNotices files={files} canEdit={false} />);
  expect(screen.getAllByRole('listitem').map(item => item.textContent?.trim())).toEqual(
    files.map(({ message }) => message),
  );
  expect(screen.queryByRole('button')).toBeNull();
});

test('a removed recording comes back by one button, and a refusal is said beside it', async () => {
  answers = [{ __typename: 'Invalid', message: 'there is no removed camera gone' }, { __typename: 'Camera' }];
  pageOf(<FileNotices files={files} canEdit />);
  const button = screen.getByRole('button', { name: 'Bring it back' });
  fireEvent.click(button);
  await waitFor(() => expect(screen.getByRole('alert').textContent).toBe('there is no removed camera gone'));
  fireEvent.click(button);
  await waitFor(() => expect(screen.getByRole('alert').textContent).toBe(''));
  expect(asked.map(({ variables }) => variables)).toEqual([{ cameraId: 'gone' }, { cameraId: 'gone' }]);
});
