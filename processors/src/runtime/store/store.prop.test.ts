import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import type { LogRecord } from '../../log/log-client.ts';
import type { AnyStoreBuilder } from './any-store-builder.ts';
import { type KeyValueStore, keyValueStore } from './key-value-store.ts';
import { LocalState } from './local-state.ts';
import { MemoryStoreEngine } from './memory-engine.ts';
import { type SessionStore, sessionStore } from './session-store.ts';
import type { StoreEngine } from './store-engine.ts';
import { nameFormat, TaskStore } from './task-store.ts';
import { int32, text } from './testing/serdes.ts';
import { type Layout, type ModelEntry, StoreModel } from './testing/store-model.ts';
import { type WindowStore, windowStore } from './window-store.ts';

vi.setConfig({ testTimeout: 60_000 });
const RUNS = Number(process.env.STORE_RUNS ?? 100);
const RETENTION_MS = 10;
const KEYS = ['', 'a', 'a\0', 'a\0\0\0\0\0\0\0\0', 'ab', 'b', 'ÿ'];

type Write = {
  readonly kind: 'put' | 'delete';
  readonly key: string;
  readonly startMs: number;
  readonly timeMs: number;
  readonly value: number;
};
type Step =
  | { readonly kind: 'record'; readonly writes: readonly Write[]; readonly fails: boolean }
  | { readonly kind: 'freeze' | 'applied' | 'fail' | 'restart' | 'lose'; readonly compacted: boolean };

/** One kind of store beside its model. */
interface Subject {
  readonly builder: AnyStoreBuilder;
  readonly layout: Layout;
  readonly retentionMs: number;
  write(store: unknown, write: Write): void;
  /** Everything that can be read from the store, and the same from the model. */
  read(store: unknown): unknown;
  expected(entries: readonly ModelEntry[]): unknown;
}

const keyValues: Subject = {
  builder: keyValueStore('key-values', text, int32),
  layout: [],
  retentionMs: Number.POSITIVE_INFINITY,
  write(store, { kind, key, value }) {
    const keyValueStore = store as KeyValueStore<string, number>;
    if (kind === 'put') keyValueStore.put(key, value);
    else keyValueStore.delete(key);
  },
  read(store) {
    const { get, all, range, size } = bound(store as KeyValueStore<string, number>);
    return {
      size: size(),
      all: [...all()],
      points: KEYS.map(key => get(key)),
      ranges: KEYS.flatMap(from => KEYS.map(to => [...range(from, to)])),
      backward: KEYS.map(from => [...range(from, 'ÿ', { backward: true })]),
    };
  },
  expected(entries) {
    const within = (from: string, to: string) =>
      entries
        .filter(({ key }) => compare(key, from) >= 0 && compare(key, to) <= 0)
        .map(({ key, value }) => [key, value]);
    return {
      size: entries.length,
      all: entries.map(({ key, value }) => [key, value]),
      points: KEYS.map(key => entries.find(entry => entry.key === key)?.value),
      ranges: KEYS.flatMap(from => KEYS.map(to => within(from, to))),
      backward: KEYS.map(from => within(from, 'ÿ').reverse()),
    };
  },
};

const TIMES = [0, 4, 5, 9, 17, 2 ** 33];

function windows(retainDuplicates: boolean): Subject {
  return {
    builder: windowStore('windows', text, int32, { sizeMs: 5, retentionMs: RETENTION_MS, retainDuplicates }),
    layout: retainDuplicates ? ['timeMs', 'sequence'] : ['timeMs'],
    retentionMs: RETENTION_MS,
    write(store, { kind, key, value, timeMs }) {
      const windowStore = store as WindowStore<string, number>;
      if (kind === 'put') windowStore.put(key, value, timeMs);
      else windowStore.delete(key, timeMs);
    },
    read(store) {
      const windowStore = store as WindowStore<string, number>;
      return {
        size: windowStore.size,
        all: [...windowStore.all()],
        points: KEYS.flatMap(key => TIMES.map(timeMs => windowStore.get(key, timeMs))),
        fetched: KEYS.flatMap(key => TIMES.map(timeMs => [...windowStore.fetch(key, timeMs - 4, timeMs)])),
        backward: KEYS.map(key => [...windowStore.fetch(key, 3, Number.POSITIVE_INFINITY, { backward: true })]),
        ofAll: TIMES.map(timeMs => [...windowStore.fetchAll(timeMs - 4, timeMs)]),
      };
    },
    expected(entries) {
      const windowed = ({ key, timeMs, value }: ModelEntry) => [{ key, startMs: timeMs, endMs: timeMs + 5 }, value];
      const within = (fromMs: number, toMs: number) =>
        entries.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
      const fetch = (key: string, fromMs: number, toMs: number) =>
        within(fromMs, toMs)
          .filter(entry => entry.key === key)
          .map(({ timeMs, value }) => [timeMs, value]);
      return {
        size: entries.length,
        all: entries.map(windowed),
        points: KEYS.flatMap(key => TIMES.map(timeMs => fetch(key, timeMs, timeMs)[0]?.[1])),
        fetched: KEYS.flatMap(key => TIMES.map(timeMs => fetch(key, timeMs - 4, timeMs))),
        backward: KEYS.map(key => fetch(key, 3, Number.POSITIVE_INFINITY).reverse()),
        ofAll: TIMES.map(timeMs => within(timeMs - 4, timeMs).map(windowed)),
      };
    },
  };
}

