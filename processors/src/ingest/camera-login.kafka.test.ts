import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@sightline/schemas';
import { expect, test, vi } from 'vitest';
import { openVault } from '../control/index.ts';
import { testCell } from '../process/index.ts';
import { jpegsOf } from '../vision/testing/jpegs.ts';
import { loginOf } from './camera-login.ts';
import { startHttpCamera } from './testing/http-camera.ts';
import { readTopic } from './testing/read-topic.ts';
import { setCamera, startIngest, testCamera, testStore } from './testing/test-ingest.ts';

const PASSWORD = 'p@ss:w/o#r%d?&1 ü';

test('a camera is opened with its login from the vault; a wrong or missing one is said without telling it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'login-'));
  const source = await startHttpCamera(await jpegsOf(folder), `admin:${PASSWORD}`);
  const cell = await testCell([topics.frames, topics.cameraStatus, topics.control, topics.vault]);
  const vault = await openVault(cell, randomBytes(32));
  const running = await startIngest(cell, { videos: folder, scenes: folder }, 1, camera => loginOf(vault, camera));
  await vault.put('camera-login:1', { user: 'admin', password: PASSWORD });
  await vault.put('camera-login:2', { user: 'admin', password: 'wr0ng-one' });
  const camera = (cameraId: string, loginId: string) =>
    setCamera(testCamera(cameraId, { source: 'live', url: `${source.url}/mjpeg`, loginId }));
  const changes = [
    { kind: 'store' as const, id: testStore.storeId, value: testStore },
    ...[camera('right', 'camera-login:1'), camera('wrong', 'camera-login:2'), camera('none', 'camera-login:3')],
  ];
  await running.control.append({ actor: 'test', changes, effectiveAtMs: 0 });
  const published = (cameraId: string) => running.statuses.get(cameraId)?.framesPublished ?? 0;
  const message = (cameraId: string) => running.statuses.get(cameraId)?.message ?? '';
  await vi.waitFor(() => expect(published('right')).toBeGreaterThan(1), { timeout: 20_000, interval: 200 });
  await vi.waitFor(() => expect(message('wrong')).toMatch(/401|password/i), { timeout: 20_000, interval: 200 });
  expect(message('none')).toContain('its login cannot be read from the vault: enter user and password again');
  await running.control.append({ actor: 'test', changes: [camera('wrong', 'camera-login:1')] });
  await vi.waitFor(() => expect(published('wrong')).toBeGreaterThan(1), { timeout: 20_000, interval: 200 });
  const told = JSON.stringify([await readTopic(cell, topics.cameraStatus), running.ingest.report()]);
  for (const secret of ['wr0ng-one', 'p@ss', encodeURIComponent(PASSWORD).slice(0, 12)])
    expect(told).not.toContain(secret);
  await running.stop();
  await vault.close();
  await cell.close();
  await source.close();
}, 90_000);
