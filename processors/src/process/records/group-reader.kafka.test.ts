import { type ConfigSwitch, topics } from '@sightline/schemas';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FollowReset, LogClient, MemberOptions } from '../../log/index.ts';
import type { Cell } from '../cell/cell.ts';
import { recreateTopics, testCell, testCellEnv } from '../cell/test-cell.ts';
import { GroupReader, type GroupReaderOptions, type Place } from './group-reader.ts';

const READ = [topics.configSwitches, topics.tracks];
let env: ReturnType<typeof testCellEnv>;
let cell: Cell;
let opened: GroupReader[] = [];

beforeEach(async () => {
  env = testCellEnv();
  cell = await testCell(READ, env, 2);
});
afterEach(async () => {
  for (const reader of opened) await reader.close();
  opened = [];
  await cell.close();
});

/** A client that calls `change` before it asks the real member. */
const withMember = (change: (method: 'committed' | 'commit') => void): LogClient => ({
  ...cell.log,
  admin: cell.log.admin,
  reader: options => cell.log.reader(options),
  async join(options: MemberOptions) {
    const member = await cell.log.join(options);
    return {
      committed: async partitions => {
        change('committed');
        return member.committed(partitions);
      },
      commit: offsets => member.commit(offsets),
      nextHeartbeat: () => member.nextHeartbeat(),
      leave: () => member.leave(),
    };
  },
});

async function open(change: Partial<GroupReaderOptions> = {}): Promise<GroupReader> {
  const onFatal = (error: unknown): void => {
    throw error;
  };
  const reader = await GroupReader.open({ cell, group: 'test', topics: READ, onFatal, ...change });
  opened.push(reader);
  return reader;
}

const value = (cameraId: string, nextOffset: number): ConfigSwitch => ({
  cameraId,
  controlOffset: 1,
  partition: 0,
  nextOffset,
});

/** Sends raw records; their values do not matter here. */
async function send(topic: (typeof READ)[number], texts: readonly string[], partition = 0): Promise<void> {
  const producer = await cell.log.producer();
  const records = texts.map(text => ({
    topic: cell.name(topic),
    partition,
    key: Buffer.from('c1'),
    value: topic === topics.configSwitches ? topic.value.serialize(value(text, 1)) : Buffer.from(text),
  }));
  await producer.send(records);
  await producer.close();
}

/** Reads until `count` records came; commits them when `commits` is true. */
async function read(reader: GroupReader, count: number, commits = true): Promise<readonly string[]> {
  const found: string[] = [];
  await vi.waitFor(
    async () => {
      for (const { topic, partition, records, nextOffset: offset } of await reader.fetch()) {
        found.push(...records.map(record => `${topic.name}/${partition}/${record.offset}`));
        if (commits) await reader.commit([{ topic, partition, offset }]);
      }
      expect(found.length).toBeGreaterThanOrEqual(count);
    },
    { timeout: 15_000, interval: 1 },
  );
  return found.toSorted();
}

test('one member reads several topics and goes on where it committed each', async () => {
  await send(topics.configSwitches, ['a', 'b']);
  await send(topics.tracks, ['x'], 1);
  const first = await open();
  expect(await read(first, 3)).toEqual(['config-switches/0/0', 'config-switches/0/1', 'tracks/1/0']);
  await first.close();
  await send(topics.configSwitches, ['c']);
  await send(topics.tracks, ['y'], 1);
  expect(await read(await open(), 2)).toEqual(['config-switches/0/2', 'tracks/1/1']);
});

test('two members share the partitions, equal numbers of all topics to one; a lost partition is reported and no longer read', async () => {
  const lost: Place[] = [];
  const first = await open({ onLost: places => lost.push(...places) });
  await vi.waitFor(() => expect(first.places).toHaveLength(4), 10_000);
  const second = await open();
  await vi.waitFor(() => {
    expect(first.places).toHaveLength(2);
    expect(second.places).toHaveLength(2);
  }, 10_000);
  const numbers = new Set(second.places.map(({ partition }) => partition));
  expect(numbers.size).toBe(1);
  expect(new Set(lost.map(({ partition }) => partition))).toEqual(numbers);
  const [partition = 0] = numbers;
  await send(topics.tracks, ['x'], partition);
  expect(await read(second, 1)).toEqual([`tracks/${partition}/0`]);
  expect(await first.fetch()).toEqual([]);
});

test('a group that cannot give its committed offsets at first is asked again, and the trouble is reported', async () => {
  await send(topics.tracks, ['x']);
  let refusals = 3;
  const log = withMember(method => {
    if (method === 'committed' && refusals-- > 0) throw new Error('the coordinator is loading');
  });
  const reader = await open({ cell: { ...cell, log } });
  await vi.waitFor(() => expect(reader.trouble).toContain('the coordinator is loading'));
  expect(await read(reader, 1)).toEqual(['tracks/0/0']);
  expect(reader.trouble).toBeUndefined();
});