const sessions: Subject = {
  builder: sessionStore('sessions', text, int32, { retentionMs: RETENTION_MS }),
  layout: ['timeMs', 'startMs'],
  retentionMs: RETENTION_MS,
  write(store, { kind, key, value, startMs, timeMs }) {
    const sessionStore = store as SessionStore<string, number>;
    const session = { key, startMs: Math.min(startMs, timeMs), endMs: timeMs };
    if (kind === 'put') sessionStore.put(session, value);
    else sessionStore.delete(session);
  },
  read(store) {
    const sessionStore = store as SessionStore<string, number>;
    return {
      size: sessionStore.size,
      all: [...sessionStore.all()],
      points: KEYS.flatMap(key => TIMES.map(timeMs => sessionStore.get(key, Math.min(3, timeMs), timeMs))),
      found: KEYS.flatMap(key => TIMES.map(timeMs => [...sessionStore.findSessions(key, timeMs, timeMs + 1)])),
      fetched: KEYS.map(key => [...sessionStore.fetch(key)]),
      ended: TIMES.map(timeMs => [...sessionStore.endedSessions(timeMs - 4, timeMs)]),
    };
  },
  expected(entries) {
    const windowed = ({ key, startMs, timeMs, value }: ModelEntry) => [{ key, startMs, endMs: timeMs }, value];
    const ofKey = (key: string) => entries.filter(entry => entry.key === key);
    return {
      size: entries.length,
      all: entries.map(windowed),
      points: KEYS.flatMap(key =>
        TIMES.map(
          endMs => ofKey(key).find(({ timeMs, startMs }) => timeMs === endMs && startMs === Math.min(3, endMs))?.value,
        ),
      ),
      found: KEYS.flatMap(key =>
        TIMES.map(at =>
          ofKey(key)
            .filter(({ timeMs, startMs }) => timeMs >= at && startMs <= at + 1)
            .map(windowed),
        ),
      ),
      fetched: KEYS.map(key => ofKey(key).map(windowed)),
      ended: TIMES.map(at => entries.filter(({ timeMs }) => timeMs >= at - 4 && timeMs <= at).map(windowed)),
    };
  },
};

type OpenEngine = (builder: AnyStoreBuilder, run: number) => StoreEngine;
let run = 0;

/** Invariant: whatever happens, a store reads like a plain map, and after a restart like its committed state. */
function followsModel(subject: Subject, open: OpenEngine, numRuns: number): void {
  fc.assert(
    fc.property(fc.array(steps(), { maxLength: 40, size: 'max' }), script => {
      const changelog: LogRecord[] = [];
      const model = new StoreModel(subject.layout, subject.retentionMs);
      const at = ++run;
      let engine = open(subject.builder, at);
      let store = new TaskStore(subject.builder, engine);
      let pending: LogRecord[] | undefined;
      const restart = (compacted: boolean) => {
        pending = undefined;
        model.crash();
        store = new TaskStore(subject.builder, engine);
        const from = store.restoreFrom ?? 0n;
        store.restore(
          (compacted ? compact(changelog) : changelog).filter(({ offset }) => offset >= from),
          {
            changelogOffset: BigInt(changelog.length),
            atMs: 0,
          },
        );
      };
      for (const step of script) {
        if (step.kind === 'record') runRecord(subject, store, model, step);
        else if (step.kind === 'freeze' && pending === undefined) {
          pending = records(store.freeze(), changelog.length);
          model.freeze();
        } else if (step.kind === 'applied' && pending !== undefined) {
          changelog.push(...pending);
          pending = undefined;
          store.applied(step.compacted ? undefined : { changelogOffset: BigInt(changelog.length), atMs: 0 });
          model.applied();
        } else if (step.kind === 'fail') restart(step.compacted);
        else if (step.kind === 'restart' || step.kind === 'lose') {
          engine.close();
          engine = open(subject.builder, at);
          if (step.kind === 'lose') engine.wipe();
          restart(step.compacted);
        }
        expect(subject.read(store.stateStore)).toEqual(subject.expected(model.entries()));
        expect([...store.committedView().all()]).toEqual([...new TaskStore(subject.builder, engine).all()]);
        expect([...store.committedView().all()].length).toBe(model.committed().length);
      }
      engine.close();
    }),
    { numRuns },
  );
}

