import { expect, test } from 'vitest';
import type { Sink } from './clickhouse-sink.ts';
import { sinkHealth } from './sink-health.ts';

const partition = {
  topic: 'tracks',
  topicId: 'a1',
  partition: 1,
  lag: 0,
  blocks: 3,
  rows: 9,
  writtenFrom: 0,
  writtenTo: 4,
  deadLetters: 0,
  lastInsertMs: 4,
  changedPlans: 0,
  waitingFor: null,
};
const sink = (changes: Partial<Pick<Sink, 'lost'>> & { waitingFor?: string } = {}) => ({
  lost: changes.lost ?? 0,
  partitions: () => [{ ...partition, waitingFor: changes.waitingFor ?? null }],
  close: async () => {},
});
const table = { table: 'tracks', doubled: 0, repeated: 0, activeParts: 3, tokens: 1_000, missing: 0 };
const clean = { tables: [table], failure: null };

test('a sink that waits for ClickHouse is degraded and names it', () => {
  const { status, details } = sinkHealth(sink({ waitingFor: 'ClickHouse: refused' }), clean);
  expect([status, details.reason]).toEqual(['degraded', 'tracks[1] waits for ClickHouse: refused']);
});

test('a table with a row twice, or records lost to retention, make it unhealthy', () => {
  const doubled = sinkHealth(sink(), { tables: [{ ...table, doubled: 1 }], failure: null });
  expect([doubled.status, doubled.details.reason]).toEqual([
    'unhealthy',
    'tracks has rows twice: doubled 1, repeated 0',
  ]);
  expect(sinkHealth(sink({ lost: 7 }), clean).status).toBe('unhealthy');
});

test('a table that lacks rows the sink has written makes it unhealthy', () => {
  const { status, details } = sinkHealth(sink(), { tables: [{ ...table, missing: 2 }], failure: null });
  expect([status, details.reason]).toEqual(['unhealthy', 'tracks lacks 2 rows that the sink wrote']);
});

test('a table that would take a repeated insert twice makes it unhealthy', () => {
  const { status, details } = sinkHealth(sink(), { tables: [{ ...table, tokens: 0 }], failure: null });
  expect([status, details.reason]).toEqual([
    'unhealthy',
    'tracks remembers no tokens: set its non_replicated_deduplication_window',
  ]);
});

test('a sink that writes and whose audits find nothing is healthy', () => {
  expect(sinkHealth(sink(), clean)).toEqual({
    status: 'healthy',
    details: { partitions: [partition], audits: [table], lost: 0 },
  });
});
