import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AnyStoreBuilder } from './any-store-builder.ts';
import { bootId } from './folder-lock.ts';
import { type KeyValueStore, keyValueStore } from './key-value-store.ts';
import { LocalState } from './local-state.ts';
import type { StoreEngine } from './store-engine.ts';
import { TaskStore } from './task-store.ts';
import { KEYS } from './testing/lmdb-worker.ts';
import { int32, text } from './testing/serdes.ts';
import { type WindowStore, windowStore } from './window-store.ts';

const WORKER = fileURLToPath(new URL('./testing/lmdb-worker.ts', import.meta.url));
vi.setConfig({ testTimeout: 60_000 }); // processes are started
const counts = keyValueStore('counts', text, int32);

let stateDir: string;
let children: ChildProcess[];

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'lmdb-'));
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(stateDir, { recursive: true });
});

test('a process killed at any time leaves its last transaction whole, with its changelog offset', async () => {
  let last = 0;
  for (let kill = 0; kill < 3; kill++) {
    const { child, wrote } = startWriter();
    const seen = await wrote(last + 3 + kill);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const engine = open(counts);
    const n = Number(engine.checkpoint?.changelogOffset) / KEYS;
    expect(n).toBeGreaterThanOrEqual(seen());
    const values = entries(engine).map(([, value]) => value);
    expect(values).toEqual(Array.from({ length: KEYS }, () => n));
    engine.close();
    last = n;
  }
});

