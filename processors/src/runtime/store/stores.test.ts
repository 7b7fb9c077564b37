import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { LogRecord } from '../../log/log-client.ts';
import type { AnyStoreBuilder } from './any-store-builder.ts';
import { type KeyValueStore, keyValueStore } from './key-value-store.ts';
import { LocalState } from './local-state.ts';
import { type SessionStore, sessionStore } from './session-store.ts';
import type { StoreEngine } from './store-engine.ts';
import { TaskStore } from './task-store.ts';
import { int32, text } from './testing/serdes.ts';
import { type WindowStore, windowStore } from './window-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'stores-'));
afterAll(() => rmSync(folder, { recursive: true }));
let tasks = 0;

/** One task's store, with the records of its changelog so far. */
class Subject<S> {
  readonly changelog: LogRecord[] = [];
  readonly store: S;
  readonly task: TaskStore;
  readonly engine: StoreEngine;

  constructor(builder: AnyStoreBuilder, engine: 'memory' | 'lmdb') {
    const state = new LocalState({ stateDir: folder, applicationId: 'app', defaultEngine: engine });
    this.engine = state.open(`task-${tasks++}`, builder);
    this.task = new TaskStore(builder, this.engine);
    this.store = this.task.stateStore as S;
  }

  /** The changelog records of the transaction; a tombstone is null. */
  commit(): (readonly [key: string, value: number | null])[] {
    const changes = this.task.freeze();
    for (const change of changes)
      this.changelog.push({ ...change, offset: BigInt(this.changelog.length), timestampMs: 0, headers: [] });
    this.task.applied({ changelogOffset: BigInt(this.changelog.length), atMs: 0 });
    return changes.map(({ key, value }) => [key.toString('latin1'), value?.readInt32BE() ?? null]);
  }

  record(work: () => void, fails = false): void {
    this.task.mark();
    work();
    if (fails) this.task.rollback();
  }
}

test('a value reads correctly after the cache of decoded values was dropped', () => {
  const long = keyValueStore('long', text, text);
  const { store, task } = new Subject<KeyValueStore<string, string>>(long, 'memory');
  const value = 'x'.repeat(10_000);
  for (let at = 0; at < 1000; at++) store.put(`key-${at}`, value);
  task.freeze();
  task.applied();
  for (let at = 0; at < 1000; at++) expect(store.get(`key-${at}`)).toBe(value);
});

test('entries of an earlier process on disk can be iterated once, before they are read', () => {
  const builder = keyValueStore('values', text, int32);
  const options = { stateDir: folder, applicationId: 'app', defaultEngine: 'lmdb' } as const;
  const first = new LocalState(options).open('inherited', builder);
  const changes = Array.from({ length: 3000 }, (_, at) => ({ name: `key-${at}`, value: int32.serialize(at) }));
  first.write(changes);
  expect([...new TaskStore(builder, first).inheritedRecords()]).toEqual([]);
  first.close();
  const second = new TaskStore(builder, new LocalState(options).open('inherited', builder));
  const found = [...second.inheritedRecords()].flat();
  expect(new Set(found.map(({ key }) => `${key}`))).toEqual(new Set(changes.map(({ name }) => name)));
  expect(found.every(({ key, value }) => value && `key-${value.readInt32BE()}` === `${key}`)).toBe(true);
  expect([...second.inheritedRecords()]).toEqual([]);
});

