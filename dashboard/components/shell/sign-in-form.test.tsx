// @vitest-environment happy-dom
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pageOf, standAt } from '../../testing/page-of.tsx';
import { SignInForm } from './sign-in-form.client.tsx';

let server: Server;
let status: number;
let received: string[];

beforeEach(async () => {
  received = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', data => {
      body += data;
    });
    request.on('end', () => {
      if (request.url === '/auth/login') received.push(body);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  standAt(`http://127.0.0.1:${port}/app/`);
});

afterEach(() => {
  server.close();
});

function signIn(login: string, password: string): void {
  fireEvent.change(screen.getByLabelText('Login'), { target: { value: login } });
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: password } });
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
}

test('a wrong password, too many tries and a gateway in trouble are each said in words, and one can try again', async () => {
  pageOf(<SignInForm next="/violations" />);
  for (const [answer, words] of [
    [401, /do not belong together/],
    [429, /Wait a minute/],
    [503, /answered 503.*try again/],
  ] as const) {
    status = answer;
    signIn(' ann ', 'secret');
    await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(words));
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' }).disabled).toBe(false);
  }
  expect(received[0]).toBe('{"login":"ann","password":"secret"}');
});

test('who signed in comes to the page that was asked for', async () => {
  status = 204;
  pageOf(<SignInForm next="/violations?state=OPEN" />);
  signIn('ann', 'right');
  await waitFor(() => expect(window.location.pathname + window.location.search).toBe('/app/violations?state=OPEN'));
});
