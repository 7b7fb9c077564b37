import { setTimeout as sleep } from 'node:timers/promises';
import { type ConfigSwitch, topics } from '@sightline/schemas';
import { afterEach, expect, test, vi } from 'vitest';
import { LogError, type PartitionsChangedError } from '../../log/index.ts';
import { type Cell, connectCell } from './cell.ts';
import { recreateTopics, testCell, testCellEnv } from './test-cell.ts';

const topic = topics.configSwitches;
const value: ConfigSwitch = { cameraId: 'c1', controlOffset: 1, partition: 0, nextOffset: 1 };
const cells: Cell[] = [];
afterEach(async () => {
  for (const cell of cells.splice(0)) await cell.close();
});

/** A cell of an operator, and one of a process that is told of changed counts. */
async function connect(partitions: number) {
  const env = testCellEnv();
  const operator = await testCell([topic], env, partitions);
  const told: PartitionsChangedError[] = [];
  const cell = await connectCell(env, {
    service: 'test',
    topics: [topic],
    onPartitionsChanged: error => told.push(error),
  });
  cells.push(operator, cell);
  return { operator, cell, told };
}

const recordsOf = async (cell: Cell): Promise<number> => {
  const all = [0, 1, 2, 3, 4, 5].map(partition => ({ topic: cell.name(topic), partition }));
  const ends = await cell.log.admin.listOffsets(all, 'latest');
  return ends.reduce((sum, { offset }) => sum + Number(offset), 0);
};

test.each([
  [4, 6],
  [6, 3],
])(
  'a process is told within seconds that a topic was created again with another number of partitions (%i, then %i)',
  async (before, after) => {
    const { operator, cell, told } = await connect(before);
    await sleep(1_500); // a look or two at counts that have not changed
    expect(told).toEqual([]);
    await recreateTopics(operator, [topic], after);
    await vi.waitFor(() => expect(told).toHaveLength(1), 5_000);
    expect(told[0]).toMatchObject({
      code: 'PARTITIONS_CHANGED',
      retriable: true,
      message: `topic ${cell.name(topic)} has ${after} partitions, it had ${before} when this process started: it starts again`,
    });
    await recreateTopics(operator, [topic], before);
    await sleep(1_500);
    expect(told).toHaveLength(1); // once, although the count changed twice
  },
  30_000,
);

test('a writer stops writing by the old count, with and without a transaction', async () => {
  const { operator, cell, told } = await connect(4);
  const producer = await cell.log.producer();
  const transactional = await cell.log.transactionalProducer(cell.groupId('writer'));
  await transactional.fence();
  const record = () => cell.outgoing(topic, 'c1', value);
  await producer.send([record()]);
  await recreateTopics(operator, [topic], 6);
  const failed = await Promise.all([
    (async () => {
      for (;;) {
        try {
          await producer.send([record()]);
        } catch (error) {
          return error;
        }
      }
    })(),
    (async () => {
      for (;;) {
        try {
          await transactional.begin();
          await transactional.send([record()]);
          await transactional.commit();
        } catch (error) {
          return error;
        }
      }
    })(),
  ]);
  for (const error of failed) expect(error).toBeInstanceOf(LogError);
  expect(failed.map(String).join()).toMatch(/has 6 partitions, it had 4.*has 6 partitions, it had 4/);
  expect(told).toHaveLength(1);
  const present = await recordsOf(operator);
  const another = await cell.log.producer();
  await expect(another.send([record()])).rejects.toMatchObject({ code: 'PARTITIONS_CHANGED' });
  expect(await recordsOf(operator)).toBe(present);
}, 30_000);

test.each(['for the first time', 'again'])(
  'a writer that writes %s writes nothing by an old count',
  async when => {
    const { operator, cell } = await connect(4);
    const silent = await connectCell(
      { ...testCellEnv(), NAME_PREFIX: cell.prefix },
      { service: 'test', topics: [topic] },
    );
    cells.push(silent); // a process that is not told, as between two looks
    const record = silent.outgoing(topic, 'c1', value);
    const producer = await silent.log.producer();
    const transactional = await silent.log.transactionalProducer(silent.groupId('writer'));
    await transactional.fence();
    const write = async (): Promise<void> => {
      await transactional.begin();
      await transactional.send([record]);
      await transactional.commit();
    };
    if (when === 'again') await Promise.all([producer.send([record]), write()]);
    await recreateTopics(operator, [topic], 6);
    await sleep(150); // the counts of the last send are trusted for 100 ms
    await expect(producer.send([record])).rejects.toMatchObject({ code: 'PARTITIONS_CHANGED' });
    await expect(write()).rejects.toThrow(/has 6 partitions, it had 4/);
    expect(await recordsOf(operator)).toBe(0);
  },
  30_000,
);
