import { topics } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { connectLog } from '../../log/index.ts';
import { createTopics } from './create-topics.ts';
import { testCellEnv } from './test-cell.ts';

test('existing topics get the settings that are declared now, and keep all others', async () => {
  const { KAFKA_BROKERS, NAME_PREFIX: prefix } = testCellEnv();
  const log = await connectLog({ brokers: KAFKA_BROKERS.split(','), clientId: 'test' });
  const topic = `${prefix}dead-letters`;
  const own = { 'segment.bytes': '7654321' };
  const old = { 'max.message.bytes': '1048588', 'retention.ms': '5000', 'message.timestamp.type': 'LogAppendTime' };
  await log.admin.createTopics([{ topic, partitions: 1, replicationFactor: 1, config: { ...old, ...own } }]);
  const create = () => createTopics(log, prefix, [topics.deadLetters, topics.tracks], { replicationFactor: 1 });
  const first = await create();
  expect(first.created).toEqual([`${prefix}tracks`]);
  expect([...first.changed]).toEqual([
    [
      topic,
      {
        ...topics.deadLetters.config,
        'retention.ms': `${topics.deadLetters.retention.timeMs}`,
        'retention.bytes': `${topics.deadLetters.retention.bytes}`,
      },
    ],
  ]);
  // The broker's answer may be a moment old.
  await expect.poll(async () => (await create()).changed.size).toBe(0);
  expect(await log.admin.configureTopics([{ topic, config: own }])).toEqual(new Map());
  expect(await log.admin.partitionCounts([topic])).toEqual(new Map([[topic, 1]]));
  const producer = await log.producer();
  const large = Buffer.alloc(2_000_000);
  await producer.send([{ topic, partition: 0, key: null, value: large }]);
  await log.close();
}, 30_000);
