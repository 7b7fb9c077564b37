import { afterEach, expect, test } from 'vitest';
import { MemoryLog } from '../log/memory/memory-log.ts';
import { partitionFor } from '../log/murmur2.ts';
import type { StateDirectory } from './engine-shelf.ts';
import { LocalState } from './store/local-state.ts';
import { StreamsApp } from './streams-app.ts';
import type { StreamsOptions } from './streams-options.ts';
import { countingInput, countingOutput, countingStore, countingTopology } from './testing/counting.ts';

const PARTITIONS = 2;
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const apps: StreamsApp[] = [];
afterEach(() => Promise.all(apps.splice(0).map(app => app.close())));

function cell(): MemoryLog {
  const log = new MemoryLog();
  log.createTopics([countingInput, countingOutput].map(({ name }) => ({ topic: name, partitions: PARTITIONS })));
  return log;
}

async function start(log: MemoryLog, more: Partial<StreamsOptions> = {}) {
  const client = log.client();
  const app = new StreamsApp({ applicationId: 'app', topology: countingTopology(), log: client, commitIntervalMs: 1, heartbeatIntervalMs: 5, standbyReplicas: 1, ...more }); // biome-ignore format: one call
  apps.push(app);
  await app.start();
  return { app, client };
}

/** Nothing of a killed process ever returns, not even its close. */
function kill({ app, client }: Awaited<ReturnType<typeof start>>): void {
  apps.splice(apps.indexOf(app), 1);
  client.kill();
}

function pipe(log: MemoryLog, times: number): void {
  for (let n = 0; n < times; n++)
    for (const key of KEYS)
      log.append({ topic: countingInput.name, partition: partitionFor(key, PARTITIONS), key: Buffer.from(key), value: Buffer.from('v') }); // biome-ignore format: one call
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let n = 0; !holds(); n++) {
    if (n > 1000) throw new Error(`waited in vain: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

const runs = (app: StreamsApp, lanes: number) => {
  const running = app.health().lanes.filter(({ state }) => state === 'running');
  return running.length === lanes;
};
const hasCounted = (app: StreamsApp, log: MemoryLog) =>
  app.health().lanes.every(({ partitions }) => partitions.every(({ topic, partition, position }) => position === log.partition({ topic, partition }).highWatermark)); // biome-ignore format: one condition
const isCurrent = (app: StreamsApp) => {
  const { standbys } = app.health();
  return standbys.length > 0 && standbys.every(({ stores }) => stores.every(({ lag, position }) => lag === 0n && position !== undefined)); // biome-ignore format: one condition
};
const countOf = (app: StreamsApp, key: string, allowStale = false) =>
  app.query(countingStore, { key, allowStale }).store.get(key);

test('a lane that moves to its standby reads only the records that the standby lacked', async () => {
  const log = cell();
  const first = await start(log);
  await until(() => runs(first.app, 2), 'the first runs both lanes');
  pipe(log, 50);
  await until(() => hasCounted(first.app, log), 'all is counted');
  const second = await start(log);
  await until(() => runs(first.app, 1) && runs(second.app, 1), 'each runs one lane');
  await until(() => isCurrent(first.app) && isCurrent(second.app), 'each keeps a copy of the other lane');
  const kept = second.app.health().standbys[0]?.task;
  kill(first);
  await until(() => runs(second.app, 2), 'the second runs both');
  const moved = second.app.health().lanes.find(({ lane }) => lane === kept);
  expect(moved?.metrics['restore-records-total']).toBe(0);
  expect(KEYS.map(key => countOf(second.app, key))).toEqual(KEYS.map(() => 50));
});

test('state is read at its owner; elsewhere only from a copy, flagged as stale, or the owner is named', async () => {
  const log = cell();
  const { app: one } = await start(log, { server: 'one:1' });
  const { app: two } = await start(log, { server: 'two:1' });
  await until(() => runs(one, 1) && runs(two, 1), 'each runs one lane');
  pipe(log, 3);
  await until(() => hasCounted(one, log) && hasCounted(two, log), 'all is counted');
  await until(() => isCurrent(one) && isCurrent(two), 'copies are current');
  const own = one.health().lanes[0]?.lane.split('_')[1];
  const mine = KEYS.find(key => String(partitionFor(key, PARTITIONS)) === own) ?? '';
  const theirs = KEYS.find(key => String(partitionFor(key, PARTITIONS)) !== own) ?? '';
  await until(() => countOf(one, mine) === 3 && countOf(one, theirs, true) === 3, 'commits are applied');
  expect(one.query(countingStore, { key: mine }).isStale).toBe(false);
  expect(one.query(countingStore, { key: theirs, allowStale: true }).isStale).toBe(true);
  expect(() => one.query(countingStore, { key: theirs })).toThrow(/counts\[\d\] is at two:1/);
  expect(() => one.query({ ...countingStore }, { key: mine })).toThrow('counts is not a store of this topology');
  expect(() => one.query(countingStore, { partition: 7 })).toThrow('counts has partitions 0 to 1, not 7');
});

test('at-least-once counts every record, and after a crash may count uncommitted ones again', async () => {
  const log = cell();
  const { app, client } = await start(log, { processingGuarantee: 'at-least-once', standbyReplicas: 0 });
  await until(() => runs(app, 2), 'both lanes run');
  pipe(log, 20);
  await until(() => hasCounted(app, log), 'all is counted');
  kill({ app, client });
  const next = await start(log, { processingGuarantee: 'at-least-once', standbyReplicas: 0 });
  await until(() => runs(next.app, 2), 'both lanes run again');
  pipe(log, 1);
  await until(() => KEYS.every(key => (countOf(next.app, key) ?? 0) >= 21), 'nothing is lost');
  expect(log.transactions.open).toBe(0);
});

/** State in memory whose engines refuse a restore while `fails` returns true. */
function refusing(fails: () => boolean): StateDirectory {
  const state = new LocalState({ stateDir: undefined, applicationId: 'app', defaultEngine: 'memory' });
  return {
    release: taskId => state.release(taskId),
    open(taskId, builder) {
      const engine = state.open(taskId, builder);
      const restore = engine.restore.bind(engine);
      engine.restore = (entries, checkpoint) => {
        if (fails()) throw new Error('the disk is full');
        return restore(entries, checkpoint);
      };
      return engine;
    },
  };
}

test('a standby that fails on a batch reports it, lags, and repeats it: a failover loses nothing', async () => {
  const log = cell();
  const first = await start(log);
  await until(() => runs(first.app, 2), 'the first runs both lanes');
  let full = false;
  const said: string[] = [];
  const second = await start(log, { state: refusing(() => full), onError: error => said.push(String(error)) });
  await until(() => runs(first.app, 1) && runs(second.app, 1), 'each runs one lane');
  pipe(log, 5);
  await until(() => isCurrent(second.app), 'the second keeps a copy');
  full = true;
  pipe(log, 20);
  await until(() => said.some(text => text.includes('the disk is full')), 'the standby says that it failed');
  const lagging = second.app.health().standbys.flatMap(({ stores }) => stores.map(({ lag }) => lag ?? 0n));
  expect(lagging.some(lag => lag > 0n)).toBe(true);
  full = false;
  pipe(log, 10);
  await until(() => isCurrent(second.app), 'the copy has caught up');
  await until(() => hasCounted(first.app, log) && hasCounted(second.app, log), 'all is counted');
  await until(() => isCurrent(second.app), 'the copy has caught up with the last');
  kill(first);
  await until(() => runs(second.app, 2), 'the second runs both');
  expect(KEYS.map(key => countOf(second.app, key))).toEqual(KEYS.map(() => 35));
});
