import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';
import { decodeBatches } from './record-batch.ts';
import { encodeBatch } from './record-batch-encoder.ts';

interface BatchSpec {
  readonly baseOffset: bigint;
  readonly lastOffsetDelta?: number;
  readonly producerId?: bigint;
  readonly attributes?: number;
  readonly values?: readonly string[];
}
const TRANSACTIONAL = 0x10;
const MARKER = 0x30;

/** A batch as stored by a broker; only small records, so every length is one byte. */
function batch({ baseOffset, producerId = -1n, attributes = 0, values = [], ...rest }: BatchSpec): Buffer {
  const records = values.map((value, delta) => {
    const body = Buffer.from([0, 0, delta * 2, 1, value.length * 2, ...Buffer.from(value), 0]);
    return Buffer.from([body.length * 2, ...body]);
  });
  const bytes = Buffer.concat([Buffer.alloc(61), ...records]);
  bytes.writeBigInt64BE(baseOffset, 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(attributes, 21);
  bytes.writeInt32BE(rest.lastOffsetDelta ?? Math.max(0, values.length - 1), 23);
  bytes.writeBigInt64BE(1_700_000_000_000n, 27);
  bytes.writeBigInt64BE(1_700_000_000_000n, 35);
  bytes.writeBigInt64BE(producerId, 43);
  bytes.writeInt32BE(values.length, 57);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}
const seen = (bytes: Buffer, fromOffset = 0n, aborted?: { producerId: bigint; firstOffset: bigint }[]) =>
  decodeBatches(bytes, { fromOffset, aborted, checkCrc: true }).records.map(r => `${r.offset}:${r.value}`);

test('a fetch answers with whole batches; records below the position are dropped', () => {
  expect(seen(batch({ baseOffset: 10n, values: ['a', 'b', 'c'] }), 11n)).toEqual(['11:b', '12:c']);
});

test('an empty batch, as the cleaner leaves it, moves the position', () => {
  const { records, nextOffset } = decodeBatches(batch({ baseOffset: 2n, lastOffsetDelta: 5 }), { fromOffset: 2n });
  expect([records.length, nextOffset]).toEqual([0, 8n]);
});

test('a truncated batch is left for the next fetch', () => {
  const bytes = Buffer.concat([
    batch({ baseOffset: 0n, values: ['a'] }),
    batch({ baseOffset: 1n, values: ['b'] }).subarray(0, 65),
  ]);
  const { records, nextOffset } = decodeBatches(bytes, { fromOffset: 0n });
  expect([records.length, nextOffset]).toEqual([1, 1n]);
});

test('aborted transactions listed by completion, overlapping, are dropped to the last record', () => {
  const bytes = Buffer.concat([
    batch({ baseOffset: 10n, producerId: 1n, attributes: TRANSACTIONAL, values: ['a1'] }),
    batch({ baseOffset: 15n, producerId: 2n, attributes: TRANSACTIONAL, values: ['b1'] }),
    batch({ baseOffset: 20n, producerId: 2n, attributes: MARKER, values: ['x'] }),
    batch({ baseOffset: 25n, producerId: 1n, attributes: TRANSACTIONAL, values: ['a2'] }),
    batch({ baseOffset: 30n, producerId: 1n, attributes: MARKER, values: ['x'] }),
    batch({ baseOffset: 31n, producerId: 1n, attributes: TRANSACTIONAL, values: ['a3'] }),
  ]);
  const byCompletion = [
    { producerId: 2n, firstOffset: 15n },
    { producerId: 1n, firstOffset: 10n },
  ];
  expect(seen(bytes, 0n, byCompletion)).toEqual(['31:a3']);
});

test('a flipped bit is detected when checksums are enabled', () => {
  const bytes = batch({ baseOffset: 0n, values: ['a'] });
  bytes[bytes.length - 2] = 0x7a;
  expect(() => seen(bytes)).toThrow(/checksum/);
});

test('entries are the keys and values of the records; those without a key are only counted', () => {
  const pairs = [['a', '1'], ['b', null], [null, '2'], ['', ''], ['c', 'x'.repeat(200)]] as const; // biome-ignore format: a table
  const bytesOf = (text: string | null) => (text === null ? null : Buffer.from(text));
  const outgoing = pairs.map(([key, value]) => ({
    topic: 't',
    partition: 0,
    key: bytesOf(key),
    value: bytesOf(value),
  }));
  const producer = { producerId: 1n, producerEpoch: 0, baseSequence: 0, isTransactional: false };
  for (const codec of ['none', 'gzip'] as const) {
    const decoded = decodeBatches(encodeBatch(outgoing, producer, codec, 0), { fromOffset: 1n });
    const entries: (readonly [string, string | null])[] = [];
    const count = decoded.each((bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      const value = valueEnd < 0 ? null : bytes.toString('utf8', valueStart, valueEnd);
      entries.push([bytes.toString('utf8', keyStart, keyEnd), value]);
    });
    expect(count).toBe(decoded.records.length);
    expect(entries).toEqual(pairs.slice(1).filter(([key]) => key !== null));
  }
});
