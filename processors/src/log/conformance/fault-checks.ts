import assert from 'node:assert/strict';
import type { Assignment } from '../log-client.ts';
import { type Bench, type Check, code, committedValues, readTo, record, until, values } from './check.ts';
import type { CutAt } from './scissors.ts';

/** The request or the answer of a commit is lost: outputs and offsets must both be there, or neither. */
async function unclearCommit(bench: Bench, cut: CutAt): Promise<void> {
  const [log, topic, id, groupId] = [await bench.open(), await bench.topic(), bench.name(), bench.name()];
  const producer = await log.transactionalProducer(id);
  await producer.fence();
  await producer.begin();
  await producer.send([record(topic, 0, 'out')]);
  await producer.sendOffsets(groupId, [{ topic, partition: 0, offset: 5n }]);
  const struck = bench.cutNext('EndTxn', cut);
  const told = await Promise.all([code(producer.commit()), struck]);
  const owner = await (await bench.open()).transactionalProducer(id);
  await owner.fence();
  const observer = await bench.observer();
  const end = async (at: 'latest' | 'latest-committed') =>
    (await observer.admin.listOffsets([{ topic, partition: 0 }], at))[0]?.offset;
  await until(async () => (await end('latest-committed')) === (await end('latest')), 'a decision', 5_000);
  const [committed] = await observer.admin.committed(groupId, [{ topic, partition: 0 }]);
  const shown = await committedValues(log, { topic, partition: 0 }, observer);
  assert.deepEqual(shown, committed?.offset === undefined ? [] : ['out'], 'outputs without offsets, or the reverse');
  if (told[0] === undefined) assert.deepEqual(shown, ['out'], 'the commit was called done and is not');
}

export const faultChecks: readonly Check[] = [
  {
    id: 'unclear-commit',
    name: 'a commit whose request or answer is lost is done whole or not at all, and the next fence settles it',
    async run(bench) {
      for (const cut of ['request', 'answer'] as const) await unclearCommit(bench, cut);
    },
  },
  {
    id: 'lost-acknowledgement',
    name: 'a send whose request or answer is lost writes each record once, in order',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const producer = await log.producer();
      await producer.send([record(topic, 0, '0')]);
      for (const [cut, value] of [
        ['request', '1'],
        ['answer', '2'],
      ] as const) {
        // biome-ignore format: a table
        const struck = bench.cutNext('Produce', cut);
        await Promise.all([producer.send([record(topic, 0, value)]), struck]);
      }
      await producer.send([record(topic, 0, '3')]);
      const { records } = await readTo(await log.reader(), { topic, partition: 0 }, 0n, 4n);
      assert.deepEqual(values(records), ['0', '1', '2', '3']);
    },
  },
  {
    id: 'lost-fetch',
    name: 'a reader whose connection is lost goes on where it was, without loss or repetition',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const producer = await log.producer();
      await producer.send([record(topic, 0, '0')]);
      const reader = await log.reader();
      const seen: (string | undefined)[] = [];
      reader.seek({ topic, partition: 0 }, 0n);
      const read = async (count: number) =>
        until(async () => {
          for (const { records } of await reader.fetch()) seen.push(...values(records));
          return seen.length >= count;
        }, `${count} records`);
      await read(1);
      for (const [cut, count] of [
        ['answer', 2],
        ['request', 3],
      ] as const) {
        // biome-ignore format: a table
        const struck = bench.cutNext('Fetch', cut);
        await Promise.all([
          struck,
          reader.fetch().then(batches => seen.push(...batches.flatMap(b => values(b.records)))),
        ]);
        await producer.send([record(topic, 0, `${count - 1}`)]);
        await read(count);
      }
      assert.deepEqual(seen, ['0', '1', '2']);
    },
  },
  {
    id: 'lost-coordinator',
    name: 'a member whose connection to the coordinator is lost stays a member and keeps its partitions',
    async run(bench) {
      const [log, topic, groupId] = [await bench.open(), await bench.topic(2), bench.name()];
      const seen: Assignment[] = [];
      const timing = { sessionTimeoutMs: 6000, rebalanceTimeoutMs: 3000, heartbeatIntervalMs: 100 };
      const member = await log.join({ groupId, topics: [topic], ...timing, onAssigned: one => seen.push(one) });
      for (const cut of ['request', 'answer'] as const) {
        await bench.cutNext('Heartbeat', cut);
        await member.nextHeartbeat();
      }
      await member.commit([{ topic, partition: 1, offset: 3n }]);
      assert.deepEqual(seen.map(({ partitions }) => partitions.length), [2]); // biome-ignore format: one list
    },
  },
  {
    id: 'leader-change',
    name: 'readers, producers and an open transaction go on when the partition moves to another broker',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const at = { topic, partition: 0 };
      const [producer, transactional] = [await log.producer(), await log.transactionalProducer(bench.name())];
      const reader = await log.reader();
      await producer.send([record(topic, 0, '0')]);
      await readTo(reader, at, 0n, 1n);
      await transactional.fence();
      await transactional.begin();
      await transactional.send([record(topic, 0, '1')]);
      await bench.moveLeader(at);
      await transactional.send([record(topic, 0, '2')]);
      await transactional.commit();
      await producer.send([record(topic, 0, '3')]);
      const { records } = await readTo(reader, at, 0n, 5n, 20_000);
      assert.deepEqual(values(records), ['0', '1', '2', '3']);
    },
  },
  {
    id: 'cleaner',
    name: 'positions pass over the holes and the empty batches that compaction leaves, in whatever pieces they are read',
    async run(bench) {
      const compacted = { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.001', 'segment.ms': '100' };
      const topic = await bench.topic(1, { ...compacted, 'max.compaction.lag.ms': '100' });
      const [log, observer, at] = [await bench.open(), await bench.observer(), { topic, partition: 0 }];
      const [early, late] = [await log.producer(), await log.producer()];
      await early.send([record(topic, 0, 'a', 'k1'), record(topic, 0, 'a', 'k2')]);
      await late.send([record(topic, 0, 'b', 'k1'), record(topic, 0, 'b', 'k2')]);
      await new Promise(resolve => setTimeout(resolve, 200)); // the segment's age
      await late.send([record(topic, 0, 'end', 'k3')]);
      bench.clean(topic);
      const read = async (client: typeof log, maxBytesPerPartition: number) =>
        (await readTo(await client.reader({ maxBytesPerPartition }), at, 0n, 5n)).records.map(r => [
          r.offset,
          `${r.value}`,
        ]);
      const left = [[2n, 'b'], [3n, 'b'], [4n, 'end']]; // biome-ignore format: a table
      await until(async () => (await read(observer, 262_144)).length === left.length, 'the cleaner', 60_000);
      for (const bytes of [262_144, 64]) assert.deepEqual(await read(log, bytes), left, `in fetches of ${bytes} bytes`);
    },
  },
];
