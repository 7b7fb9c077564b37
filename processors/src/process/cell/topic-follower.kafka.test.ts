import { type ConfigSwitch, topics } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Follower } from '../../log/index.ts';
import type { Cell } from './cell.ts';
import { recreateTopics, testCell } from './test-cell.ts';

let cell: Cell;
const switched = (cameraId: string): ConfigSwitch => ({ cameraId, controlOffset: 1, partition: 0, nextOffset: 1 });
beforeAll(async () => {
  cell = await testCell([topics.configSwitches], undefined, 1);
});
afterAll(() => cell.close());

test('records of keys that are not wanted are not decoded, and the follower goes on behind them', async () => {
  const garbage = { ...cell.outgoing(topics.configSwitches, 'other', null), value: Buffer.from('no Avro') };
  const producer = await cell.log.producer();
  await producer.send([
    cell.outgoing(topics.configSwitches, 'other', switched('other')),
    garbage,
    cell.outgoing(topics.configSwitches, 'wanted', switched('wanted')),
  ]);
  const handled: string[] = [];
  const follower = cell.follow(topics.configSwitches, {
    from: 'earliest',
    wants: key => key === 'wanted',
    handle: ({ value }) => handled.push(value.cameraId),
  });
  await follower.caughtUp();
  expect(handled).toEqual(['wanted']);
  expect(cell.health().passedOver).toEqual({});
  await follower.close();
});

test('a topic that was created again and at once has more records than before is read from its start', async () => {
  await recreateTopics(cell, [topics.configSwitches], 1);
  const write = async (cameraIds: readonly string[]): Promise<void> => {
    const producer = await cell.log.producer();
    await producer.send(cameraIds.map(id => cell.outgoing(topics.configSwitches, id, switched(id))));
    await producer.close();
  };
  await write(['a', 'b']);
  const handled: string[] = [];
  const reasons: string[] = [];
  const follower = cell.follow(topics.configSwitches, {
    from: 'earliest',
    handle: ({ value }) => handled.push(value.cameraId),
    onReset: ({ reason }) => reasons.push(reason),
  });
  await follower.caughtUp();
  const [away, back] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  // While this batch is handled, the follower does not read: the topic can grow past its position.
  const slow = new Follower(cell.log, {
    topic: cell.name(topics.configSwitches),
    partitions: [0],
    from: 'earliest',
    async handle({ records }) {
      if (slowly.length === 0) {
        away.resolve();
        await back.promise;
      }
      slowly.push(...records.map(({ key }) => `${key}`));
    },
  });
  const slowly: string[] = [];
  await away.promise;
  await recreateTopics(cell, [topics.configSwitches], 1);
  await write(['c', 'd', 'e', 'f', 'g']);
  back.resolve();
  await Promise.all([follower.caughtUp(), slow.caughtUp()]);
  expect(handled).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  expect(reasons).toEqual(['recreated']);
  expect(slowly).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  await Promise.all([follower.close(), slow.close()]);
}, 30_000);

test('a tombstone in another partition than that of its key removes nothing and is passed over', async () => {
  const other = await testCell([topics.cameraStatus]);
  const right = other.outgoing(topics.cameraStatus, 'c1', null);
  const misplaced = { ...right, partition: (right.partition + 1) % other.partitions(topics.cameraStatus) };
  const removed: string[] = [];
  const follower = other.follow(topics.cameraStatus, {
    from: 'earliest',
    handle: () => {},
    remove: id => removed.push(id),
  });
  const producer = await other.log.producer();
  const deletion = async (record: typeof right): Promise<void> => {
    await producer.send([record]);
    await follower.caughtUp();
  };
  await deletion(misplaced);
  expect([removed, other.health().passedOver]).toEqual([[], { 'camera-status': 1 }]);
  await deletion(right);
  expect(removed).toEqual(['c1']);
  await producer.close();
  await follower.close();
  await other.close();
});
