import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryLog } from '../../log/memory/memory-log.ts';
import { StreamsApp } from '../streams-app.ts';
import type { StreamsOptions } from '../streams-options.ts';
import { countingInput, countingOutput, countingStore, countingTopology } from '../testing/counting.ts';

let stateDir: string;
const apps: StreamsApp[] = [];

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'local-state-'));
});

afterEach(async () => {
  await Promise.all(apps.splice(0).map(app => app.close()));
  rmSync(stateDir, { recursive: true });
});

test('an application that starts again with its state on disk restores nothing and goes on counting', async () => {
  const log = cell();
  const first = await start(log);
  count(log, 300);
  await until(() => countOf(first) === 300, 'the first counts');
  await first.close();
  const second = await start(log);
  count(log, 30);
  await until(() => countOf(second) === 330, 'the second goes on');
  expect(restored(second)).toBe(0);
});

test('an application whose state on disk comes from another machine restores all of it', async () => {
  const log = cell();
  const first = await start(log);
  count(log, 300);
  await until(() => countOf(first) === 300, 'the first counts');
  await first.close();
  rmSync(join(stateDir, 'app'), { recursive: true });
  const second = await start(log);
  count(log, 30);
  await until(() => countOf(second) === 330, 'the second goes on');
  expect(restored(second)).toBeGreaterThan(0);
});

test('a lane whose folder another application holds waits, and runs once that one has closed', async () => {
  const log = cell();
  const holder = await start(cell());
  const waiting = await start(log);
  await until(() => reason(waiting)?.includes('is open in process') === true, 'the lane says what it waits for');
  await holder.close();
  count(log, 7);
  await until(() => countOf(waiting) === 7, 'the lane runs');
});

test('an application with a store on disk and no folder for it says so', async () => {
  const fatal: unknown[] = [];
  const app = await start(cell(), { stateDir: undefined, onFatal: error => fatal.push(error) });
  await until(() => app.health().state === 'failed', 'it fails');
  expect(String(fatal[0])).toContain('name a stateDir');
});

function cell(): MemoryLog {
  const log = new MemoryLog();
  log.createTopics([countingInput, countingOutput].map(({ name }) => ({ topic: name, partitions: 1 })));
  return log;
}

async function start(
  log: MemoryLog,
  { stateDir: folder, ...more }: Partial<StreamsOptions> | { readonly stateDir: undefined } = { stateDir },
): Promise<StreamsApp> {
  const app = new StreamsApp({
    applicationId: 'app',
    topology: countingTopology(),
    log: log.client(),
    commitIntervalMs: 1,
    heartbeatIntervalMs: 5,
    storeEngine: 'lmdb',
    ...(folder === undefined ? {} : { stateDir: folder }),
    ...more,
  });
  apps.push(app);
  await app.start();
  return app;
}

function count(log: MemoryLog, times: number): void {
  for (let n = 0; n < times; n++)
    log.append({ topic: countingInput.name, partition: 0, key: Buffer.from('a'), value: Buffer.from('v') });
}

function countOf(app: StreamsApp): number | undefined {
  const isRunning = app.health().lanes.some(({ state }) => state === 'running');
  return isRunning ? app.query(countingStore, { partition: 0 }).store.get('a') : undefined;
}

function restored(app: StreamsApp): number | undefined {
  return app.health().lanes[0]?.metrics['restore-records-total'];
}

function reason(app: StreamsApp): string | undefined {
  return app.health().lanes[0]?.reason;
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let n = 0; !holds(); n++) {
    if (n > 1500) throw new Error(`waited in vain: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
