import assert from 'node:assert/strict';
import { type Check, code, fetchFor, fetchUntil, readTo, record, until, values } from './check.ts';

export const recordChecks: readonly Check[] = [
  {
    id: 'round-trip',
    name: 'records come back as written: keys, values, nulls, headers, times, offsets',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic(2)];
      const producer = await log.producer();
      const headers = [
        ['a', Buffer.from('1')],
        ['b', Buffer.from('2')],
      ] as const;
      const sent = await producer.send([
        { ...record(topic, 1, 'v0', 'k0'), headers, timestampMs: 1_700_000_000_000 },
        { ...record(topic, 1, null, 'k1'), timestampMs: 1_700_000_000_001 },
        record(topic, 0, 'other'),
        { ...record(topic, 1, ''), timestampMs: 1_600_000_000_000 },
      ]);
      assert.deepEqual(sent.map(s => [s.partition, s.offset]), [[1, 0n], [1, 1n], [0, 0n], [1, 2n]]); // biome-ignore format: a table
      const { records } = await readTo(await log.reader(), { topic, partition: 1 }, 0n, 3n);
      const [first, second, third] = records;
      assert.deepEqual(
        records.map(r => r.offset),
        [0n, 1n, 2n],
      );
      assert.deepEqual(
        [first?.key?.toString(), first?.value?.toString(), first?.timestampMs],
        ['k0', 'v0', 1_700_000_000_000],
      );
      assert.deepEqual(
        first?.headers.map(([name, value]) => `${name}=${value}`),
        ['a=1', 'b=2'],
      );
      assert.deepEqual([second?.value, second?.timestampMs, second?.headers.length], [null, 1_700_000_000_001, 0]);
      assert.deepEqual([third?.key, third?.value?.length, third?.timestampMs], [null, 0, 1_600_000_000_000]);
    },
  },
  {
    id: 'topics',
    name: 'creating a topic that exists leaves it; an unknown topic has no partition count',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic(3)];
      assert.deepEqual(await log.admin.createTopics([{ topic, partitions: 9 }]), []);
      assert.deepEqual([...(await log.admin.partitionCounts([topic, bench.name()]))], [[topic, 3]]);
    },
  },
  {
    id: 'inside-a-batch',
    name: 'a reader may start inside a batch',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      await (await log.producer()).send(['a', 'b', 'c', 'd'].map(value => record(topic, 0, value)));
      const { records } = await readTo(await log.reader(), { topic, partition: 0 }, 2n, 4n);
      assert.deepEqual(values(records), ['c', 'd']);
    },
  },
  {
    id: 'send-order',
    name: 'sends keep their order, however many are under way',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const producer = await log.producer();
      const sends = Array.from({ length: 50 }, (_, n) => producer.send([record(topic, 0, `${n}`)]));
      const offsets = (await Promise.all(sends)).map(([sent]) => sent?.offset);
      assert.deepEqual(
        offsets,
        Array.from({ length: 50 }, (_, n) => BigInt(n)),
      );
      const { records } = await readTo(await log.reader(), { topic, partition: 0 }, 0n, 50n);
      assert.deepEqual(
        values(records),
        Array.from({ length: 50 }, (_, n) => `${n}`),
      );
    },
  },
  {
    id: 'large-records',
    name: 'a record above the fetch size is delivered, and starves no other partition',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic(2)];
      const big = 'x'.repeat(600_000);
      const producer = await log.producer();
      for (let n = 0; n < 3; n++) await producer.send([record(topic, 0, big), record(topic, 1, big)]);
      const reader = await log.reader({ maxBytesPerPartition: 1000 });
      reader.seek({ topic, partition: 0 }, 0n);
      reader.seek({ topic, partition: 1 }, 0n);
      const seen = [0, 0];
      await until(async () => {
        for (const { partition, records } of await reader.fetch())
          seen[partition] = (seen[partition] ?? 0) + records.length;
        return seen.every(count => count === 3);
      }, 'all six large records');
    },
  },
  {
    id: 'long-list',
    name: 'a list longer than a batch may hold goes out in several, in order',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const big = 'y'.repeat(200_000);
      await (await log.producer()).send(Array.from({ length: 12 }, (_, n) => record(topic, 0, `${n}${big}`)));
      const { records } = await readTo(await log.reader(), { topic, partition: 0 }, 0n, 12n);
      assert.deepEqual(
        values(records).map(value => Number.parseInt(value ?? '', 10)),
        [...records.keys()],
      );
    },
  },
  {
    id: 'codecs',
    name: 'gzip and zstd come back as written',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      for (const compression of ['gzip', 'zstd'] as const) {
        await (await log.producer({ compression })).send([
          record(topic, 0, compression),
          record(topic, 0, `${compression} 2`),
        ]);
      }
      const { records } = await readTo(await log.reader(), { topic, partition: 0 }, 0n, 4n);
      assert.deepEqual(values(records), ['gzip', 'gzip 2', 'zstd', 'zstd 2']);
    },
  },
  {
    id: 'slow-partition',
    name: 'a paused partition is not delivered while the others are; resume goes on without loss',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic(2)];
      const producer = await log.producer();
      const reader = await log.reader();
      const [slow, fast] = [
        { topic, partition: 0 },
        { topic, partition: 1 },
      ];
      reader.seek(slow, 0n);
      reader.seek(fast, 0n);
      await fetchFor(reader, 100);
      reader.pause([slow]);
      await producer.send([record(topic, 0, 'slow'), record(topic, 1, 'fast')]);
      const whilePaused = [...(await fetchUntil(reader, 1)), ...(await fetchFor(reader, 200))];
      assert.deepEqual(
        whilePaused.map(b => b.partition),
        [1],
      );
      assert.equal(reader.position(slow), 0n);
      reader.resume([slow]);
      const resumed = await fetchUntil(reader, 1);
      assert.deepEqual(
        resumed.flatMap(b => values(b.records)),
        ['slow'],
      );
    },
  },
  {
    id: 'seek',
    name: 'after a seek nothing of the old position is delivered',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      await (await log.producer()).send(['a', 'b', 'c'].map(value => record(topic, 0, value)));
      const reader = await log.reader();
      reader.seek({ topic, partition: 0 }, 0n);
      const early = reader.fetch();
      reader.seek({ topic, partition: 0 }, 2n);
      const batches = [...(await early), ...(await fetchFor(reader, 100))];
      if (batches.length === 0) batches.push(...(await fetchUntil(reader, 1)));
      const seen = batches.flatMap(b => values(b.records));
      assert.deepEqual(seen, ['c']);
    },
  },
  {
    id: 'out-of-range',
    name: 'a position the log does not hold throws OFFSET_OUT_OF_RANGE, below its start and past its end',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const at = { topic, partition: 0 };
      await (await log.producer()).send(['a', 'b', 'c'].map(value => record(topic, 0, value)));
      await log.admin.deleteRecords([{ ...at, offset: 2n }]);
      assert.deepEqual(await log.admin.listOffsets([at], 'earliest'), [{ ...at, offset: 2n }]);
      for (const offset of [0n, 99n]) {
        const reader = await log.reader();
        reader.seek(at, offset);
        assert.equal(await code(fetchFor(reader, 2000)), 'OFFSET_OUT_OF_RANGE');
      }
    },
  },
  {
    id: 'deleted-topic',
    name: 'a topic that was used and is deleted stands in the way of no other',
    async run(bench) {
      const [log, gone, stays] = [await bench.open(), await bench.topic(), await bench.topic()];
      const [producer, reader] = [await log.producer(), await log.reader()];
      await producer.send([record(gone, 0, 'gone'), record(stays, 0, 'old')]);
      const at = (topic: string) => ({ topic, partition: 0 });
      for (const topic of [gone, stays]) await readTo(reader, at(topic), 0n, 1n);
      reader.remove([at(stays)]);
      await log.admin.deleteTopics([gone]);
      const fresh = bench.name();
      await log.admin.createTopics([{ topic: fresh, partitions: 1 }]);
      await producer.send([record(fresh, 0, 'new'), record(stays, 0, 'newer')]);
      assert.deepEqual(values((await readTo(reader, at(fresh), 0n, 1n)).records), ['new']);
      assert.deepEqual(values((await readTo(reader, at(stays), 0n, 2n)).records), ['old', 'newer']);
    },
  },
  {
    id: 'topic-id',
    name: 'a topic that is deleted and created again has another id',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const at = { topic, partition: 0 };
      const first = await log.admin.topicId(at);
      assert.equal(await log.admin.topicId(at), first);
      assert.notEqual(first, '');
      await log.admin.deleteTopics([topic]);
      while ((await log.admin.partitionCounts([topic])).size > 0);
      await log.admin.createTopics([{ topic, partitions: 1 }]);
      assert.notEqual(await log.admin.topicId(at), first);
    },
  },
  {
    id: 'by-time',
    name: 'offsets are found by time, and by the end when nothing is as late',
    async run(bench) {
      const [log, topic] = [await bench.open(), await bench.topic()];
      const at = { topic, partition: 0 };
      const nowMs = Date.now();
      await (await log.producer()).send([0, 10, 20].map(ms => ({ ...record(topic, 0, 'v'), timestampMs: nowMs + ms })));
      const found = async (timestampMs: number) => (await log.admin.listOffsets([at], { timestampMs }))[0]?.offset;
      assert.deepEqual([await found(nowMs - 5), await found(nowMs + 10), await found(nowMs + 21)], [0n, 1n, 3n]);
    },
  },
];
