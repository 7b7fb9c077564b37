import { type Serde, topic } from '@sightline/schemas/topic';
import { afterEach, expect, test } from 'vitest';
import { MemoryLog } from '../log/memory/memory-log.ts';
import { type AppHealth, StreamsApp, type StreamsOptions } from './index.ts';
import { countingInput, countingOutput, countingTopology } from './testing/counting.ts';
import { Topology } from './topology.ts';

const text: Serde<string> = { name: 'text', serialize: v => Buffer.from(v), deserialize: b => b.toString() };
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const running: StreamsApp[] = [];
afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

function cell(topics: Readonly<Record<string, number>>) {
  const log = new MemoryLog();
  log.createTopics(Object.entries(topics).map(([name, partitions]) => ({ topic: name, partitions })));
  return log;
}
function makeApp(log: MemoryLog, topology: Topology, options: Partial<StreamsOptions> = {}): StreamsApp {
  const fast = { commitIntervalMs: 5, heartbeatIntervalMs: 10 };
  const app = new StreamsApp({ applicationId: 'app', topology, log: log.client(), ...fast, ...options });
  running.push(app);
  return app;
}
async function until(condition: () => boolean): Promise<void> {
  for (const endMs = performance.now() + 3000; !condition(); await new Promise(resolve => setTimeout(resolve, 5))) {
    if (performance.now() > endMs) throw new Error('waited 3 s in vain');
  }
}
const write = (log: MemoryLog, name: string, partition: number, value: string) =>
  log.append({ topic: name, partition, key: Buffer.from('k'), value: Buffer.from(value) });
const written = (log: MemoryLog, name: string, partition = 0) =>
  log
    .partition({ topic: name, partition })
    .read(0n, true, Number.MAX_SAFE_INTEGER)
    .records.map(({ value }) => `${value}`);
const lanes = ({ lanes }: AppHealth) => lanes.map(({ lane, state }) => `${lane} ${state}`).sort();

test('a missing topic stops the start with its name, and may be created later', async () => {
  const app = makeApp(cell({ 'counting-in': 2 }), countingTopology());
  await expect(app.start()).rejects.toMatchObject({ code: 'TOPIC_MISSING', retriable: true, message: /counting-out/ });
});

test('topics read together must have the same number of partitions', async () => {
  const [left, right] = [
    topic('left', { key: text, value: text, ...kept }),
    topic('right', { key: text, value: text, ...kept }),
  ];
  const passing = () => ({ process() {} });
  const joined = new Topology()
    .addSource('l', left)
    .addSource('r', right)
    .addProcessor('both', passing, ['l', 'r'])
    .copartition(['l', 'r']);
  await expect(makeApp(cell({ left: 2, right: 3 }), joined).start()).rejects.toMatchObject({
    code: 'CO_PARTITIONING_BROKEN',
    message: /left 2, right 3/,
  });
});

test('a changelog with another number of partitions is refused', async () => {
  const log = cell({ 'counting-in': 2, 'counting-out': 2, 'app-counts-changelog': 4 });
  await expect(makeApp(log, countingTopology()).start()).rejects.toMatchObject({
    code: 'CHANGELOG_PARTITIONS_DIFFER',
    message: /has 4 partitions.* need 2: create it again with 2 .*delete its group app and the topics app-\*/,
  });
});

test('two processes share the lanes, and when one ends the other continues at its position', async () => {
  const log = cell({ 'counting-in': 2, 'counting-out': 2 });
  const [first, second] = [makeApp(log, countingTopology()), makeApp(log, countingTopology())];
  await first.start();
  for (const partition of [0, 1, 0]) write(log, countingInput.name, partition, 'v');
  await until(() => written(log, countingOutput.name, 0).length === 2);
  await second.start();
  await until(() => lanes(first.health()).length === 1 && lanes(second.health())[0] === '0_1 running');
  expect(lanes(first.health())).toEqual(['0_0 running']);
  await first.close();
  await until(() => lanes(second.health()).join() === '0_0 running,0_1 running');
  write(log, countingInput.name, 0, 'v');
  await until(() => written(log, countingOutput.name, 0).length === 3);
  expect(written(log, countingOutput.name, 0)).toEqual(['1:0', '2:1', '3:2']);
});

