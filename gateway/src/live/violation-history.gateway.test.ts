import { type Cell, createLogger, testCell } from '@sightline/processors/process';
import { topics, type Violation } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../testing/running-gateway.ts';
import { revised, violation } from '../testing/violations.ts';
import { offsetsOf } from './cursor.ts';
import { ViolationFeed } from './violation-feed.ts';
import { readHistory } from './violation-history.ts';

const logger = createLogger('test', 'silent');
let cell: Cell;
beforeAll(async () => {
  cell = await testCell([topics.violations]);
});
afterAll(() => cell.close());

// After a start, a gateway answers from the last minutes at once and reads older records in the background while new ones
// come. Then it has every violation once, in its newest revision, and its listeners have seen each new record once.
test('after a start, memory has all violations of the log, including those that came meanwhile', async () => {
  const producer = await cell.log.producer();
  const publish = (values: readonly Violation[]): Promise<unknown> =>
    producer.send(values.map(value => cell.outgoing(topics.violations, value.cameraId, value)));
  const older = Array.from({ length: 400 }, (_, i) =>
    violation({ violationId: `v${i}`, cameraId: `cam-${i % 5}`, startedAtMs: 1_790_000_000_000 + i }),
  );
  await publish(older);
  await publish(older.slice(0, 200).map(value => revised(value, 'closed')));

  const feed = new ViolationFeed({ keepMs: 86_400_000, maxBytes: 1e9, recentMs: 600_000, maxRecent: 10_000 });
  const heard: string[] = [];
  feed.listen({ onRecord: ({ value }) => heard.push(value.violationId), onSkipped: () => heard.push('skipped') });
  const topic = cell.follow(topics.violations, {
    from: 'latest',
    onStart: (starts, topicId) => feed.begin(offsetsOf(starts), topicId),
    handle: record => feed.take(record),
    onReset: reset => feed.skip(reset),
  });
  await topic.caughtUp();
  expect(feed.store.size).toBe(0);
  const history = readHistory({ cell, feed, logger, keepMs: 86_400_000 });
  for (let i = 200; i < 400; i += 20) await publish(older.slice(i, i + 20).map(value => revised(value, 'updated')));
  await history.loaded;
  await until(() => heard.length === 200);

  const { store } = feed;
  expect([store.size, store.olderIds.size, new Set(heard).size]).toEqual([400, 0, 200]);
  const page = store.page({ filter: { grantedStoreIds: null }, from: 'oldest', limit: 1_000 });
  expect(page.map(({ violationId, state }) => [violationId, state])).toEqual(
    older.map(({ violationId }, i) => [violationId, i < 200 ? 'closed' : 'updated']),
  );
  await history.close();
  await topic.close();
  await producer.close();
});
