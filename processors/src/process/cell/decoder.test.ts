import { topics, UndecodableError } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { partitionFor } from '../../log/index.ts';
import { RecordDecoder } from './decoder.ts';

const decoder = new RecordDecoder(() => 4);
const key = Buffer.from('c1');
const own = partitionFor('c1', 4);
const record = (change: { readonly key?: Buffer | null; readonly value?: Buffer | null }) => ({
  ...{ offset: 0n, timestampMs: 0, headers: [], key, value: Buffer.from('{"a":1}'), ...change },
});

test.each([
  ['no key', { key: null }, /^the key of a record of violations is missing: write the id/],
  ['a tombstone', { value: null }, /^the value of a record of violations is missing: write a value/],
  ['no Avro', {}, /^the value is not a Violation: its first byte .* write it in one of/],
  [
    'a value cut short',
    { value: cutShort().subarray(0, 20) },
    /^the value is not a Violation: .* it must be 1 to 200 characters/,
  ],
])('the dead letter of a record with %s names the field and the fix', async (_, change, message) => {
  const decoding = decoder.decode(topics.violations, record(change), { partition: own });
  await expect(decoding).rejects.toThrow(UndecodableError);
  await expect(decoding).rejects.toThrow(message);
});

function cutShort(): Buffer {
  const [, print] = topics.violations.value.headers?.[0] ?? [];
  return Buffer.concat([Buffer.from([0xc3, 0x01]), print ?? Buffer.alloc(0), Buffer.alloc(10, 2)]);
}

test('a tombstone belongs into the partition of its key', () => {
  const tombstone = record({ value: null });
  decoder.checkTombstone(topics.cameraStatus, tombstone, own);
  expect(() => decoder.checkTombstone(topics.cameraStatus, tombstone, (own + 1) % 4)).toThrow(
    `its key belongs to partition ${own} of 4: write it there`,
  );
});
