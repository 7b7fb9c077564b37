import type { AnyTopic, CameraStatus, ConfigSwitch } from '@sightline/schemas';
import { topics } from '@sightline/schemas';
import { kinds } from '@sightline/schemas/control';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openControl, openVault } from '../control/index.ts';
import { StatusLog } from '../ingest/status-log.ts';
import type { OutgoingRecord } from '../log/index.ts';
import { type Cell, createLogger, deadLettersOf, foreignRecords, rewind, testCell } from '../process/index.ts';
import { FOLLOWED_TOPICS, FollowedTopics } from './followed-topics.ts';

const key = Buffer.alloc(32, 7);
const unexpected = (error: unknown): void => {
  throw error;
};
const status = (cameraId: string): CameraStatus => ({
  cameraId,
  storeId: 's1',
  epoch: 1,
  state: 'connected',
  atMs: 1,
  lastCapturedAtMs: 1,
  lastSequence: 1,
  fps: 5,
  framesPublished: 1,
  fileName: null,
  sameAs: null,
  fileSha256: null,
  drops: {},
  attempts: 0,
  connections: 0,
  stream: null,
  message: null,
});
const configSwitch: ConfigSwitch = { cameraId: 'c1', controlOffset: 1, partition: 0, nextOffset: 1 };
let cell: Cell;
/** Origins of all foreign records that the test sent. */
const foreign: string[] = [];

async function send(records: readonly OutgoingRecord[]): Promise<readonly bigint[]> {
  const producer = await cell.log.producer();
  const sent = await producer.send(records);
  await producer.close();
  return sent.map(({ offset }) => offset);
}

/** Sends a topic one record of each foreign kind, between good records. */
async function poison(topic: AnyTopic, good: OutgoingRecord, after: OutgoingRecord): Promise<void> {
  const found = await foreignRecords(cell, topic, good);
  const offsets = await send(found.map(({ record }) => record));
  foreign.push(...offsets.map(offset => `${topic.name}/${good.partition}/${offset}`));
  await send([after]);
}

beforeAll(async () => {
  cell = await testCell([...FOLLOWED_TOPICS, topics.deadLetters]);
  const control = await openControl(cell, unexpected);
  const vault = await openVault(cell, key);
  const value = kinds.store.make({ storeId: 's1', name: 'Mitte', timeZone: 'Europe/Berlin' });
  await control.append({ actor: 'test', changes: [{ kind: 'store', id: 's1', value }] });
  await vault.put('before', 1);
  const { control: change, vault: entry, cameraStatus, configSwitches } = topics;
  const firstOf = async <V>(topic: Parameters<typeof cell.follow<V>>[0]): Promise<OutgoingRecord> => {
    const found = Promise.withResolvers<OutgoingRecord>();
    const follower = cell.follow(topic, {
      from: 'earliest',
      handle: record => found.resolve(cell.outgoing(topic, record.key, record.value, { partitionKey: 'control' })),
    });
    const record = await found.promise;
    await follower.close();
    return record;
  };
  const [oneChange, oneEntry] = [await firstOf(change), await firstOf(entry)];
  await poison(change, oneChange, oneChange);
  await poison(entry, oneEntry, oneEntry);
  await vault.put('after', 2);
  const [good, other] = ['cam', 'cam'].map(cameraId => cell.outgoing(cameraStatus, cameraId, status(cameraId)));
  if (good === undefined || other === undefined) throw new TypeError('two were made');
  await send([good]);
  await poison(cameraStatus, good, other);
  const switched = cell.outgoing(configSwitches, 'c1', configSwitch);
  await poison(configSwitches, switched, switched);
  for (const opened of [control, vault]) await opened.close();
});

afterAll(() => cell.close());

// Every reader of a followed topic must pass over any foreign record, at the start and later.
test('followers catch up over every foreign record at the start, count them, and take what comes after', async () => {
  const control = await openControl(cell, unexpected);
  expect(control.fold.all('store')).toHaveLength(1);
  const vault = await openVault(cell, key);
  expect([vault.get('before'), vault.get('after')]).toEqual([1, 2]);
  const statuses = await StatusLog.open(cell);
  expect(statuses.get('cam')).toMatchObject({ state: 'connected' });
  const switches: ConfigSwitch[] = [];
  const follower = cell.follow(topics.configSwitches, {
    from: 'earliest',
    handle: ({ value }) => switches.push(value),
  });
  await follower.caughtUp();
  expect(switches).toEqual([configSwitch]);
  const { passedOver, waitingFor } = cell.health();
  expect(waitingFor).toBeUndefined();
  for (const { name } of FOLLOWED_TOPICS)
    expect(passedOver[name], name).toBeGreaterThanOrEqual(foreign.filter(place => place.startsWith(`${name}/`)).length);
  for (const opened of [control, vault, statuses, follower]) await opened.close();
});

test('three simultaneous puts into the vault all settle', async () => {
  const vault = await openVault(cell, key);
  await Promise.all(['a', 'b', 'c', 'd'].map(id => vault.put(id, id)));
  expect(vault.get('d')).toBe('d');
  await vault.close();
});

// The owner writes one dead letter for each of them, even when it reads everything again.
test('each foreign record is one dead letter, also after a restart that reads all again', async () => {
  const owner = async (): Promise<() => Promise<void>> => {
    const stopping = new AbortController();
    const logger = createLogger('test', 'silent');
    const followed = new FollowedTopics({ cell, logger, signal: stopping.signal, fail: unexpected });
    await followed.start();
    return async () => {
      stopping.abort();
      await followed.stop();
    };
  };
  const expectEachOnce = (): Promise<void> =>
    vi.waitFor(async () => expect(await deadLettersOf(cell)).toEqual(foreign.toSorted()), 30_000);
  const stop = await owner();
  await expectEachOnce();
  await stop();
  for (const topic of FOLLOWED_TOPICS) await rewind(cell, 'followed-topics', topic);
  const stopAgain = await owner();
  const partitions = FOLLOWED_TOPICS.flatMap(topic =>
    Array.from({ length: cell.partitions(topic) }, (_, partition) => ({ topic: cell.name(topic), partition })),
  );
  await vi.waitFor(async () => {
    const ends = await cell.log.admin.listOffsets(partitions, 'latest-committed');
    const committed = await cell.log.admin.committed(cell.groupId('followed-topics'), partitions);
    const offsets = new Map(committed.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
    for (const end of ends) if (end.offset > 0n) expect(offsets.get(`${end.topic}/${end.partition}`)).toBe(end.offset);
  }, 30_000);
  await expectEachOnce();
  await stopAgain();
});