test('records deleted by retention are reported, and a topic created again is read from its start', async () => {
  const resets: (FollowReset & { readonly topic: string })[] = [];
  const onReset: GroupReaderOptions['onReset'] = ({ name }, reset) => resets.push({ ...reset, topic: name });
  await send(topics.tracks, ['a', 'b', 'c']);
  const first = await open({ onReset });
  await read(first, 3);
  await first.close();
  await send(topics.tracks, ['d', 'e']);
  await cell.log.admin.deleteRecords([{ topic: cell.name(topics.tracks), partition: 0, offset: 4n }]);
  const second = await open({ onReset });
  expect(await read(second, 1)).toEqual(['tracks/0/4']);
  expect(resets).toEqual([{ topic: 'tracks', partition: 0, from: 3n, to: 4n, reason: 'expired' }]);
  await second.close();
  await recreateTopics(cell, [topics.tracks], 2);
  await send(topics.tracks, ['new']);
  // A group forgets a deleted topic. This sets its offset as a late commit would.
  const late = await cell.log.join({
    groupId: cell.groupId('test'),
    topics: READ.map(cell.name),
    onAssigned: () => {},
  });
  await late.commit([{ topic: cell.name(topics.tracks), partition: 0, offset: 5n }]);
  await late.leave();
  expect(await read(await open({ onReset }), 1)).toEqual(['tracks/0/0']);
  expect(resets.at(-1)).toEqual({ topic: 'tracks', partition: 0, from: 5n, to: 0n, reason: 'recreated' });
});

test.each(['runs', 'is stopped'])(
  'a topic created again while the reader %s is read from its start, though it has more records than were committed',
  async state => {
    const resets: string[] = [];
    const lost: string[] = [];
    const options: Partial<GroupReaderOptions> = {
      onReset: ({ name }, { partition, reason }) => resets.push(`${name}/${partition} ${reason}`),
      onLost: places => lost.push(...places.map(({ topic, partition }) => `${topic.name}/${partition}`)),
    };
    await send(topics.tracks, ['a', 'b']);
    const first = await open(options);
    expect(await read(first, 2)).toHaveLength(2);
    if (state === 'is stopped') await first.close();
    await recreateTopics(cell, [topics.tracks], 2);
    await send(topics.tracks, ['c', 'd', 'e', 'f']);
    if (state === 'runs') {
      expect(await read(first, 4, false)).toEqual([0, 1, 2, 3].map(offset => `tracks/0/${offset}`));
      expect(lost).toContain('tracks/0'); // what it still had of the earlier topic is forgotten
      await first.commit([{ topic: topics.tracks, partition: 0, offset: 3n }]);
      await first.close();
      expect(await read(await open(options), 1)).toEqual(['tracks/0/3']);
    } else {
      // A group forgets a deleted topic. This sets the offset as a late commit of the earlier topic would.
      const late = await cell.log.join({
        groupId: cell.groupId('test'),
        topics: READ.map(cell.name),
        onAssigned: () => {},
      });
      await late.commit([{ topic: cell.name(topics.tracks), partition: 0, offset: 2n, metadata: 'earlier' }]);
      await late.leave();
      expect(await read(await open(options), 4)).toEqual([0, 1, 2, 3].map(offset => `tracks/0/${offset}`));
    }
    expect(resets).toContain('tracks/0 recreated');
  },
  30_000,
);

const placesOf = (readers: readonly GroupReader[]): readonly string[] =>
  readers
    .flatMap(({ places }) => places.map(({ topic, partition }) => `${topic.name}/${partition}`))
    .filter(place => place.startsWith('tracks'))
    .toSorted();

test.each([
  ['that runs on', 6],
  ['that starts again under its name', 6],
  ['that runs on', 1],
  ['that starts again under its name', 1],
])(
  'a group %s reads every partition of a topic that was created again with %i, while its other topic keeps 2',
  async (state, partitions) => {
    const restart = async (): Promise<GroupReader[]> => {
      for (const reader of opened.splice(0)) await reader.close();
      return [await open({ instanceId: 'one' }), await open({ instanceId: 'two' })];
    };
    const readers = await restart();
    await vi.waitFor(() => expect(placesOf(readers)).toEqual(['tracks/0', 'tracks/1']), 10_000);
    if (state !== 'that runs on') for (const reader of opened.splice(0)) await reader.close();
    await recreateTopics(cell, [topics.tracks], partitions);
    const now = state === 'that runs on' ? readers : await restart();
    const wanted = Array.from({ length: partitions }, (_, partition) => `tracks/${partition}`);
    await vi.waitFor(() => expect(placesOf(now)).toEqual(wanted), 10_000);
  },
  40_000,
);