function runRecord(
  subject: Subject,
  store: TaskStore,
  model: StoreModel,
  { writes, fails }: Step & { readonly kind: 'record' },
): void {
  store.mark();
  model.mark();
  for (const write of writes) {
    subject.write(store.stateStore, write);
    const { key, value } = write;
    const timeMs = subject.layout.length === 0 ? 0 : write.timeMs;
    const startMs = subject.layout.includes('startMs') ? Math.min(write.startMs, timeMs) : 0;
    if (write.kind === 'put') model.put({ key, timeMs, startMs, value });
    else model.delete(entry => entry.key === key && entry.timeMs === timeMs && entry.startMs === startMs);
  }
  if (!fails) return;
  store.rollback();
  model.rollback();
}

function steps(): fc.Arbitrary<Step> {
  const timeMs = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 24 }) }, { weight: 1, arbitrary: fc.constant(2 ** 33) }); // biome-ignore format: one thing
  const write = fc.record({
    kind: fc.constantFrom('put' as const, 'put' as const, 'delete' as const),
    key: fc.constantFrom(...KEYS),
    startMs: fc.integer({ min: 0, max: 12 }),
    timeMs,
    value: fc.integer({ min: 0, max: 99 }),
  });
  const record = fc.record({ kind: fc.constant('record' as const), writes: fc.array(write, { maxLength: 4 }), fails: fc.nat(4).map(n => n === 0) }); // biome-ignore format: one thing
  const other = fc.record({
    kind: fc.constantFrom('freeze' as const, 'freeze' as const, 'applied' as const, 'applied' as const, 'fail' as const, 'restart' as const, 'lose' as const), // biome-ignore format: one list
    compacted: fc.boolean(),
  });
  return fc.oneof({ weight: 3, arbitrary: record }, { weight: 2, arbitrary: other });
}

function records(changes: ReturnType<TaskStore['freeze']>, from: number): LogRecord[] {
  return changes.map(({ key, value }, at) => ({ offset: BigInt(from + at), timestampMs: 0, key, value, headers: [] }));
}

/** The newest record of each key, as after the broker's cleaner. */
function compact(records: readonly LogRecord[]): LogRecord[] {
  const newest = new Map(records.map(record => [record.key?.toString('hex'), record.offset]));
  return records.filter(({ key, offset }) => newest.get(key?.toString('hex')) === offset);
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function bound(store: KeyValueStore<string, number>) {
  return {
    get: store.get.bind(store),
    all: store.all.bind(store),
    range: store.range.bind(store),
    size: () => store.size,
  };
}

const inMemory: OpenEngine = builder => new MemoryStoreEngine(nameFormat(builder));

const folder = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** One folder for all restarts of a run; an almost empty cache, so that reads reach the disk. */
const onDisk: OpenEngine = (builder, run) =>
  new LocalState({ stateDir: folder, applicationId: 'app', defaultEngine: 'lmdb', cacheBytes: 1000 }).open(
    `${run}`,
    builder,
  );

for (const [place, open, numRuns] of [
  ['in memory', inMemory, RUNS],
  ['on disk', onDisk, RUNS / 4],
] as const) {
  test(`a key-value store ${place} says what a plain map would, through failures and restarts`, () => {
    followsModel(keyValues, open, numRuns);
  });

  test(`a window store ${place} says what a plain map would, through failures and restarts`, () => {
    followsModel(windows(false), open, numRuns);
  });

  test(`a window store with duplicates ${place} says what a plain map would, through failures and restarts`, () => {
    followsModel(windows(true), open, numRuns);
  });

  test(`a session store ${place} says what a plain map would, through failures and restarts`, () => {
    followsModel(sessions, open, numRuns);
  });
}
