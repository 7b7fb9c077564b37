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
const table = {
  table: 'tracks',
  doubled: 0,
  repeated: 0,
  newestRepeat: null,
  activeParts: 3,
  tokens: 1_000,
  missing: 0,
};
const clean = { tables: [table], failure: null };

test('a sink that waits for ClickHouse is degraded and names it', () => {
  const { status, details } = sinkHealth(sink({ waitingFor: 'ClickHouse: refused' }), clean);
  expect([status, details.reason]).toEqual(['degraded', 'tracks[1] waits for ClickHouse: refused']);
});

test('a table with a row twice, or records lost to retention, make it unhealthy', () => {
  const doubled = sinkHealth(sink(), { tables: [{ ...table, doubled: 1 }], failure: null });
  expect([doubled.status, doubled.details.reason]).toEqual([
    'unhealthy',
    'tracks has 1 rows twice of one place in the log',
  ]);
  expect(sinkHealth(sink({ lost: 7 }), clean).status).toBe('unhealthy');
});

const repeat = {
  identity: 'violation_id v1, revision 2',
  places: ['violations[0] at offset 3', 'violations[1] at offset 9'],
};
const repeating = {
  tables: [table, { ...table, table: 'violations', repeated: 1, newestRepeat: repeat }],
  failure: null,
};

test('a record that another process wrote a second time makes it degraded, and names the record and both places', () => {
  const { status, details } = sinkHealth(sink(), repeating);
  expect([status, details.reason]).toEqual([
    'degraded',
    "violations counts violation_id v1, revision 2 twice: the log has it at violations[0] at offset 3 and violations[1] at offset 9, so another process than Sightline's wrote it; take the right to write to this topic from it (this is said for a day)",
  ]);
});

test('a repeated record hides no other reason', () => {
  expect(sinkHealth(sink({ waitingFor: 'ClickHouse: refused' }), repeating).details.reason).toContain('waits for');
  const lost = sinkHealth(sink({ lost: 7 }), repeating);
  expect([lost.status, lost.details.reason]).toEqual(['unhealthy', expect.stringContaining('7 records were deleted')]);
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
