import { type KeyValueStoreBuilder, keyValueStore } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { int64, writeInt64 } from './serdes.ts';

/** A key's records of one side and time that have met none of the other side yet. */
export interface WaitingKey {
  readonly timestampMs: number;
  readonly isLeft: boolean;
  readonly key: Buffer;
}

const NO_KEY = Buffer.alloc(0);
/** Below and above every waiting key. */
export const FIRST: WaitingKey = { timestampMs: 0, isLeft: false, key: NO_KEY };
export const LAST: WaitingKey = { timestampMs: Number.MAX_SAFE_INTEGER, isLeft: true, key: NO_KEY };

/** By time, then right before left, then key: as TimestampedKeyAndJoinSideSerializer. */
const waitingKey: Serde<WaitingKey> = {
  name: 'waiting-key',
  serialize({ timestampMs, isLeft, key }) {
    const bytes = Buffer.allocUnsafe(9 + key.length);
    writeInt64(bytes, timestampMs, 0);
    bytes[8] = isLeft ? 1 : 0;
    key.copy(bytes, 9);
    return bytes;
  },
  deserialize: bytes => ({
    timestampMs: int64.deserialize(bytes.subarray(0, 8)),
    isLeft: bytes[8] === 1,
    key: bytes.subarray(9),
  }),
};

/** Values in the order they came, each after its length as int32. */
const valueList: Serde<readonly Buffer[]> = {
  name: 'value-list',
  serialize(values) {
    const parts = values.flatMap(value => {
      const length = Buffer.allocUnsafe(4);
      length.writeInt32BE(value.length, 0);
      return [length, value];
    });
    return Buffer.concat(parts);
  },
  deserialize(bytes) {
    const values: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 4 + bytes.readInt32BE(at);
      values.push(bytes.subarray(at + 4, end));
      at = end;
    }
    return values;
  },
};

export type WaitingStore = KeyValueStoreBuilder<WaitingKey, readonly Buffer[]>;

/** What both sides of an outer join share: records that may still come with null, in the order of their time. */
export function waitingStore(name: string): WaitingStore {
  return keyValueStore(name, waitingKey, valueList);
}
