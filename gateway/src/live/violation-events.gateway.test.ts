import type { Follower } from '@sightline/processors/log';
import { type Cell, foreignRecords, recreateTopics, testCell } from '@sightline/processors/process';
import { topics, type Violation } from '@sightline/schemas';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../testing/running-gateway.ts';
import { revised, violation } from '../testing/violations.ts';
import { CatchUp, type ViolationArchive } from './catch-up.ts';
import { offsetsOf, parseCursor } from './cursor.ts';
import type { ViolationEventItem } from './violation-event-item.ts';
import { ViolationEvents } from './violation-events.ts';
import { ViolationFeed } from './violation-feed.ts';
import type { ViolationRecord } from './violation-record.ts';

const EVERYTHING = () => ({ grantedStoreIds: null });
const nothing: ViolationArchive = { between: async () => undefined };
let cell: Cell;
beforeAll(async () => {
  cell = await testCell([topics.violations]);
});
afterAll(() => cell.close());

/** The live part of one gateway. `remember`: number of records it keeps. */
async function follow(
  remember: number,
  archive = nothing,
): Promise<{ feed: ViolationFeed; events: ViolationEvents; topic: Follower }> {
  const feed = new ViolationFeed({ keepMs: 600_000, maxBytes: 1e9, recentMs: 600_000, maxRecent: remember });
  const topic = cell.follow(topics.violations, {
    from: { timestampMs: 0 },
    onStart: (starts, topicId) => feed.begin(offsetsOf(starts), topicId),
    handle: record => feed.take(record),
    onReset: reset => feed.skip(reset),
  });
  await topic.caughtUp();
  return {
    feed,
    topic,
    events: new ViolationEvents({ feed, catchUp: new CatchUp(cell, feed, archive), heartbeatMs: 200 }),
  };
}

let named = 0;
/** Records of `count` violations on four cameras, opened and closed. */
const some = (count: number): readonly Violation[] =>
  Array.from({ length: count }, () => {
    const opened = violation({ violationId: `v${named++}`, cameraId: `cam-${named % 4}` });
    return [opened, revised(opened, 'closed')];
  }).flat();

async function publish(values: readonly Violation[]): Promise<void> {
  const producer = await cell.log.producer();
  await producer.send(values.map(value => cell.outgoing(topics.violations, value.cameraId, value)));
  await producer.close();
}

const nameOf = ({ violationId, revision }: Violation): string => `${violationId}/${revision}`;

/** Takes items until `enough`, then leaves. Returns the events' names and the last cursor. */
async function listen(
  events: ViolationEvents,
  after: string | undefined,
  enough: (names: readonly string[], item: ViolationEventItem) => boolean,
) {
  const names: string[] = [];
  let cursor = after;
  for await (const item of events.subscribe(EVERYTHING, after)) {
    if (item.kind === 'gap') throw new Error(`a gap: ${item.reason}`);
    if (item.kind === 'event') names.push(nameOf(item.violation));
    cursor = item.cursor;
    if (enough(names, item)) break;
  }
  return { names, cursor };
}

// Connections break after random numbers of events and resume by cursor, at gateways that keep few or many records,
// while records are written. The subscriber must get every record once.
test('a subscriber that resumes by its cursor gets every event once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 6 }), { maxLength: 6 }),
      fc.constantFrom(2, 10_000),
      async (breaks, remember) => {
        const { events, topic } = await follow(remember);
        try {
          let cursor = (await listen(events, undefined, (_, item) => item.kind === 'heartbeat')).cursor;
          const written = some(6);
          const publishing = publish(written);
          const seen: string[] = [];
          for (const count of breaks) {
            const part = await listen(
              events,
              cursor,
              (names, item) => names.length >= count || item.kind === 'heartbeat',
            );
            seen.push(...part.names);
            cursor = part.cursor;
          }
          await publishing;
          const missing = written.length - seen.length;
          if (missing > 0) seen.push(...(await listen(events, cursor, names => names.length >= missing)).names);
          expect(seen.toSorted()).toEqual(written.map(nameOf).toSorted());
          for (const { cameraId } of written) {
            const ofCamera = new Set(written.filter(value => value.cameraId === cameraId).map(nameOf));
            expect(seen.filter(name => ofCamera.has(name))).toEqual([...ofCamera]); // in order
          }
        } finally {
          await topic.close();
        }
      },
    ),
    { numRuns: 12 },
  );
});

test('a cursor of one gateway is valid at another, also at one that started later', async () => {
  const first = await follow(10_000);
  const { cursor } = await listen(first.events, undefined, (_, item) => item.kind === 'heartbeat');
  await first.topic.close();
  const written = some(3);
  await publish(written);
  const second = await follow(10_000);
  const { names } = await listen(second.events, cursor, found => found.length === written.length);
  expect(names.toSorted()).toEqual(written.map(nameOf).toSorted());
  await second.topic.close();
});

