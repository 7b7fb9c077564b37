import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningGateway, runGateway } from './testing/running-gateway.ts';

const cameras = [
  { cameraId: 'cam-1', state: 'connected', fps: 5 },
  { cameraId: 'cam-2', state: 'down', fps: 0, message: 'secret of store-2' },
  { cameraId: 'cam-gone', state: 'ended', fps: 0 },
];
const details = { reason: 'some cameras are without pictures', decoders: 1, cameras, videos: { 'a.mp4': 'is empty' } };
const ingest = createServer((_, response) => response.end(JSON.stringify({ status: 'degraded', details })));
let gateway: RunningGateway;
beforeAll(async () => {
  await new Promise<void>(resolve => ingest.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(ingest.address() as AddressInfo).port}`;
  gateway = await runGateway({ healthTargets: { ingest: url } });
});
afterAll(async () => {
  await gateway.close();
  ingest.close();
});

interface ByRest {
  readonly details: Readonly<Record<string, { readonly details: unknown }>>;
}
interface ByGraphQl {
  readonly health: { readonly components: readonly { readonly name: string; readonly details: unknown }[] };
}

async function detailsFor(login: string): Promise<readonly unknown[]> {
  const rest = (await (await gateway.get('/api/health', login)).json()) as ByRest;
  const { health } = await gateway.ask<ByGraphQl>('{ health { components { name details } } }', {}, login);
  return [rest.details.ingest?.details, health.components.find(({ name }) => name === 'ingest')?.details];
}

test('a viewer of all stores reads all details of health', async () => {
  expect(await detailsFor('admin')).toEqual([details, details]);
});

test('a viewer of one store reads in health of the cameras of that store only', async () => {
  const { reason, decoders } = details;
  const visible = { reason, decoders, cameras: [cameras[0]] };
  expect(await detailsFor('berlin')).toEqual([visible, visible]);
});

test('health without a login has no details', async () => {
  for (const path of ['/health', '/health/live', '/health/ready'])
    expect(await (await gateway.get(path, null)).json()).toMatchObject({ details: {} });
  expect((await gateway.get('/api/health', null)).status).toBe(401);
});