test('closing commits what was processed', async () => {
  const log = cell({ 'counting-in': 1, 'counting-out': 1 });
  const app = makeApp(log, countingTopology(), { commitIntervalMs: 60_000 });
  await app.start();
  write(log, countingInput.name, 0, 'v');
  await until(() => app.health().lanes[0]?.metrics['process-total'] === 1);
  write(log, countingInput.name, 0, 'v');
  await until(() => app.health().lanes[0]?.metrics['process-total'] === 2);
  await app.close();
  expect(written(log, countingOutput.name)).toEqual(['1:0', '2:1']);
  expect(log.groups.committed('app', { topic: countingInput.name, partition: 0 }).offset).toBe(2n);
});

test('a processor that throws ends the application with the reason; what came before is kept once', async () => {
  const log = cell({ 'counting-in': 1, 'counting-out': 1 });
  const failing = () =>
    new Topology().addSource('in', countingInput).addProcessor(
      'fail',
      () => ({
        process({ value }) {
          if (value === 'bad') throw new Error('bad was said');
        },
      }),
      ['in'],
    );
  const fatal: unknown[] = [];
  const app = makeApp(log, failing(), { onFatal: error => fatal.push(error) });
  await app.start();
  for (const value of ['good', 'bad', 'good']) write(log, countingInput.name, 0, value);
  await until(() => fatal.length > 0);
  expect(app.health()).toMatchObject({
    state: 'failed',
    reason: 'fail failed on counting-in[0] at offset 1: bad was said',
  });
});

/** Three records of which the group read one and the log has lost the first two. */
function expired(partitions = 1) {
  const log = cell({ 'counting-in': partitions, 'counting-out': partitions });
  const at = { topic: countingInput.name, partition: 0 };
  for (const value of ['a', 'b', 'c']) write(log, at.topic, 0, value);
  log.groups.store('app', [{ ...at, offset: 1n }]);
  log.partition(at).deleteBefore(2n);
  return log;
}

test('a lane whose records were deleted stops and names its loss; the other lanes go on', async () => {
  const log = expired(2);
  const app = makeApp(log, countingTopology());
  await app.start();
  await until(() => lanes(app.health()).includes('0_0 failed'));
  write(log, countingInput.name, 1, 'other');
  await until(() => written(log, countingOutput.name, 1).length === 1);
  expect(written(log, countingOutput.name, 0)).toEqual([]);
  expect(app.health().lanes.find(({ lane }) => lane === '0_0')?.reason).toBe(
    'counting-in[0]: 1 records from offset 1 on are gone; to go on without them, accept the loss counting-in[0]@1',
  );
});

test('a loss that the operator accepts is reported, and the lane goes on with the remaining records', async () => {
  const log = expired();
  const said: unknown[] = [];
  const acceptedLosses = ['counting-in[0]@1'];
  const app = makeApp(log, countingTopology(), { acceptedLosses, onLost: loss => said.push(loss) });
  await app.start();
  await until(() => written(log, countingOutput.name).length === 1);
  const loss = { topic: 'counting-in', partition: 0, from: 1n, to: 2n };
  expect(said).toEqual([loss]);
  expect(app.health().lost).toEqual([loss]);
});

test('accepting one loss does not accept another', async () => {
  const app = makeApp(expired(), countingTopology(), { acceptedLosses: ['counting-in[0]@0', 'counting-in[1]@1'] });
  await app.start();
  await until(() => lanes(app.health()).includes('0_0 failed'));
  expect(app.health().lost).toEqual([]);
});

test('a log that was created again and ends before the committed offset is a loss too', async () => {
  const log = cell({ 'counting-in': 1, 'counting-out': 1 });
  const at = { topic: countingInput.name, partition: 0 };
  log.groups.store('app', [{ ...at, offset: 7n }]);
  write(log, at.topic, 0, 'new');
  const stopped = makeApp(log, countingTopology());
  await stopped.start();
  await until(() => lanes(stopped.health()).includes('0_0 failed'));
  expect(stopped.health().lanes[0]?.reason).toContain('the log ends at 1, before the committed offset 7');
  await stopped.close();
  await makeApp(log, countingTopology(), { acceptedLosses: ['counting-in[0]@7'] }).start();
  await until(() => written(log, countingOutput.name).length === 1);
});

