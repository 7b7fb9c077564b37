import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type Cell, connectCell, recreateTopics, testCell, testCellEnv } from '@sightline/processors/process';
import { detection, seed, times } from '@sightline/processors/rules/testing';
import { type AnyTopic, topics, type Violation } from '@sightline/schemas';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GraphProcess } from './testing/graph-process.ts';

const { detections, control, tracks, violations, configSwitches, deadLetters } = topics;
const ALL = [detections, control, tracks, violations, configSwitches, deadLetters];
const START = { timeout: 40_000, interval: 200 };
let env: ReturnType<typeof testCellEnv>;
let graph: GraphProcess;
let cell: Cell;

beforeEach(async () => {
  env = testCellEnv();
  graph = new GraphProcess(env);
  cell = await testCell(ALL, env, 4);
  await send(
    cell,
    seed().map(record => cell.outgoing(control, record.entityId, record, { partitionKey: 'control' })),
  );
});
afterEach(async () => {
  await graph.stop();
  await cell.close();
});

async function send(to: Cell, records: Parameters<Awaited<ReturnType<Cell['log']['producer']>>['send']>[0]) {
  const producer = await to.log.producer();
  await producer.send(records);
  await producer.close();
}

const seen = (from: number, sights: ReturnType<typeof times>) =>
  sights.map((sight, index) =>
    cell.outgoing(detections, 'c1', detection(from + index, 1_000 + (from + index) * 200, sight)),
  );

/** What the topic says, as a process that starts now reads it; with the records that it passed over. */
async function violationsTold(): Promise<string> {
  const reading = await connectCell(env, { service: 'test', topics: [violations] });
  const found: Violation[] = [];
  const follower = reading.follow(violations, { from: 'earliest', handle: ({ value }) => found.push(value) });
  await follower.caughtUp();
  await follower.close();
  const { passedOver } = reading.health();
  await reading.close();
  return `${found.map(({ state }) => state).join(' ')}, passed over: ${JSON.stringify(passedOver)}`;
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}

const endsBecause = async (topic: AnyTopic, present: number): Promise<void> => {
  await vi.waitFor(() => expect(graph.status).toBe(1), { timeout: 10_000, interval: 100 });
  expect(graph.said).toContain(
    `topic ${cell.name(topic)} has ${present} partitions, it had 4 when this process started`,
  );
};

test.each([6, 12, 3])(
  'the graph ends when violations is created again with %i partitions, and then writes where readers look',
  async present => {
    graph.start();
    await send(cell, seen(0, times(8, ['pizza', 'hand'])));
    await vi.waitFor(async () => expect(await violationsTold()).toBe('opened, passed over: {}'), START);
    await recreateTopics(cell, [violations], present);
    await endsBecause(violations, present);
    graph.start();
    await send(cell, seen(8, times(8, ['pizza', 'handAside'])));
    await vi.waitFor(async () => expect(await violationsTold()).toBe('closed, passed over: {}'), START);
  },
  120_000,
);

test('the graph says what to do when detections is created again with other partitions than its state has', async () => {
  graph.start();
  await send(cell, seen(0, times(8, ['pizza', 'hand'])));
  await vi.waitFor(async () => expect(await violationsTold()).toBe('opened, passed over: {}'), START);
  await recreateTopics(cell, [detections], 6);
  await endsBecause(detections, 6);
  const port = await freePort();
  graph.start({ HEALTH_PORT: port });
  const reason = async (): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${port}/health`);
    return ((await answer.json()) as { readonly details: { readonly reason: string } }).details.reason;
  };
  await vi.waitFor(async () => expect(await reason()).toContain('cannot start'), START);
  expect(await reason()).toContain('create its input topics again with 4 partitions, or reset the application');
  expect(await reason()).toContain(`delete its group ${cell.groupId('violations')}`);
  await recreateTopics(cell, [detections], 4);
  await graph.stop();
  graph.start();
  await send(cell, seen(8, times(8, ['pizza', 'handAside'])));
  await vi.waitFor(async () => expect(await violationsTold()).toBe('opened closed, passed over: {}'), START);
}, 120_000);