test('a folder that a living process has open is refused, and taken over once that process is dead', async () => {
  const { child, wrote } = startWriter();
  await wrote(1);
  expect(() => open(counts)).toThrow(`is open in process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const engine = open(counts);
  expect(engine.size).toBe(KEYS);
  expect(() => open(counts)).toThrow(`is open in process ${process.pid}`);
  engine.close();
  open(counts).close();
});

test('a lock of another process that had the same pid does not hold', () => {
  open(counts).close();
  const living = open(counts);
  const lock = JSON.parse(readFileSync(lockPath(), 'utf8'));
  living.close();
  writeFileSync(lockPath(), JSON.stringify(lock));
  expect(() => open(counts)).toThrow('is open in process');
  writeFileSync(lockPath(), JSON.stringify({ ...lock, startedAt: '1' }));
  open(counts).close();
});

test.skipIf(bootId === undefined)('state that was open when the system went down comes from the changelog', () => {
  commit(counts, { a: 1 });
  expect(reopened(counts)).toEqual([['a', 1]]);
  writeFileSync(lockPath(), JSON.stringify({ pid: process.pid, bootId: 'another' }));
  const engine = open(counts);
  expect(entries(engine)).toEqual([]);
  expect(engine.checkpoint).toBeUndefined();
  engine.close();
});

test('a store whose serdes changed begins empty, without a checkpoint', () => {
  commit(counts, { a: 1 });
  expect(reopened(keyValueStore('counts', text, int32))).toEqual([['a', 1]]);
  const engine = open(keyValueStore('counts', text, { ...int32, name: 'int32-of-cents' }));
  expect(entries(engine)).toEqual([]);
  expect(engine.checkpoint).toBeUndefined();
  engine.close();
  expect(reopened(counts)).toEqual([]);
});

test('nothing reaches the disk before the transaction is applied', () => {
  const engine = open(counts);
  const store = new TaskStore(counts, engine);
  put(store, 'a', 1);
  store.freeze();
  put(store, 'b', 1);
  engine.close();
  expect(reopened(counts)).toEqual([]);
});

test('stores of one task share a folder, each with its own checkpoint', () => {
  const [a, b] = [keyValueStore('a', text, int32), keyValueStore('b', text, int32)];
  const state = localState();
  const engines = [a, b].map(builder => state.open('0_0', builder));
  engines[0]?.write([], { changelogOffset: 1n, atMs: 7 });
  engines[1]?.write([], { changelogOffset: 2n, atMs: 8 });
  engines[0]?.close();
  engines[1]?.write([], { changelogOffset: 3n, atMs: 9 });
  engines[1]?.close();
  const again = [a, b].map(builder => state.open('0_0', builder));
  expect(again.map(({ checkpoint }) => checkpoint)).toEqual([
    { changelogOffset: 1n, atMs: 7 },
    { changelogOffset: 3n, atMs: 9 },
  ]);
  for (const engine of again) engine.close();
});

test('a store that asks for memory leaves nothing on disk', () => {
  const inMemory = keyValueStore('counts', text, int32, { engine: 'memory' });
  commit(inMemory, { a: 1 });
  expect(reopened(inMemory)).toEqual([]);
});

test('a key that LMDB cannot take fails where it is put, not at the commit', () => {
  const engine = open(counts);
  const store = new TaskStore(counts, engine);
  put(store, 'x'.repeat(1977), 1);
  expect(() => put(store, 'x'.repeat(1978), 1)).toThrow('too long');
  store.freeze();
  store.applied();
  expect(engine.size).toBe(1);
  engine.close();
});

test('a restore with a key that LMDB cannot take fails and leaves nothing', () => {
  const store = new TaskStore(counts, open(counts));
  const record = { offset: 0n, timestampMs: 0, value: Buffer.alloc(4), headers: [] };
  const records = [1977, 1978].map(length => ({ ...record, key: Buffer.alloc(length, 'x') }));
  expect(() => store.restore(records, { changelogOffset: 2n, atMs: 0 })).toThrow('maximum key size');
  expect([store.size, store.restoreFrom]).toEqual([0, undefined]);
  store.restore(records.slice(0, 1));
  expect(store.size).toBe(1);
});

test('a key that LMDB cannot take with the times of its window fails where it is put', () => {
  const windows = windowStore('windows', text, int32, { sizeMs: 1, retentionMs: 1 });
  const engine = open(windows);
  const store = new TaskStore(windows, engine);
  const stateStore = store.stateStore as WindowStore<string, number>;
  stateStore.put('x'.repeat(1962), 1, 5);
  expect(() => stateStore.put('x'.repeat(1963), 1, 5)).toThrow('too long');
  store.freeze();
  store.applied();
  expect(engine.size).toBe(1);
  engine.close();
});

test('a store of many pages is read whole in both directions, over all layers', () => {
  const engine = open(counts);
  const store = new TaskStore(counts, engine);
  const name = (at: number) => `key-${at.toString().padStart(5, '0')}`;
  const putThird = (third: number) => {
    for (let at = third; at < 5000; at += 3) put(store, name(at), at);
  };
  putThird(0);
  store.freeze();
  store.applied();
  putThird(1);
  store.freeze();
  putThird(2);
  const expected = Array.from({ length: 5000 }, (_, at) => [name(at), at]);
  const stateStore = store.stateStore as KeyValueStore<string, number>;
  expect([...stateStore.all()]).toEqual(expected);
  expect([...stateStore.range(name(10), name(4990), { backward: true })]).toEqual(expected.slice(10, 4991).reverse());
  engine.close();
});

function localState(): LocalState {
  return new LocalState({ stateDir, applicationId: 'app', defaultEngine: 'lmdb' });
}

function lockPath(): string {
  return join(stateDir, 'app', '0_0', 'owner.lock');
}

function open(builder: AnyStoreBuilder): StoreEngine {
  return localState().open('0_0', builder);
}

function entries(engine: StoreEngine): (readonly [unknown, unknown])[] {
  return [...new TaskStore(counts, engine).all()];
}

function reopened(builder: AnyStoreBuilder): unknown[] {
  const engine = open(builder);
  const found = entries(engine);
  engine.close();
  return found;
}

/** A store after a commit and a close. */
function commit(builder: AnyStoreBuilder, values: Readonly<Record<string, number>>): void {
  const engine = open(builder);
  const store = new TaskStore(builder, engine);
  for (const [key, value] of Object.entries(values)) put(store, key, value);
  store.freeze();
  store.applied({ changelogOffset: 1n, atMs: 0 });
  engine.close();
}

function put({ stateStore }: TaskStore, key: string, value: number): void {
  (stateStore as KeyValueStore<string, number>).put(key, value);
}

/** A process that writes; `wrote(n)` resolves once transaction n is applied, with the last number seen so far. */
function startWriter() {
  const child = spawn(process.execPath, [WORKER, stateDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let last = 0;
  let rest = '';
  let onLine = () => {};
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    last = Number(lines.at(-1) ?? last);
    onLine();
  });
  const wrote = async (n: number) => {
    while (last < n)
      await new Promise<void>((resolve, reject) => {
        onLine = resolve;
        child.once('exit', () => reject(new Error('the writer ended by itself')));
      });
    return () => last;
  };
  return { child, wrote };
}
