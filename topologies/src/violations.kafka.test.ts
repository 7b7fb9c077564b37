import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Cell, testCell, testCellEnv } from '@sightline/processors/process';
import { detection, type Sight, seed, times } from '@sightline/processors/rules/testing';
import { type Detection, topics, type Violation } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CAMERAS = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
const SPELLS = 12;
const env = testCellEnv();
let cell: Cell;
let running: ChildProcess;

beforeAll(async () => {
  const { detections, control, tracks, violations, configSwitches, deadLetters } = topics;
  cell = await testCell([detections, control, tracks, violations, configSwitches, deadLetters], env);
});

afterAll(async () => {
  running.kill('SIGTERM');
  await once(running, 'exit');
  await cell.close();
});

/** Starts the graph's process, under a name with which it gets its lanes back at once. */
function start(): ChildProcess {
  const settings = {
    KAFKA_BROKERS: env.KAFKA_BROKERS,
    SCHEMA_REGISTRY_URL: env.SCHEMA_REGISTRY_URL,
    NAME_PREFIX: env.NAME_PREFIX,
    LOG_LEVEL: 'error',
    GROUP_INSTANCE_ID: 'one',
  };
  return spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'violations'], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The scripted kitchen with another camera's id. */
const as = <T>(cameraId: string, value: T): T => JSON.parse(JSON.stringify(value).replaceAll('c1', cameraId));

async function seedControl(): Promise<void> {
  const producer = await cell.log.producer();
  const records = CAMERAS.flatMap(cameraId => seed(cameraId));
  await producer.send(records.map(record => cell.outgoing(topics.control, record.entityId, record)));
  await producer.close();
}

const sights: readonly Sight[] = Array.from({ length: SPELLS }).flatMap(() => [
  ...times(8, ['pizza', 'hand']),
  ...times(6, ['pizza', 'handAside']),
]);

/** Writes each camera's input slowly, each record with its sequence. */
async function feed(pauseMs: number): Promise<void> {
  const producer = await cell.log.producer();
  for (const [sequence, sight] of sights.entries()) {
    const records = CAMERAS.map(
      (cameraId): Detection => as(cameraId, detection(sequence, 1000 + sequence * 200, sight)),
    );
    await producer.send(records.map(record => cell.outgoing(topics.detections, record.cameraId, record)));
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
  await producer.close();
}

/** All committed records of `violations`, read until no record came for a second after `enough`. */
async function read(enough: (found: readonly Violation[]) => boolean): Promise<readonly Violation[]> {
  const reader = await cell.log.reader();
  for (let partition = 0; partition < cell.partitions(topics.violations); partition++)
    reader.seek({ topic: cell.name(topics.violations), partition }, 0n);
  const found: Violation[] = [];
  for (let idle = 0; idle < 10 || !enough(found); idle++) {
    const batches = await reader.fetch();
    for (const { records } of batches)
      for (const record of records) found.push(await cell.decode(topics.violations, record));
    if (batches.length > 0) idle = 0;
    if (idle > 300) break;
  }
  await reader.close();
  return found;
}

// Each breach must be one violation, with every revision once, however often the process is killed.
test('killed at any moment, the process writes each violation once', async () => {
  await seedControl();
  running = start();
  const feeding = feed(50);
  for (let kill = 0; kill < 3; kill++) {
    await new Promise(resolve => setTimeout(resolve, 2_200 + kill * 370));
    running.kill('SIGKILL');
    await once(running, 'exit');
    running = start();
  }
  await feeding;
  const wanted = CAMERAS.length * SPELLS;
  const found = await read(records => records.filter(({ state }) => state === 'closed').length >= wanted);
  const told = CAMERAS.map(cameraId =>
    found.filter(violation => violation.cameraId === cameraId).map(({ state, revision }) => `${state} ${revision}`),
  );
  expect(told).toEqual(CAMERAS.map(() => Array.from({ length: SPELLS }).flatMap(() => ['opened 1', 'closed 2'])));
  expect(new Set(found.map(({ violationId }) => violationId)).size).toBe(wanted);
});
