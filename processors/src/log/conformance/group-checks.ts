import assert from 'node:assert/strict';
import type { Assignment, LogClient } from '../log-client.ts';
import { type Check, code, until } from './check.ts';

const TIMING = { sessionTimeoutMs: 6000, rebalanceTimeoutMs: 3000, heartbeatIntervalMs: 100 };

async function join(log: LogClient, groupId: string, topics: readonly string[], instanceId?: string) {
  const seen: Assignment[] = [];
  const options = { groupId, topics, ...TIMING, ...(instanceId === undefined ? {} : { instanceId }) };
  const member = await log.join({ ...options, onAssigned: assignment => seen.push(assignment) });
  const lanes = () => [...new Set(seen.at(-1)?.partitions.map(({ partition }) => partition))].sort();
  const partitions = () => seen.at(-1)?.partitions.length ?? 0;
  return { member, seen, lanes, partitions };
}

export const groupChecks: readonly Check[] = [
  {
    id: 'sticky',
    name: 'a lone member gets every partition; a second takes half, and each keeps what it can',
    async run(bench) {
      const [log, topic, groupId] = [await bench.open(), await bench.topic(4), bench.name()];
      const first = await join(log, groupId, [topic]);
      assert.deepEqual(first.lanes(), [0, 1, 2, 3]);
      const second = await join(await bench.open(), groupId, [topic]);
      await until(() => first.partitions() === 2 && second.partitions() === 2, 'two lanes each');
      assert.deepEqual([...first.lanes(), ...second.lanes()].sort(), [0, 1, 2, 3]);
      const held = [first.lanes(), second.lanes()];
      const third = await join(await bench.open(), groupId, [topic]);
      await until(() => first.partitions() + second.partitions() + third.partitions() === 4, 'four lanes in all');
      assert.deepEqual([...first.lanes(), ...second.lanes(), ...third.lanes()].sort(), [0, 1, 2, 3]);
      for (const [index, member] of [first, second].entries()) {
        assert.ok(
          member.lanes().every(lane => held[index]?.includes(lane)),
          'a lane moved that could have stayed',
        );
      }
    },
  },
  {
    id: 'co-partitions',
    name: 'all topics of a partition number go to one member',
    async run(bench) {
      const [log, groupId] = [await bench.open(), bench.name()];
      const topics = [await bench.topic(4), await bench.topic(4)];
      const first = await join(log, groupId, topics);
      const second = await join(await bench.open(), groupId, topics);
      await until(() => first.partitions() === 4 && second.partitions() === 4, 'four partitions each');
      assert.deepEqual([...first.lanes(), ...second.lanes()].sort(), [0, 1, 2, 3]);
    },
  },
  {
    id: 'leave',
    name: 'when a member leaves, the others take its partitions',
    async run(bench) {
      const [log, topic, groupId] = [await bench.open(), await bench.topic(4), bench.name()];
      const first = await join(log, groupId, [topic]);
      const second = await join(await bench.open(), groupId, [topic]);
      await until(() => first.partitions() === 2, 'a share for the second');
      await second.member.leave();
      await until(() => first.partitions() === 4, 'all partitions back');
    },
  },
  {
    id: 'commit',
    name: 'a member commits and reads back offsets of its own partitions',
    async run(bench) {
      const [log, topic, groupId] = [await bench.open(), await bench.topic(2), bench.name()];
      const { member } = await join(log, groupId, [topic]);
      await member.commit([{ topic, partition: 1, offset: 7n }]);
      const committed = await member.committed([0, 1].map(partition => ({ topic, partition })));
      assert.deepEqual(committed.map(({ offset }) => offset), [undefined, 7n]); // biome-ignore format: one list
    },
  },
  {
    id: 'commit-metadata',
    name: 'the metadata a member commits with an offset is read back',
    async run(bench) {
      const [log, topic, groupId] = [await bench.open(), await bench.topic(2), bench.name()];
      const { member } = await join(log, groupId, [topic]);
      await member.commit([{ topic, partition: 1, offset: 7n, metadata: 'plan 7..9' }]);
      assert.deepEqual(
        (await member.committed([0, 1].map(partition => ({ topic, partition })))).map(c => [c.offset, c.metadata]),
        [[undefined, ''], [7n, 'plan 7..9']], // biome-ignore format: a table
      );
    },
  },
  {
    id: 'commit-fenced',
    name: 'a commit for a partition that has gone to another fails with MEMBER_FENCED',
    async run(bench) {
      const [log, topic, groupId] = [await bench.open(), await bench.topic(2), bench.name()];
      const first = await join(log, groupId, [topic]);
      await join(await bench.open(), groupId, [topic]);
      await until(() => first.partitions() === 1, 'a share for the second');
      assert.equal(await code(first.member.commit([{ topic, partition: 1, offset: 1n }])), 'MEMBER_FENCED');
      await first.member.commit([{ topic, partition: 0, offset: 1n }]);
    },
  },
  {
    id: 'heartbeats',
    name: 'heartbeats go on and are told',
    async run(bench) {
      const [log, topic, groupId] = [await bench.open(), await bench.topic(1), bench.name()];
      const { member } = await join(log, groupId, [topic]);
      for (let n = 0; n < 3; n++) await member.nextHeartbeat();
    },
  },
  {
    id: 'static-restart',
    name: 'a static member that comes back at once gets its partitions again',
    async run(bench) {
      const [log, topic, groupId] = [await bench.open(), await bench.topic(2), bench.name()];
      const first: Assignment[] = [];
      const slow = { sessionTimeoutMs: 120_000, rebalanceTimeoutMs: 120_000 }; // longer than a check may take
      const options = { groupId, topics: [topic], ...TIMING, ...slow, instanceId: bench.name() };
      const member = await log.join({ ...options, onAssigned: assignment => first.push(assignment) });
      await member.leave();
      const again: Assignment[] = [];
      await (await bench.open()).join({ ...options, onAssigned: assignment => again.push(assignment) });
      assert.equal(again.at(-1)?.partitions.length, 2);
    },
  },
  {
    id: 'static-silence',
    name: 'a static member that restarts gets its own partitions again, and the others hear nothing of it',
    async run(bench) {
      const [topic, groupId, instanceId] = [await bench.topic(4), bench.name(), bench.name()];
      const other = await join(await bench.open(), groupId, [topic], bench.name());
      const restarting = await join(await bench.open(), groupId, [topic], instanceId);
      await until(() => other.partitions() === 2 && restarting.partitions() === 2, 'two lanes each');
      const [held, heard] = [restarting.lanes(), other.seen.length];
      await restarting.member.leave();
      const again = await join(await bench.open(), groupId, [topic], instanceId);
      assert.deepEqual(again.lanes(), held);
      for (let n = 0; n < 3; n++) await other.member.nextHeartbeat();
      assert.equal(other.seen.length, heard, 'the other member was assigned anew');
      await other.member.commit(other.lanes().map(partition => ({ topic, partition, offset: 1n })));
    },
  },
  {
    id: 'offset-overtakes',
    name: 'an offset that a member commits while a transaction holds another of the partition stands when that commits',
    async run(bench) {
      const [log, topic, groupId, id] = [await bench.open(), await bench.topic(), bench.name(), bench.name()];
      const at = { topic, partition: 0 };
      const { member } = await join(log, groupId, [topic]);
      const producer = await log.transactionalProducer(id);
      await producer.fence();
      await producer.begin();
      await producer.sendOffsets(groupId, [{ ...at, offset: 5n }]);
      await member.commit([{ ...at, offset: 3n, metadata: 'later' }]);
      await producer.commit();
      await producer.fence(); // waits until the transaction is complete
      assert.deepEqual(await log.admin.committed(groupId, [at]), [{ ...at, offset: 3n, metadata: 'later' }]);
    },
  },
];
