// @vitest-environment happy-dom
import type { AddressInfo } from 'node:net';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { LiveProvider } from '#components/live/live-provider.client.tsx';
import { pageOf, standAt } from '../../testing/page-of.tsx';
import { OfflineGuard } from './offline-guard.client.tsx';

let server: WebSocketServer;
beforeEach(async () => {
  vi.stubGlobal('PerformanceNavigationTiming', class {});
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  await new Promise(resolve => server.once('listening', resolve));
  standAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/app`);
});
afterEach(() => {
  for (const one of server.clients) one.terminate();
  server.close();
  vi.unstubAllGlobals();
});

test('without a connection a link keeps the page and says why; a link elsewhere and a part of the page are followed', async () => {
  const clicks: string[] = [];
  const link = (name: string, href: string) => (
    <a
      href={href}
      onClick={event => {
        event.preventDefault();
        clicks.push(name);
      }}
    >
      {name}
    </a>
  );
  pageOf(
    <LiveProvider>
      {link('Cameras', '/app/cameras')}
      {link('Elsewhere', 'https://example.org/')}
      {link('Main', '#main')}
      <OfflineGuard />
    </LiveProvider>,
  );
  const click = (name: string) => fireEvent.click(screen.getByRole('link', { name }));
  click('Cameras');
  expect(clicks).toEqual(['Cameras']);
  window.dispatchEvent(new Event('offline'));
  await expect
    .poll(() => {
      click('Cameras');
      return screen.getByRole('alert').textContent;
    })
    .toMatch(/^No connection to Sightline/);
  const before = clicks.length;
  for (const name of ['Cameras', 'Elsewhere', 'Main']) click(name);
  expect(clicks.slice(before)).toEqual(['Elsewhere', 'Main']);
});
