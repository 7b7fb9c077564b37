import { Follower } from '@sightline/processors/log';
import { type Cell, testCell, testCellEnv } from '@sightline/processors/process';
import { cameraRuns } from '@sightline/processors/rules';
import { detection, seed, times } from '@sightline/processors/rules/testing';
import { topics, type Violation } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { GraphProcess } from './testing/graph-process.ts';

const env = testCellEnv();
const graph = new GraphProcess(env);
const changelog = `${env.NAME_PREFIX}violations-camera-runs-changelog`;
let cell: Cell;

beforeAll(async () => {
  const { detections, control, tracks, violations, configSwitches, deadLetters } = topics;
  cell = await testCell([detections, control, tracks, violations, configSwitches, deadLetters], env, 1);
});
afterAll(async () => {
  await graph.stop();
  await cell.close();
});

async function send(records: Parameters<Awaited<ReturnType<Cell['log']['producer']>>['send']>[0]): Promise<void> {
  const producer = await cell.log.producer();
  await producer.send(records);
  await producer.close();
}

async function violationsTold(): Promise<readonly string[]> {
  const found: Violation[] = [];
  const follower = cell.follow(topics.violations, { from: 'earliest', handle: ({ value }) => found.push(value) });
  await follower.caughtUp();
  await follower.close();
  return found.map(({ state, revision }) => `${state} ${revision}`);
}

/** The newest state of the only camera, as bytes. */
async function stateBytes(): Promise<Buffer> {
  let newest: Buffer | null = null;
  const handle: ConstructorParameters<typeof Follower>[1]['handle'] = ({ records }) => {
    for (const { value } of records) newest = value === null ? null : Buffer.from(value);
  };
  const follower = new Follower(cell.log, { topic: changelog, partitions: [0], from: 'earliest', handle });
  await follower.caughtUp();
  await follower.close();
  return newest ?? Buffer.alloc(0);
}

async function registry(path: string, body?: unknown): Promise<{ readonly id: number; readonly schema: string }> {
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(`${env.SCHEMA_REGISTRY_URL.replace(/\/$/, '')}${path}`, init);
  expect(answer.status).toBe(200);
  return (await answer.json()) as { readonly id: number; readonly schema: string };
}

const seen = (from: number, sights: ReturnType<typeof times>) =>
  sights.map((sight, index) =>
    cell.outgoing(topics.detections, 'c1', detection(from + index, 1_000 + (from + index) * 200, sight)),
  );

test('an older process takes over the state of a newer one and goes on with the violation that is open', async () => {
  await send(seed().map(record => cell.outgoing(topics.control, record.entityId, record, { partitionKey: 'control' })));
  await send(seen(0, times(8, ['pizza', 'hand'])));
  graph.start();
  await vi.waitFor(async () => expect(await violationsTold()).toEqual(['opened 1']), 40_000);
  await graph.stop();

  const bytes = await stateBytes();
  expect(bytes[0]).toBe(0); // the state names its schema by an id that every process can look up
  const { schema } = await registry(`/schemas/ids/${bytes.readInt32BE(1)}`);
  const present = JSON.parse(schema);
  expect(present.name).toBe('CameraRun');

  // A record in Avro is its fields one after the other, so a newer writer's bytes end with the added field.
  const newer = { ...present, fields: [...present.fields, { name: 'addedLater', type: 'string', default: '' }] };
  const subject = encodeURIComponent(`${changelog}-value`);
  const { id } = await registry(`/subjects/${subject}/versions`, { schema: JSON.stringify(newer) });
  const frame = Buffer.alloc(5);
  frame.writeInt32BE(id, 1);
  const added = Buffer.from('newer');
  const value = Buffer.concat([frame, bytes.subarray(5), Buffer.from([added.length * 2]), added]);
  await send([{ topic: changelog, partition: 0, key: cameraRuns.key.serialize('c1'), value }]);

  graph.start();
  await send(seen(8, times(8, ['pizza', 'handAside'])));
  await vi.waitFor(async () => expect(await violationsTold()).toEqual(['opened 1', 'closed 2']), 40_000);
}, 120_000);
