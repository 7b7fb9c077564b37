import { type Cell, deadLettersOf, foreignRecords, testCell, testCellEnv } from '@sightline/processors/process';
import { detection, seed, times } from '@sightline/processors/rules/testing';
import { topics, type Violation } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { GraphProcess } from './testing/graph-process.ts';

const env = testCellEnv();
const graph = new GraphProcess(env);
let cell: Cell;

beforeAll(async () => {
  const { detections, control, tracks, violations, configSwitches, deadLetters } = topics;
  cell = await testCell([detections, control, tracks, violations, configSwitches, deadLetters], env);
});
afterAll(async () => {
  await graph.stop();
  await cell.close();
});

async function send(records: Parameters<Awaited<ReturnType<Cell['log']['producer']>>['send']>[0]) {
  const producer = await cell.log.producer();
  const sent = await producer.send(records);
  await producer.close();
  return sent;
}

async function violationsTold(): Promise<readonly string[]> {
  const found: Violation[] = [];
  const follower = cell.follow(topics.violations, { from: 'earliest', handle: ({ value }) => found.push(value) });
  await follower.caughtUp();
  await follower.close();
  return found.map(({ state, revision }) => `${state} ${revision}`);
}

// The control log is a global store, and detections are the source. Both contain foreign records before the first
// start.
test('foreign records in control and detections stop no graph; each of detections is one dead letter', async () => {
  const change = (record: ReturnType<typeof seed>[number]) =>
    cell.outgoing(topics.control, record.entityId, record, { partitionKey: 'control' });
  const changes = seed().map(change);
  const [firstChange] = changes;
  if (firstChange === undefined) throw new TypeError('the seed has records');
  const inControl = await foreignRecords(cell, topics.control, firstChange);
  await send([...inControl.map(({ record }) => record), ...changes]);
  const sights = [...times(8, ['pizza', 'hand']), ...times(8, ['pizza', 'handAside'])];
  const seen = sights.map((sight, sequence) =>
    cell.outgoing(topics.detections, 'c1', detection(sequence, 1_000 + sequence * 200, sight)),
  );
  const [firstSeen] = seen;
  if (firstSeen === undefined) throw new TypeError('there are detections');
  const inDetections = (await foreignRecords(cell, topics.detections, firstSeen)).map(({ record }) => record);
  await send(inDetections);
  graph.start();
  const letters = (from: number): readonly string[] =>
    inDetections.map((_, index) => `detections/${firstSeen.partition}/${from + index}`);
  await vi.waitFor(async () => expect(await deadLettersOf(cell)).toEqual(letters(0).toSorted()), 40_000);
  await graph.stop();
  graph.start();
  await send(seen);
  const again = await send(inDetections);
  await vi.waitFor(async () => expect(await violationsTold()).toEqual(['opened 1', 'closed 2']), 40_000);
  const all = [...letters(0), ...letters(Number(again[0]?.offset))].toSorted();
  await vi.waitFor(async () => expect(await deadLettersOf(cell)).toEqual(all), 20_000);
});
