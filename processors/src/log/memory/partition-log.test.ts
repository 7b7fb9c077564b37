import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MemoryTransaction, PartitionLog } from './partition-log.ts';

const put = (log: PartitionLog, key: string | null, value: string | null, atMs = 0, transaction?: MemoryTransaction) =>
  log.append(
    {
      topic: 't',
      partition: 0,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
    },
    atMs,
    transaction,
  );
const shown = (log: PartitionLog, from = log.logStartOffset) =>
  log.read(from, true, Number.MAX_SAFE_INTEGER).records.map(({ offset, key, value }) => `${offset}:${key}=${value}`);

test('the last record of each key stays at its offset; positions skip the gaps', () => {
  const log = new PartitionLog();
  for (const [key, value] of [['a', '1'], ['b', '1'], ['a', '2'], ['c', '1'], ['end', '1']] as const) put(log, key, value); // biome-ignore format: a table
  expect(log.compact()).toBe(1);
  expect(shown(log)).toEqual(['1:b=1', '2:a=2', '3:c=1', '4:end=1']);
  expect(log.read(0n, true, 1)).toMatchObject({ records: [{ offset: 1n }], nextOffset: 2n });
  expect(log.highWatermark).toBe(5n);
});

test('a tombstone stays for its time after the cleaner first met it, then it is removed', () => {
  const log = new PartitionLog();
  put(log, 'a', '1');
  put(log, 'a', null);
  put(log, 'end', '1');
  log.compact({ nowMs: 1_000, deleteRetentionMs: 100 });
  expect(shown(log)).toEqual(['1:a=null', '2:end=1']);
  log.compact({ nowMs: 1_099, deleteRetentionMs: 100 });
  expect(shown(log)).toEqual(['1:a=null', '2:end=1']);
  log.compact({ nowMs: 1_100, deleteRetentionMs: 100 });
  expect(shown(log)).toEqual(['2:end=1']);
});

test("an aborted record never counts as a key's last and is removed; an open transaction and later records stay", () => {
  const log = new PartitionLog();
  const [aborted, open]: MemoryTransaction[] = [{ state: 'open' }, { state: 'open' }];
  put(log, 'a', 'kept');
  put(log, 'a', 'aborted', 0, aborted);
  if (aborted) aborted.state = 'aborted';
  if (aborted) log.end(aborted, 0);
  put(log, 'a', 'open', 0, open);
  put(log, 'a', 'after');
  expect(log.lastStableOffset).toBe(3n);
  log.compact();
  if (open) open.state = 'committed';
  if (open) log.end(open, 0);
  expect(shown(log)).toEqual(['0:a=kept', '3:a=open', '4:a=after']);
});

test('retention drops the oldest, by age or by size, never past the last stable offset', () => {
  const log = new PartitionLog();
  const open: MemoryTransaction = { state: 'open' };
  for (const atMs of [0, 10, 20]) put(log, null, 'x', atMs);
  put(log, null, 'open', 0, open);
  expect(log.expire({ nowMs: 110, timeMs: 100 })).toBe(1);
  expect([log.logStartOffset, shown(log)]).toEqual([1n, ['1:null=x', '2:null=x']]);
  expect(log.expire({ nowMs: 110, bytes: 1 })).toBe(2);
  expect([log.logStartOffset, log.highWatermark]).toEqual([3n, 4n]);
  expect(log.expire({ nowMs: 1_000_000, timeMs: 1, bytes: 0 })).toBe(0);
});

test('for any batches and page sizes, a reader gets each remaining record once, in order', () => {
  const step = fc.oneof(
    fc.record({ put: fc.integer({ min: 1, max: 1500 }), within: fc.constantFrom(undefined, 'committed', 'aborted') }),
    fc.record({ deleted: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.constant('compact' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), fc.integer({ min: 1, max: 40_000 }), (steps, pageBytes) => {
      const log = new PartitionLog();
      let left: { offset: bigint; key: string }[] = [];
      for (const does of steps) {
        if (does === 'compact') {
          log.compact();
          const newest = log.highWatermark - 1n;
          left = left.filter(({ offset, key }, n) => offset === newest || !left.slice(n + 1).some(later => later.key === key && later.offset !== newest)); // biome-ignore format: one rule
        } else if ('deleted' in does) {
          const start = BigInt(Math.floor(Number(log.highWatermark) * does.deleted));
          log.deleteBefore(start);
          left = left.filter(({ offset }) => offset >= start);
        } else {
          const transaction: MemoryTransaction | undefined = does.within && { state: 'open' };
          for (let n = 0; n < does.put; n++) {
            const key = String((n * 7) % 900);
            const offset = put(log, key, 'v', 0, transaction);
            if (does.within !== 'aborted') left.push({ offset, key });
          }
          if (transaction && does.within) transaction.state = does.within;
          if (transaction) log.end(transaction, 0);
        }
      }
      expect(readAll(log, pageBytes)).toEqual(left);
    }),
    { numRuns: 50 },
  );
});

function readAll(log: PartitionLog, pageBytes: number): { offset: bigint; key: string }[] {
  const all: { offset: bigint; key: string }[] = [];
  for (let from = log.logStartOffset; from < log.highWatermark; ) {
    const { records, nextOffset } = log.read(from, true, pageBytes);
    all.push(...records.map(({ offset, key }) => ({ offset, key: String(key) })));
    from = nextOffset;
  }
  return all;
}