/** A graph with a global store whose schema is never fetched: its lanes wait without end. */
function waitingForSchema(): Topology {
  const unfetched: Serde<string> = { ...text, prepare: () => Promise.reject(new Error('the registry is away')) };
  const table = topic('table', { key: text, value: unfetched, ...kept });
  return countingTopology().addGlobalStore('table', table, () => ({ process() {} }));
}

test('an application closes while its global stores wait for a schema', async () => {
  const log = cell({ 'counting-in': 1, 'counting-out': 1, table: 1 });
  write(log, 'table', 0, 'of an unknown schema');
  const app = makeApp(log, waitingForSchema());
  await app.start();
  await until(() => lanes(app.health()).includes('0_0 folding'));
  await until(() => app.health().reason?.includes('the registry is away') ?? false);
  await app.close();
  expect(app.health().state).toBe('closed');
});

test('an application that is closed while it starts joins no group', async () => {
  const log = cell({ 'counting-in': 1, 'counting-out': 1 });
  const app = makeApp(log, countingTopology());
  const starting = app.start();
  await app.close();
  await starting;
  expect(app.health()).toMatchObject({ state: 'closed', lanes: [] });
});

test('a record whose schema must be fetched first stops its own partition only', async () => {
  const schema = Promise.withResolvers<void>();
  let isKnown = false;
  const fetched: Serde<string> = {
    ...text,
    prepare: bytes => (isKnown || bytes.toString() !== 'new' ? undefined : schema.promise),
  };
  const input = topic('in', { key: text, value: fetched, ...kept });
  const log = cell({ in: 2, 'counting-out': 2 });
  const copying = new Topology().addSource('in', input).addSink('out', countingOutput, ['in']);
  await makeApp(log, copying).start();
  for (const [partition, value] of [[0, 'new'], [0, 'after'], [1, 'other']] as const) write(log, 'in', partition, value); // biome-ignore format: a story
  await until(() => written(log, countingOutput.name, 1).length === 1);
  expect(written(log, countingOutput.name, 0)).toEqual([]);
  isKnown = true;
  schema.resolve();
  await until(() => written(log, countingOutput.name, 0).length === 2);
  expect(written(log, countingOutput.name, 0)).toEqual(['new', 'after']);
});

test('a slow lane holds no more records than its limit, and loses none', async () => {
  const log = cell({ 'counting-in': 1, 'counting-out': 1 });
  for (let n = 0; n < 3000; n++) write(log, countingInput.name, 0, 'x'.repeat(200));
  const limits = { bufferedRecordsPerPartition: 100, bufferedBytesPerPartition: 20_000, maxPendingBytes: 2000 };
  const app = makeApp(log, countingTopology(), limits);
  let highest = 0;
  const watch = setInterval(() => {
    highest = Math.max(highest, app.health().lanes[0]?.metrics['active-buffer-count'] ?? 0);
  }, 1);
  await app.start();
  await until(() => written(log, countingOutput.name).length === 3000);
  clearInterval(watch);
  expect(highest).toBeLessThan(1500); // the limit and one fetch of 256 KB
});

test('global stores are folded to the end before a lane processes', async () => {
  const settings = topic('settings', { key: text, value: text, ...kept });
  const log = cell({ settings: 1, 'counting-in': 1, 'counting-out': 1 });
  for (let n = 1; n <= 500; n++) write(log, 'settings', 0, `${n}`);
  write(log, countingInput.name, 0, 'v');
  class Latest {
    value = 'none';
    process(record: { readonly value: string | null }): void {
      this.value = record.value ?? 'none';
    }
  }
  const topology = new Topology()
    .addGlobalStore('latest', settings, () => new Latest())
    .addSource('in', countingInput)
    .addProcessor('say', () => {
      let say: (key: string, timestampMs: number) => void = () => {};
      return {
        init(context) {
          say = (key, timestampMs) =>
            context.forward({ key, value: context.globalState<Latest>('latest').value, timestampMs });
        },
        process: ({ key, timestampMs }) => say(key, timestampMs),
      };
    }, ['in']) // biome-ignore format: one node
    .addSink('out', countingOutput, ['say']);
  await makeApp(log, topology).start();
  await until(() => written(log, countingOutput.name).length === 1);
  expect(written(log, countingOutput.name)).toEqual(['500']);
});
