import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Serde } from '@sightline/schemas/topic';
import type { AnyStoreBuilder } from '../src/runtime/store/any-store-builder.ts';
import { type KeyValueStore, keyValueStore } from '../src/runtime/store/key-value-store.ts';
import { LocalState } from '../src/runtime/store/local-state.ts';
import { type SessionStore, sessionStore } from '../src/runtime/store/session-store.ts';
import type { StoreEngine } from '../src/runtime/store/store-engine.ts';
import { TaskStore } from '../src/runtime/store/task-store.ts';
import { text } from '../src/runtime/store/testing/serdes.ts';
import { type WindowStore, windowStore } from '../src/runtime/store/window-store.ts';
import { timestamped, type ValueAndTimestamp } from '../src/runtime/store/windowed.ts';

/** Operations per second of state stores in one task that commits every 50,000 of them: `node store.bench.ts`. */
const int64: Serde<number> = {
  name: 'int64',
  serialize(value) {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeUInt32BE(Math.floor(value / 0x1_0000_0000));
    bytes.writeUInt32BE(value >>> 0, 4);
    return bytes;
  },
  deserialize: bytes => bytes.readUInt32BE() * 0x1_0000_0000 + bytes.readUInt32BE(4),
};
const count = timestamped(int64);
/** Runs only benches whose name contains this. */
const only = process.argv[2] ?? '';
const COMMIT_EVERY = 50_000;

function measure(
  what: string,
  builder: AnyStoreBuilder,
  engine: StoreEngine,
  operations: number,
  operate: (store: unknown, at: number) => void,
): void {
  if (!what.includes(only)) return;
  const store = new TaskStore(builder, engine);
  let commitMs = 0;
  let commits = 0;
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  for (let at = 0; at < operations; at++) {
    store.mark();
    operate(store.stateStore, at);
    if (at % COMMIT_EVERY !== COMMIT_EVERY - 1) continue;
    const commitStartMs = performance.now();
    store.freeze();
    store.applied({ changelogOffset: BigInt(at), atMs: 0 });
    commitMs += performance.now() - commitStartMs;
    commits++;
  }
  const tookMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = Math.round((operations / tookMs) * 1000).toLocaleString('en');
  console.log(
    `${what.padEnd(48)} ${perSecond.padStart(12)}/s, ${((user + system) / operations).toFixed(2)} us of CPU each, ${(commitMs / commits).toFixed(2)} ms a commit`,
  );
  engine.close();
}

function fresh(text: string): string {
  return Buffer.from(text).toString();
}

function benches(label: string, open: (builder: AnyStoreBuilder) => StoreEngine): void {
  const hot = Array.from({ length: 100 }, (_, at) => `key-${at}`);
  const many = Array.from({ length: 1_000_000 }, (_, at) => `key-${at}`);
  const keyValues = keyValueStore('key-values', text, count);
  const countOne = (keys: readonly string[]) => (store: unknown, at: number) => {
    const keyValues = store as KeyValueStore<string, ValueAndTimestamp<number>>;
    const key = fresh(keys[(at * 7919) % keys.length] ?? '');
    const before = keyValues.get(key);
    keyValues.put(key, { value: (before?.value ?? 0) + 1, timestampMs: at });
  };
  measure(`${label} key-value get+put, 100 keys`, keyValues, open(keyValues), 1_000_000, countOne(hot));
  measure(`${label} key-value get+put, 1,000,000 keys`, keyValues, open(keyValues), 1_000_000, countOne(many));
  const windows = windowStore('windows', text, count, { sizeMs: 10_000, retentionMs: 60_000 });
  measure(`${label} window get+put, 100 keys`, windows, open(windows), 1_000_000, (store, at) => {
    const windows = store as WindowStore<string, ValueAndTimestamp<number>>;
    const key = fresh(hot[(at * 7919) % hot.length] ?? '');
    const startMs = (Math.floor(at / 1000) * 10_000) / 100;
    const windowMs = startMs - (startMs % 10_000);
    const before = windows.get(key, windowMs);
    windows.put(key, { value: (before?.value ?? 0) + 1, timestampMs: at }, windowMs);
  });
  const buffer = windowStore('buffer', text, count, { sizeMs: 1, retentionMs: 10_000, retainDuplicates: true });
  measure(`${label} join buffer put+fetch, 100 keys`, buffer, open(buffer), 300_000, (store, at) => {
    const buffer = store as WindowStore<string, ValueAndTimestamp<number>>;
    const key = fresh(hot[(at * 7919) % hot.length] ?? '');
    buffer.put(key, { value: at, timestampMs: at }, at);
    for (const _ of buffer.fetch(key, at - 300, at));
  });
  const sessions = sessionStore('sessions', text, count, { retentionMs: 10_000 });
  measure(`${label} session find+delete+put, 100 keys`, sessions, open(sessions), 300_000, (store, at) => {
    const sessions = store as SessionStore<string, ValueAndTimestamp<number>>;
    const key = fresh(hot[(at * 7919) % hot.length] ?? '');
    let startMs = at;
    let total = 1;
    for (const [session, value] of sessions.findSessions(key, at - 500, at + 500)) {
      if (session.endMs - session.startMs > 2000) continue;
      startMs = Math.min(startMs, session.startMs);
      total += value.value;
      sessions.delete(session);
    }
    sessions.put({ key, startMs, endMs: at }, { value: total, timestampMs: at });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'store-bench-'));
for (const engine of ['memory', 'lmdb'] as const) {
  const state = new LocalState({ stateDir: folder, applicationId: 'bench', defaultEngine: engine });
  let tasks = 0;
  benches(engine, builder => state.open(`${tasks++}`, builder));
}
rmSync(folder, { recursive: true });
