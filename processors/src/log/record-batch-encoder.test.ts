import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutgoingRecord } from './log-client.ts';
import { decodeBatches } from './record-batch.ts';
import { boundOf, encodeBatch } from './record-batch-encoder.ts';

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map(b => Buffer.from(b)));
const records = fc.array(
  fc.record({
    topic: fc.constant('t'),
    partition: fc.constant(0),
    key: bytes,
    value: bytes,
    timestampMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    headers: fc.array(
      fc.tuple(
        fc.string({ maxLength: 20, unit: 'grapheme' }),
        fc.uint8Array({ maxLength: 20 }).map(b => Buffer.from(b)),
      ),
    ),
  }),
  { minLength: 1, maxLength: 80 },
);

test('encoded records decode to the same records, in every codec, with a correct checksum', () => {
  const producer = { producerId: 7n, producerEpoch: 3, baseSequence: 11, isTransactional: false };
  fc.assert(
    fc.property(records, fc.constantFrom('none', 'gzip', 'zstd'), (list: OutgoingRecord[], codec) => {
      const batch = encodeBatch(list, producer, codec, 0);
      const decoded = decodeBatches(batch, { fromOffset: 0n, checkCrc: true });
      const wanted = list.map(({ key, value, timestampMs, headers }, i) => ({
        offset: BigInt(i),
        timestampMs,
        key,
        value,
        headers,
      }));
      expect(decoded.records).toEqual(wanted);
      expect(decoded.nextOffset).toBe(BigInt(list.length));
    }),
  );
});

test('a batch is never longer than its bound, and the bound is close', () => {
  const producer = { producerId: 7n, producerEpoch: 3, baseSequence: 11, isTransactional: true };
  fc.assert(
    fc.property(records, list => {
      const bytes = encodeBatch(list, producer, 'none', 0).length - 61;
      const bound = list.reduce((sum, record) => sum + boundOf(record), 0);
      expect(bytes).toBeLessThanOrEqual(bound);
      const named = list.flatMap(({ headers }) => headers).reduce((sum, [name]) => sum + 5 + name.length * 3, 0);
      expect(bound - bytes).toBeLessThanOrEqual(24 * list.length + named);
    }),
  );
});