describe.each(['memory', 'lmdb'] as const)('in %s', engine => {
  const windows = (retentionMs: number, retainDuplicates = false) =>
    new Subject<WindowStore<string, number>>(
      windowStore('windows', text, int32, { sizeMs: 10, retentionMs, retainDuplicates }),
      engine,
    );
  const sessions = (retentionMs: number) =>
    new Subject<SessionStore<string, number>>(sessionStore('sessions', text, int32, { retentionMs }), engine);
  const keyValues = () => new Subject<KeyValueStore<string, number>>(keyValueStore('values', text, int32), engine);

  test('windows of a key exclude those of a longer key that begins with it', () => {
    const { store, commit } = bound(windows(100));
    const longer = `a${'\0'.repeat(7)}\x05${'\0'.repeat(3)}`; // its bytes are those of windows of a
    store.put('a', 1, 5);
    store.put(longer, 2, 5);
    store.put('ab', 3, 5);
    for (const _ of [1, 2]) {
      expect([...store.fetch('a', 0, 90)]).toEqual([[5, 1]]);
      expect([...store.fetch(longer, 0, 90)]).toEqual([[5, 2]]);
      commit();
    }
  });

  test('an expired window is a tombstone in the changelog and cannot be put again', () => {
    const { store, commit } = bound(windows(20));
    store.put('a', 1, 0);
    store.put('b', 2, 10);
    commit();
    store.put('c', 3, 20);
    store.put('a', 9, 0);
    expect(commit().map(([key, value]) => [key[0], value])).toEqual([
      ['c', 3],
      ['a', null],
    ]);
    expect([...store.all()].map(([{ key, startMs, endMs }, value]) => [key, startMs, endMs, value])).toEqual([
      ['b', 10, 20, 2],
      ['c', 20, 30, 3],
    ]);
    expect(store.get('a', 0)).toBeUndefined();
  });

  test('a window that appears and expires within one transaction leaves no record', () => {
    const { store, commit } = bound(windows(20));
    store.put('a', 1, 0);
    store.put('b', 2, 1000);
    expect(commit().map(([key]) => key[0])).toEqual(['b']);
  });

  test('a failed record undoes the time that it observed, and the expiry that it caused', () => {
    const subject = windows(20);
    const { store } = subject;
    subject.record(() => store.put('a', 1, 0));
    subject.record(() => store.put('b', 2, 1000), true);
    subject.record(() => store.put('c', 3, 5));
    expect([...store.all()].map(([{ key }]) => key)).toEqual(['a', 'c']);
  });

  test('the engine keeps only the times of present entries', () => {
    const subject = windows(20);
    const { store, engine: committed } = subject;
    store.put('a', 1, 0);
    store.put('b', 2, 5);
    subject.commit();
    expect(store.get('a', 0)).toBe(1);
    store.delete('b', 5);
    store.put('c', 3, 30);
    subject.commit();
    expect(committed.namesByTime(-1, 1000)).toHaveLength(1);
    expect(committed.observedMs).toBe(30);
  });

  test('after a restore the observed time is the one before, though its window was deleted', () => {
    const first = windows(20);
    first.store.put('a', 1, 100);
    first.store.delete('a', 100);
    first.commit();
    const second = windows(20);
    second.task.restore(first.changelog);
    for (const { store } of [first, second]) {
      store.put('b', 2, 80);
      store.put('c', 3, 81);
      expect([...store.all()].map(([{ key }]) => key)).toEqual(['c']);
    }
  });

  test('duplicates of one window stay in the order they were put, over commits and a restore', () => {
    const first = windows(100, true);
    first.store.put('a', 1, 5);
    first.store.put('a', 1, 5);
    first.commit();
    first.store.put('a', 2, 5);
    first.commit();
    const second = windows(100, true);
    second.task.restore(first.changelog);
    for (const subject of [first, second]) {
      subject.store.put('a', 0, 5);
      expect([...subject.store.fetch('a', 5, 5)].map(([, value]) => value)).toEqual([1, 1, 2, 0]);
      expect([...subject.store.fetch('a', 0, 9, { backward: true })].map(([, value]) => value)).toEqual([0, 2, 1, 1]);
      subject.commit();
    }
    first.store.delete('a', 5);
    expect([...first.store.all()]).toEqual([]);
  });

  test('a session that grows within one transaction leaves one record', () => {
    const { store, commit } = bound(sessions(1000));
    const growTo = (endMs: number) => {
      for (const [session] of store.findSessions('a', endMs - 10, endMs)) store.delete(session);
      store.put({ key: 'a', startMs: 0, endMs }, endMs);
    };
    for (let endMs = 0; endMs <= 50; endMs += 5) growTo(endMs);
    expect(commit()).toHaveLength(1);
    growTo(55);
    growTo(60);
    expect(commit().map(([, value]) => value)).toEqual([null, 60]);
    expect([...store.fetch('a')]).toEqual([[{ key: 'a', startMs: 0, endMs: 60 }, 60]]);
  });

  test('a read returns the decoded bytes, not the object that was put', () => {
    const { store, commit } = bound(keyValues());
    store.put('a', 1.7);
    expect(store.get('a')).toBe(1);
    commit();
    expect(store.get('a')).toBe(1);
  });

  test('a value that does not serialize fails at its put', () => {
    const { store, commit } = bound(keyValues());
    expect(() => store.put('a', 2 ** 40)).toThrow(RangeError);
    expect(commit()).toEqual([]);
  });

  test('entries may be deleted and put while they are iterated', () => {
    const { store, commit } = bound(keyValues());
    const keys = ['a', 'b', 'c', 'd'];
    for (const key of keys) store.put(key, 1);
    commit();
    const seen: unknown[] = [];
    for (const [key, value] of store.all()) {
      seen.push([key, value]);
      store.delete(key);
      if (key === 'a') store.delete('b');
      if (key === 'a') store.put('c', 2);
    }
    expect(seen).toEqual([
      ['a', 1],
      ['c', 2],
      ['d', 1],
    ]);
    expect(store.size).toBe(0);
  });

  test('readers outside the task see committed state only, not that of a failed commit', () => {
    const subject = keyValues();
    const view = subject.task.committedView() as KeyValueStore<string, number>;
    subject.store.put('a', 1);
    expect(view.get('a')).toBeUndefined();
    subject.task.freeze();
    expect([...view.all()]).toEqual([]);
    subject.task.applied();
    subject.store.put('a', 2);
    expect([view.get('a'), view.size, [...view.all()]]).toEqual([1, 1, [['a', 1]]]);
    expect(subject.store.get('a')).toBe(2);
  });

  test('a reader whose state moved elsewhere gets an error instead of an empty store', () => {
    const subject = keyValues();
    subject.store.put('a', 1);
    subject.commit();
    const view = subject.task.committedView() as KeyValueStore<string, number>;
    expect(view.get('a')).toBe(1);
    subject.engine.close();
    expect(() => view.get('b')).toThrow('ask again');
    expect(() => [...view.all()]).toThrow('ask again');
    expect(() => view.size).toThrow('ask again');
  });

  test('a window with an invalid time is refused at its put', () => {
    const { store } = windows(100);
    expect(() => store.put('a', 1, -1)).toThrow(RangeError);
    expect(() => store.put('a', 1, 0.5)).toThrow(RangeError);
    expect(store.get('a', -1)).toBeUndefined();
    expect([...store.fetch('a', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)]).toEqual([]);
  });
});

/** The store and its commit alone. */
function bound<S>(subject: Subject<S>): { store: S; commit: Subject<S>['commit'] } {
  return { store: subject.store, commit: () => subject.commit() };
}
