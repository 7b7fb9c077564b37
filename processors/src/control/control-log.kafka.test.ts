import type { Camera, Store } from '@sightline/schemas';
import { topics } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cell, testCell, testCellEnv } from '../process/index.ts';
import { type ControlLog, openControl } from './control-log.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { openVault } from './vault.ts';

const store: Store = {
  storeId: 's1',
  name: 'Mitte',
  city: 'Berlin',
  region: '',
  timeZone: 'Europe/Berlin',
  openingHours: [],
  subscriptionActive: true,
  demo: false,
};
const camera: Camera = {
  cameraId: 'c1',
  storeId: 's1',
  name: 'Make line',
  site: 'main',
  source: 'live',
  url: 'rtsp://127.0.0.1/1',
  maxFps: 5,
  active: true,
  fileSha256: null,
  fileEpoch: null,
  fileStartedAtMs: null,
  demo: false,
};
const env = testCellEnv();
const unexpected = (error: unknown): void => {
  throw error;
};
let cell: Cell;
let one: ControlLog;
let two: ControlLog;

beforeAll(async () => {
  cell = await testCell([topics.control, topics.vault], env);
  one = await openControl(cell, unexpected);
  two = await openControl(cell, unexpected);
});

afterAll(async () => {
  await one.close();
  await two.close();
  await cell.close();
});

test('a change set is accepted once this process has read it back, and a late starter folds to the same end', async () => {
  const answer = await one.append({
    commandId: 'first',
    actor: 'test',
    changes: [
      { kind: 'store', id: 's1', value: store },
      { kind: 'camera', id: 'c1', value: camera },
    ],
  });
  expect(answer).toMatchObject({ outcome: 'accepted', offset: 3 });
  const late = await openControl(cell, unexpected);
  expect(late.fold.all('camera')).toEqual([camera]);
  expect(late.fold.nextOffset).toBe(one.fold.nextOffset);
  await late.close();
});

test('of two writers that rely on the same version one is accepted and the other gets a conflict', async () => {
  const rename = (log: ControlLog, name: string) =>
    log.append({
      actor: name,
      changes: [{ kind: 'store', id: 's1', value: { ...store, name } }],
      expects: [{ entityKind: 'store', entityId: 's1', version: two.fold.versionOf('store', 's1') }],
    });
  const answers = await Promise.all([rename(one, 'Ost'), rename(two, 'West')]);
  expect(answers.map(answer => answer.outcome).sort()).toEqual(['accepted', 'conflict']);
});

test('a command repeated gets the answer of the first time', async () => {
  const again = await two.append({
    commandId: 'first',
    actor: 'test',
    changes: [{ kind: 'store', id: 's1', value: null }],
  });
  expect(again).toMatchObject({ outcome: 'accepted', offset: 3 });
  expect(two.fold.all('store')).toHaveLength(1);
});

test('the vault keeps a login sealed on the log, gives it back to another process, and forgets it when removed', async () => {
  const key = Buffer.alloc(32, 3);
  const vault = await openVault(cell, key);
  await vault.put('login:admin', { passwordHash: await hashPassword('correct horse') });
  const other = await openVault(cell, key);
  const found = other.get('login:admin') as { passwordHash: string };
  expect(await verifyPassword('correct horse', found.passwordHash)).toBe(true);
  expect(await verifyPassword('wrong', found.passwordHash)).toBe(false);
  const stranger = await openVault(cell, Buffer.alloc(32, 4));
  expect(() => stranger.get('login:admin')).toThrow(/sealed under key/);
  await other.remove('login:admin');
  expect(other.get('login:admin')).toBeUndefined();
  for (const opened of [vault, other, stranger]) await opened.close();
});
