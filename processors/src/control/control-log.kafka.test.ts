import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Camera, ControlRecord, Store } from '@sightline/schemas';
import { topics } from '@sightline/schemas';
import { kinds } from '@sightline/schemas/control';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Cell, recreateTopics, testCell, testCellEnv } from '../process/index.ts';
import { type ControlLog, openControl } from './control-log.ts';
import { ClockAheadError } from './log-clock.ts';
import { hashPassword, isPassword } from './password.ts';
import { openVault } from './vault.ts';

const store: Store = {
  storeId: 's1',
  name: 'Mitte',
  city: 'Berlin',
  region: '',
  timeZone: 'Europe/Berlin',
  openingHours: [],
  subscriptionActive: true,
  plan: null,
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
  fileBytes: null,
  fileEpoch: null,
  fileStartedAtMs: null,
  loginId: null,
  onvifUrl: null,
  plan: null,
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

test('two writers rely on the same version: one is accepted, the other gets a conflict', async () => {
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

test('the vault seals a login on the log, another process reads it, and removing it deletes it', async () => {
  const key = Buffer.alloc(32, 3);
  const vault = await openVault(cell, key);
  await vault.put('login:admin', { passwordHash: await hashPassword('correct horse') });
  const other = await openVault(cell, key);
  const found = other.get('login:admin') as { passwordHash: string };
  expect(isPassword('correct horse', found.passwordHash)).toBe(true);
  expect(isPassword('wrong', found.passwordHash)).toBe(false);
  const stranger = await openVault(cell, Buffer.alloc(32, 4));
  expect(() => stranger.get('login:admin')).toThrow(/sealed with key/);
  await other.remove('login:admin');
  expect(other.get('login:admin')).toBeUndefined();
  for (const opened of [vault, other, stranger]) await opened.close();
});

test('a writer whose clock is ahead by more than five seconds is refused before it changes anything', async () => {
  const ahead = (byMs: number) => openControl(cell, unexpected, { now: () => Date.now() + byMs });
  const rename = (log: ControlLog, name: string) =>
    log.append({ actor: 'test', changes: [{ kind: 'store', id: 's1', value: { ...store, name } }] });
  const [wrong, near] = [await ahead(20_000), await ahead(3_000)];
  const before = one.fold.entity('store', 's1');
  await expect(rename(wrong, 'Morgen')).rejects.toThrow(ClockAheadError);
  expect(await rename(near, 'Gleich')).toMatchObject({ outcome: 'accepted' });
  await vi.waitFor(() => expect(one.fold.entity('store', 's1')).not.toEqual(before));
  expect(one.fold.entity('store', 's1')?.value.name).toBe('Gleich');
  for (const opened of [wrong, near]) await opened.close();
});

test('values of a newer process are kept, reported, and not overwritten', async () => {
  const newer = await cell.log.producer();
  const write = (entityKind: string, entityId: string, value: Buffer, commandId: string): ControlRecord => ({
    ...{ commandId, actor: 'newer', atMs: 0, effectiveAtMs: 0, changeSetIndex: 0, changeSetSize: 1 },
    ...{ entityKind, entityId, expects: [], value },
  });
  const strange = kinds.camera.serde.serialize({ ...camera, cameraId: 'c9', source: 'unknown' });
  const records = [write('plan', 'p1', Buffer.from('later'), 'newer-1'), write('camera', 'c9', strange, 'newer-2')];
  await newer.send(records.map(record => cell.outgoing(topics.control, record.entityId, record)));
  await newer.close();
  await vi.waitFor(() =>
    expect(one.fold.notUnderstood()).toEqual({ kinds: { plan: 1 }, values: {}, parts: ['camera c9: source'] }),
  );
  expect(one.health().reason).toContain('1 of kind plan; unknown parts: camera c9: source');
  const value = one.fold.entity('camera', 'c9')?.value;
  if (value === undefined) throw new Error('the camera is understood but for its source');
  const back = one.append({
    actor: 'test',
    changes: [{ kind: 'camera', id: 'c9', value: { ...value, name: 'Nine' } }],
  });
  await expect(back).rejects.toThrow(/source of camera c9 comes from a newer version/);
});

describe('a snapshot on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'control-'));
  const snapshot = join(folder, 'control', 'test.snapshot');
  const notices: string[] = [];
  const onNotice = (notice: string): void => void notices.push(notice);
  const open = (on: Cell): Promise<ControlLog> => openControl(on, unexpected, { snapshot, onNotice });
  const add = (log: ControlLog, name: string) =>
    log.append({ actor: 'test', changes: [{ kind: 'store', id: name, value: { ...store, storeId: name, name } }] });
  let own: Cell;

  beforeAll(async () => {
    own = await testCell([topics.control]);
  });
  afterAll(async () => {
    await own.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => notices.splice(0));

  const names = (log: ControlLog): readonly string[] => log.fold.all('store').map(({ name }) => name);

  test('a process that starts again folds only the records after its snapshot', async () => {
    const first = await open(own);
    await add(first, 'Ost');
    await first.close();
    const other = await openControl(own, unexpected);
    await add(other, 'West');
    await other.close();
    // Deletes all records before the snapshot's last one: only the snapshot still has them.
    const offset = BigInt(first.fold.nextOffset) - 1n;
    await own.log.admin.deleteRecords([{ topic: own.name(topics.control), partition: 0, offset }]);
    const again = await open(own);
    expect(names(again)).toEqual(['Ost', 'West']);
    expect(again.fold.nextOffset).toBe(other.fold.nextOffset);
    expect(notices).toEqual([]);
    await again.close();
  });

  test.each([
    ['damaged', (bytes: Buffer) => bytes.fill(0x2e, bytes.length - 20), /it is damaged/],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, -20), /it is damaged/],
    [
      'of another version',
      (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace(/ \w{16} /, ' 0123456789abcdef '), 'latin1'),
      /another version/,
    ],
    ['no snapshot at all', () => Buffer.from('{}'), /another version/],
  ])('one that is %s is ignored and said, and the log folded anew', async (_, spoil, notice) => {
    const whole = await testCell([topics.control]);
    const first = await open(whole);
    await add(first, 'Nord');
    await first.close();
    notices.splice(0);
    writeFileSync(snapshot, spoil(readFileSync(snapshot)));
    const again = await open(whole);
    expect(names(again)).toEqual(['Nord']);
    expect(notices).toEqual([expect.stringMatching(notice)]);
    await again.close();
    await whole.close();
  });

  test.each([0, 5])(
    'one of a topic that was created again is discarded, with %d commands in the new one',
    async count => {
      const old = await testCell([topics.control]);
      const first = await open(old);
      for (const name of ['a', 'b']) await add(first, name);
      await first.close();
      await old.close();
      notices.splice(0);
      const made = await testCell([topics.control]);
      const writer = await openControl(made, unexpected);
      for (let i = 0; i < count; i++) await add(writer, `new-${i}`);
      const again = await open(made);
      expect(names(again)).toEqual(names(writer));
      expect(notices).toEqual([expect.stringContaining('it belongs to another log')]);
      for (const opened of [writer, again]) await opened.close();
      await made.close();
    },
  );
});

test('a topic that is created again ends the fold with what the operator must do, and an empty one says so', async () => {
  const made = await testCell([topics.control]);
  const ended = Promise.withResolvers<unknown>();
  const before = await openControl(made, ended.resolve);
  expect(before.health().reason).toContain('the control log is empty');
  await before.append({ actor: 'a', changes: [{ kind: 'store', id: 's1', value: store }], effectiveAtMs: 0 });
  expect(before.health().reason).toBeUndefined();
  await recreateTopics(made, [topics.control]);
  expect(String(await ended.promise)).toMatch(/created again .* restore the topic from a backup, or start the inst/);
  const after = await openControl(made, unexpected);
  expect(after.health().reason).toContain('restore the topic from a backup');
  for (const opened of [before, after]) await opened.close();
  await made.close();
}, 30_000);