test('events that the log no longer has come from ClickHouse, and a gap names those that it lacks too', async () => {
  const partitions = Array.from({ length: 4 }, (_, partition) => ({ topic: cell.name(topics.violations), partition }));
  const before = await follow(10_000);
  const { cursor } = await listen(before.events, undefined, (_, item) => item.kind === 'heartbeat');
  const written = some(4);
  await publish(written);
  await until(() => before.feed.get(written.at(-1)?.violationId ?? '') !== undefined);
  const archived: readonly ViolationRecord[] = before.feed.since(before.feed.position.offsets.map(() => 0n)) ?? [];
  await before.topic.close();
  await cell.log.admin.deleteRecords(await cell.log.admin.listOffsets(partitions, 'latest-committed'));

  const archive: ViolationArchive = {
    between: async (partition, from, to) =>
      archived.filter(record => record.partition === partition && record.offset >= from && record.offset < to),
  };
  const fromArchive = await follow(10_000, archive);
  const { names } = await listen(fromArchive.events, cursor, found => found.length === written.length);
  expect(names.toSorted()).toEqual(written.map(nameOf).toSorted());
  await fromArchive.topic.close();

  const without = await follow(10_000);
  const items = without.events.subscribe(EVERYTHING, cursor);
  expect((await items.next()).value).toMatchObject({ kind: 'gap' });
  await items.return?.();
  await without.topic.close();
});

test('a slow client gets a gap, and memory stays bounded', async () => {
  const { feed, events, topic } = await follow(10_000);
  const slow = new ViolationEvents({ feed, catchUp: new CatchUp(cell, feed, nothing), queueBound: 3 }).subscribe(
    EVERYTHING,
    undefined,
  );
  await slow.next();
  const written = some(10);
  await publish(written);
  await listen(events, undefined, (_, item) => item.kind === 'heartbeat');
  await until(() => feed.get(written.at(-1)?.violationId ?? '')?.revision === 2);
  expect((await slow.next()).value).toMatchObject({ kind: 'gap', reason: expect.stringContaining('faster') });
  await slow.return?.();
  expect(feed.listeners).toBe(0);
  await topic.close();
});

// An unreadable record is among those that a client missed, and another comes while it listens.
test('foreign records end no catch-up and no subscription', async () => {
  const before = await follow(10_000);
  const { cursor } = await listen(before.events, undefined, (_, item) => item.kind === 'heartbeat');
  const [first, ...rest] = some(3);
  if (first === undefined) throw new TypeError('six were made');
  const good = cell.outgoing(topics.violations, first.cameraId, first);
  const foreign = (await foreignRecords(cell, topics.violations, good)).map(({ record }) => record);
  const sendForeign = async (): Promise<void> => {
    const producer = await cell.log.producer();
    await producer.send(foreign);
    await producer.close();
  };
  await sendForeign();
  await publish([first]);
  await sendForeign();
  await publish(rest);
  const fromMemory = await listen(before.events, cursor, names => names.length === 6);
  await before.topic.close();
  const after = await follow(2); // keeps too few records, so it reads the log again
  const fromLog = await listen(after.events, cursor, names => names.length === 6);
  expect(fromLog.names.toSorted()).toEqual(fromMemory.names.toSorted());
  await after.topic.close();
});

test('a cursor from before the topic was created again gives a gap, though the new topic is longer, and a listener gets one too', async () => {
  const listening = await follow(10_000);
  await publish(some(1));
  const { cursor } = await listen(listening.events, undefined, (_, item) => item.kind === 'heartbeat');
  const live = listening.events.subscribe(EVERYTHING, undefined);
  await live.next();
  await recreateTopics(cell, [topics.violations]);
  const written = some(200);
  await publish(written);
  const gateways = [listening, await follow(10_000)];
  for (const { events, topic, feed } of gateways) {
    await topic.caughtUp();
    const items = events.subscribe(EVERYTHING, cursor);
    const gap = (await items.next()).value;
    expect(gap).toMatchObject({ kind: 'gap', fromMs: 0 });
    await items.return?.();
    expect(parseCursor(gap.cursor, 4)).toEqual(feed.position);
    const after = some(1);
    await publish(after);
    const { names } = await listen(events, gap.cursor, found => found.length === after.length);
    expect(names).toEqual(after.map(nameOf));
  }
  let last: ViolationEventItem | undefined;
  const kinds: string[] = [];
  for await (const item of live) {
    kinds.push(item.kind);
    last = item;
    if (item.kind === 'heartbeat') break;
  }
  expect(kinds).toContain('gap');
  expect(last?.cursor).not.toBe(cursor);
  for (const { topic } of gateways) await topic.close();
}, 60_000);
