import assert from 'node:assert/strict';
import type { LogClient, TransactionalProducer } from '../log-client.ts';
import { type Check, code, committedValues, readTo, record, until, values } from './check.ts';

async function fenced(log: LogClient, id: string): Promise<TransactionalProducer> {
  const producer = await log.transactionalProducer(id);
  await producer.fence();
  return producer;
}

export const transactionChecks: readonly Check[] = [
  {
    id: 'read-committed',
    name: 'open and aborted records are hidden from read_committed, committed ones are shown',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const at = { topic, partition: 0 };
      const producer = await fenced(log, bench.name());
      await producer.begin();
      await producer.send([record(topic, 0, 'kept')]);
      await producer.commit();
      await producer.begin();
      await producer.send([record(topic, 0, 'dropped')]);
      await producer.abort();
      await (await log.producer()).send([record(topic, 0, 'plain')]);
      const { records, position } = await readTo(await log.reader(), at, 0n, 5n);
      assert.deepEqual(records.map(r => [r.offset, r.value?.toString()]), [[0n, 'kept'], [4n, 'plain']]); // biome-ignore format: a table
      assert.equal(position, 5n);
      const dirty = await readTo(await log.reader({ isolation: 'read_uncommitted' }), at, 0n, 5n);
      assert.equal(dirty.records.length, 3);
    },
  },
  {
    id: 'last-stable-offset',
    name: 'the last stable offset is told: where an open transaction begins, while the log goes on',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const end = async (at: 'latest' | 'latest-committed') =>
        (await log.admin.listOffsets([{ topic, partition: 0 }], at))[0]?.offset;
      await (await log.producer()).send([record(topic, 0, 'before')]);
      const producer = await fenced(log, bench.name());
      await producer.begin();
      await producer.send([record(topic, 0, 'open')]);
      assert.deepEqual([await end('latest-committed'), await end('latest')], [1n, 2n]);
      await producer.commit();
      await until(async () => (await end('latest-committed')) === 3n, 'the end after the marker');
    },
  },
  {
    id: 'control-records',
    name: 'a position passes over control records even where nothing else follows',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const producer = await fenced(log, bench.name());
      await producer.begin();
      await producer.send([record(topic, 0, 'dropped')]);
      await producer.abort();
      const { records, position } = await readTo(await log.reader(), { topic, partition: 0 }, 0n, 2n);
      assert.deepEqual([records.length, position], [0, 2n]);
    },
  },
  {
    id: 'interleaved-aborts',
    name: 'aborts of two producers that interleave on one partition leak nothing',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const [a, b] = [await fenced(log, bench.name()), await fenced(log, bench.name())];
      await a.begin();
      await a.send([record(topic, 0, 'a1')]);
      await b.begin();
      await b.send([record(topic, 0, 'b1')]);
      await b.abort();
      await a.send([record(topic, 0, 'a2')]);
      await a.abort();
      await (await log.producer()).send([record(topic, 0, 'plain')]);
      assert.deepEqual(await committedValues(log, { topic, partition: 0 }, await bench.observer()), ['plain']);
    },
  },
  {
    id: 'aborts-before-fetch',
    name: 'two producers aborted that were open before the first fetched offset leak nothing',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const [a, b] = [await fenced(log, bench.name()), await fenced(log, bench.name())];
      for (const producer of [a, b]) await producer.begin();
      for (const value of ['1', '2']) {
        for (const producer of [a, b]) await producer.send([record(topic, 0, value)]);
      }
      for (const producer of [a, b]) await producer.abort();
      const { records } = await readTo(await log.reader(), { topic, partition: 0 }, 2n, 6n);
      assert.deepEqual(records, []);
    },
  },
  {
    id: 'aborts-in-a-row',
    name: 'two transactions of one producer, both aborted, leak nothing in one fetch',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const producer = await fenced(log, bench.name());
      for (const value of ['1', '2']) {
        await producer.begin();
        await producer.send([record(topic, 0, value)]);
        await producer.abort();
      }
      await (await log.producer()).send([record(topic, 0, 'plain')]);
      assert.deepEqual(await committedValues(log, { topic, partition: 0 }, await bench.observer()), ['plain']);
    },
  },
  {
    id: 'long-abort',
    name: 'an aborted transaction longer than a fetch leaks nothing, in whatever pieces it is read',
    async run(bench) {
      const [log, topic, at] = [await bench.open(), await bench.topic(), { partition: 0 }];
      const producer = await fenced(log, bench.name());
      await producer.begin();
      for (let n = 0; n < 12; n++) await producer.send([record(topic, 0, `${n}${'x'.repeat(400)}`)]);
      await producer.abort();
      await (await log.producer()).send([record(topic, 0, 'plain')]);
      const reader = await log.reader({ maxBytesPerPartition: 1000 });
      const { records } = await readTo(reader, { topic, ...at }, 0n, 14n);
      assert.deepEqual(values(records), ['plain']);
    },
  },
  {
    id: 'int32-key-0',
    name: 'a record whose key is four zero bytes does not end its aborted transaction',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const producer = await fenced(log, bench.name());
      await producer.begin();
      const zero = { ...record(topic, 0, 'a2'), key: Buffer.alloc(4) };
      await producer.send([record(topic, 0, 'a1'), zero, record(topic, 0, 'a3')]);
      await producer.send([record(topic, 0, 'a4')]);
      await producer.abort();
      await (await log.producer()).send([record(topic, 0, 'plain')]);
      assert.deepEqual(await committedValues(log, { topic, partition: 0 }, await bench.observer()), ['plain']);
    },
  },
  {
    id: 'zombie',
    name: 'a fence aborts what the earlier owner left open, and shuts that owner out',
    async run(bench) {
      const [log, topic, id] = [await bench.open(), await bench.topic(), bench.name()];
      const zombie = await fenced(log, id);
      await zombie.begin();
      await zombie.send([record(topic, 0, 'zombie')]);
      const owner = await fenced(await bench.open(), id);
      assert.equal(await code(zombie.commit()), 'PRODUCER_FENCED');
      await owner.begin();
      await owner.send([record(topic, 0, 'owner')]);
      await owner.commit();
      assert.deepEqual(await committedValues(log, { topic, partition: 0 }, await bench.observer()), ['owner']);
    },
  },
  {
    id: 'zombie-begins',
    name: 'a zombie that begins anew after the fence is refused too',
    async run(bench) {
      const [log, topic, id] = [await bench.open(), await bench.topic(), bench.name()];
      const zombie = await fenced(log, id);
      await fenced(await bench.open(), id);
      await zombie.begin();
      assert.equal(await code(zombie.send([record(topic, 0, 'zombie')])), 'PRODUCER_FENCED');
      assert.equal(await code(zombie.begin().then(() => zombie.commit())), 'PRODUCER_DEAD');
      assert.deepEqual(await committedValues(log, { topic, partition: 0 }, await bench.observer()), []);
    },
  },
  {
    id: 'timeout',
    name: 'a transaction that nobody ends is aborted after its time, and its owner is fenced',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const [observer, at] = [await bench.observer(), { topic, partition: 0 }];
      const producer = await log.transactionalProducer(bench.name(), { transactionTimeoutMs: 1000 });
      await producer.fence();
      await producer.begin();
      await producer.send([record(topic, 0, 'forgotten')]);
      const end = async () => (await observer.admin.listOffsets([at], 'latest-committed'))[0]?.offset;
      await until(async () => (await end()) === 2n, 'the abort by the coordinator', 30_000);
      assert.equal(await code(producer.commit()), 'PRODUCER_FENCED');
      assert.deepEqual(await committedValues(log, at, observer), []);
    },
  },
  {
    id: 'restart',
    name: 'the same transactional id works again after a restart',
    async run(bench) {
      const [log, topic, id] = [await bench.open(), await bench.topic(), bench.name()];
      for (const value of ['1', '2', '3']) {
        const producer = await fenced(log, id);
        await producer.begin();
        await producer.send([record(topic, 0, value)]);
        await producer.commit();
        await producer.close();
      }
      assert.deepEqual(await committedValues(log, { topic, partition: 0 }, await bench.observer()), ['1', '2', '3']);
    },
  },
  {
    id: 'offsets',
    name: 'offsets are committed with the transaction, and not by an abort',
    async run(bench) {
      const [log, topic, id, groupId] = [await bench.open(), await bench.topic(), bench.name(), bench.name()];
      const at = { topic, partition: 0 };
      const producer = await fenced(log, id);
      const work = async (offset: bigint, end: 'commit' | 'abort') => {
        await producer.begin();
        await producer.send([record(topic, 0, 'out')]);
        await producer.sendOffsets(groupId, [{ ...at, offset }]);
        await producer[end]();
      };
      assert.equal((await log.admin.committed(groupId, [at]))[0]?.offset, undefined);
      await work(5n, 'commit');
      await work(9n, 'abort');
      await fenced(log, id);
      assert.equal((await log.admin.committed(groupId, [at]))[0]?.offset, 5n);
    },
  },
  {
    id: 'offsets-metadata',
    name: 'the metadata of an offset is committed with it in the transaction',
    async run(bench) {
      const [log, topic, id, groupId] = [await bench.open(), await bench.topic(), bench.name(), bench.name()];
      const at = { topic, partition: 0 };
      const producer = await fenced(log, id);
      await producer.begin();
      await producer.send([record(topic, 0, 'out')]);
      await producer.sendOffsets(groupId, [{ ...at, offset: 5n, metadata: 'm5' }]);
      await producer.commit();
      await fenced(log, id);
      assert.deepEqual(await log.admin.committed(groupId, [at]), [{ ...at, offset: 5n, metadata: 'm5' }]);
    },
  },
  {
    id: 'back-to-back',
    name: 'transactions back to back, and one with offsets alone, all commit',
    async run(bench) {
      const [log, topic, id, groupId] = [await bench.open(), await bench.topic(), bench.name(), bench.name()];
      const producer = await fenced(log, id);
      for (let n = 1; n <= 20; n++) {
        await producer.begin();
        if (n % 5 !== 0) await producer.send([record(topic, 0, `${n}`)]);
        await producer.sendOffsets(groupId, [{ topic, partition: 0, offset: BigInt(n) }]);
        await producer.commit();
      }
      await fenced(log, id);
      assert.equal((await log.admin.committed(groupId, [{ topic, partition: 0 }]))[0]?.offset, 20n);
      assert.equal((await committedValues(log, { topic, partition: 0 }, await bench.observer())).length, 16);
    },
  },
];
