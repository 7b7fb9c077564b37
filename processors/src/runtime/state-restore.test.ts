import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryLog } from '../log/memory/memory-log.ts';
import { type Clock, systemClock } from './clock.ts';
import { EngineShelf } from './engine-shelf.ts';
import { StandbyTasks } from './standby-tasks.ts';
import { restoreStores } from './state-restore.ts';
import { LocalState } from './store/local-state.ts';
import { TaskStore } from './store/task-store.ts';
import { changelogTopic } from './task-commit.ts';
import { countingStore, countingTopology } from './testing/counting.ts';

const HOUR_MS = 3_600_000;
const changelog = changelogTopic('app', countingStore.name);
let nowMs: number;
let stateDir: string;
let log: MemoryLog;

beforeEach(() => {
  nowMs = 1_700_000_000_000;
  stateDir = mkdtempSync(join(tmpdir(), 'restore-'));
  const clock: Clock = { ...systemClock, nowMs: () => nowMs };
  log = new MemoryLog({ clock });
  log.createTopics([{ topic: changelog, partitions: 1 }]);
});

afterEach(() => rmSync(stateDir, { recursive: true }));

test('a copy on disk that was offline for hours continues from its checkpoint', async () => {
  write({ a: 1, b: 1 });
  await restore();
  nowMs += 11 * HOUR_MS;
  write({ a: null, b: 2, c: 1 });
  expect(await restore()).toEqual({ read: 3, counts: { b: 2, c: 1 } });
});

test('a copy on disk that was offline longer than tombstones stay starts again: deleted entries do not return', async () => {
  write({ a: 1, b: 1 });
  await restore();
  passADay();
  expect(await restore()).toEqual({ read: 3, counts: { b: 2, c: 1, d: 1 } });
});

test('a standby whose copy on disk was offline that long starts again too', async () => {
  write({ a: 1, b: 1 });
  await restore();
  passADay();
  expect(await followed()).toEqual({ b: 2, c: 1, d: 1 });
});

function write(counts: Readonly<Record<string, number | null>>): void {
  for (const [key, count] of Object.entries(counts)) {
    const value = count === null ? null : countingStore.value.serialize(count);
    log.append({ topic: changelog, partition: 0, key: Buffer.from(key), value });
  }
}

/** Deletes `a`, and later its tombstone. */
function passADay(): void {
  write({ a: null, b: 2 });
  log.compact(changelog); // from here on the tombstone stays for a day
  nowMs += 25 * HOUR_MS;
  write({ c: 1, d: 1 });
  log.compact(changelog);
}

function openShelf(): EngineShelf {
  return new EngineShelf(new LocalState({ stateDir, applicationId: 'app', defaultEngine: 'lmdb' }));
}

const countsOf = (store: TaskStore | undefined) => Object.fromEntries([...(store?.all() ?? [])]);

/** A process that starts, takes the lane and ends. */
async function restore() {
  const shelf = openShelf();
  const store = new TaskStore(countingStore, shelf.take('0_0', countingStore));
  const environment = { log: log.client(), clock: log.clock };
  const read = await restoreStores(environment, 'app', 0, [store], { checkpoint() {} });
  const counts = countsOf(store);
  shelf.close();
  return { read, counts };
}

/** A process that starts, keeps the copy until it is current, and ends. */
async function followed() {
  const shelf = openShelf();
  const standbys = new StandbyTasks({ log: log.client(), clock: log.clock, applicationId: 'app' }, shelf, fail);
  for (const subtopology of countingTopology().subtopologies()) await standbys.add(subtopology, 0);
  const isCurrent = () => standbys.snapshot().every(({ stores }) => stores.every(({ lag }) => lag === 0n));
  while (!isCurrent()) await new Promise(resolve => setTimeout(resolve, 5));
  const counts = countsOf(standbys.store('0_0', countingStore.name));
  await standbys.close();
  shelf.close();
  return counts;
}

function fail(error: unknown): never {
  throw error;
}
