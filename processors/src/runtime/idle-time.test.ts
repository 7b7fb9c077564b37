import { type Serde, topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import { MemoryLog } from '../log/memory/memory-log.ts';
import { StreamsApp } from './index.ts';
import type { Processor } from './processor.ts';
import { StreamTask } from './stream-task.ts';
import { Topology } from './topology.ts';

const text: Serde<string> = { name: 'text', serialize: v => Buffer.from(v), deserialize: b => b.toString() };
const kept = { key: text, value: text, cleanup: 'delete', retention: { timeMs: -1 } } as const;
const words = topic('words', kept);
const moves = topic('moves', kept);

/** Forwards its input: records, and moves of time without a record. */
function telling(): Processor<string, string, string, string> {
  let tell = (_: string, __: number) => {};
  return {
    init(context) {
      tell = (value, timestampMs) => context.forward({ key: 'k', value, timestampMs });
      context.onIdleTime(timeMs => tell(`moved to ${timeMs}`, timeMs));
    },
    process: ({ value, timestampMs }) => tell(value, timestampMs),
  };
}

function restless(afterMs: number, stepMs: number): Topology {
  return new Topology()
    .addSource('words', words, { whenIdle: { afterMs, stepMs } })
    .addProcessor('telling', telling, ['words'])
    .addSink('moves', moves, ['telling']);
}

function makeTask(): StreamTask {
  const [subtopology] = restless(10, 4).subtopologies();
  if (subtopology === undefined) throw new Error('there is no subtopology');
  const directory = { nameOf: () => 'topic', partitionsOf: () => 1 };
  return new StreamTask({ applicationId: 'app', subtopology, partition: 0, directory, globals: new Map() });
}
const word = (offset: bigint, timestampMs: number) => ({ offset, timestampMs, key: Buffer.from('k'), value: Buffer.from('w'), headers: [] }); // biome-ignore format: one line
const told = (task: StreamTask) =>
  task.takeCommit().records.flatMap(({ topic, value }) => (topic === 'topic' ? [`${value}`] : []));

test('time stands still while the log has more records, however late they come', () => {
  const task = makeTask();
  task.group.queueOf('words')?.start(0n, 2n);
  task.initialize();
  task.add('words', [word(0n, 100)], 1n);
  task.process(0);
  for (const nowMs of [5, 10, 15, 1000]) task.punctuateWallClock(nowMs);
  expect([task.group.streamTimeMs, told(task)]).toEqual([100, ['w']]);
  task.add('words', [word(1n, 101)], 2n);
  task.process(1000);
  task.punctuateWallClock(1009);
  expect(task.group.streamTimeMs).toBe(101);
  task.punctuateWallClock(1014);
  expect([task.group.streamTimeMs, told(task)]).toEqual([115, ['w', 'moved to 111', 'moved to 115']]);
});

test('a move and the offset before which it took effect are one commit, with the time it reached', () => {
  const task = makeTask();
  task.group.queueOf('words')?.start(0n, 0n);
  task.initialize();
  task.add('words', [word(0n, 100)], 1n);
  task.process(0);
  told(task);
  task.punctuateWallClock(10);
  const { records, offsets } = task.takeCommit();
  expect(offsets).toMatchObject([{ offset: 1n, metadata: 'partition-time-ms=110' }]);
  expect(records.map(({ topic, key, value }) => [topic, key?.toString('hex'), `${value}`])).toEqual([
    ['topic', '6b', 'moved to 110'],
    ['app-words-idle-time-changelog', '0000000000000001', '[[110,0,1]]'],
  ]);
});

test('a running application moves its time without input, and the next one does not move it again', async () => {
  const log = new MemoryLog();
  log.createTopics(['words', 'moves'].map(name => ({ topic: name, partitions: 1 })));
  const read = () => log.partition({ topic: 'moves', partition: 0 }).read(0n, true, Number.MAX_SAFE_INTEGER).records;
  const runUntil = async (count: number) => {
    const topology = restless(20, 1_000_000);
    const app = new StreamsApp({ applicationId: 'app', topology, log: log.client(), commitIntervalMs: 5 });
    await app.start();
    for (const endMs = performance.now() + 3000; read().length < count; await new Promise(done => setTimeout(done, 5)))
      if (performance.now() > endMs) throw new Error('waited 3 s in vain');
    await app.close();
  };
  log.append({ topic: 'words', partition: 0, key: Buffer.from('k'), value: Buffer.from('one'), timestampMs: 100 });
  await runUntil(2);
  log.append({ topic: 'words', partition: 0, key: Buffer.from('k'), value: Buffer.from('two'), timestampMs: 105 });
  await runUntil(4);
  expect(read().map(({ value }) => `${value}`)).toEqual(['one', 'moved to 120', 'two', 'moved to 140']);
});
