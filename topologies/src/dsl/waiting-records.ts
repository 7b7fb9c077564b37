import { type KeyValueStoreBuilder, keyValueStore } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { int64, writeInt64 } from './serdes.ts';

/** Records of one key, side and time without a match on the other side so far. */
export interface WaitingKey {
  readonly timestampMs: number;
  readonly isLeft: boolean;
  readonly key: Buffer;
}

const NO_KEY = Buffer.alloc(0);
/** Below and above every waiting key. */
export const FIRST: WaitingKey = { timestampMs: 0, isLeft: false, key: NO_KEY };
export const LAST: WaitingKey = { timestampMs: Number.MAX_SAFE_INTEGER, isLeft: true, key: NO_KEY };

/** The values of one waiting key in order, written with the serde of their side. */
export interface WaitingValues {
  readonly isLeft: boolean;
  readonly values: readonly Buffer[];
}

export type WaitingStore = KeyValueStoreBuilder<WaitingKey, WaitingValues>;

/** State that both sides of an outer join share: records without a match so far, in the order of their time. */
export function waitingStore(
  name: string,
  key: Serde<unknown>,
  values: { readonly left: Serde<unknown>; readonly right: Serde<unknown> },
): WaitingStore {
  return keyValueStore(name, waitingKeys(key.name), waitingValues(values.left, values.right));
}

/** Key: time | side (right before left) | key, as TimestampedKeyAndJoinSideSerializer. */
function waitingKeys(ofKeys: string): Serde<WaitingKey> {
  return {
    name: `waiting-key(${ofKeys})`,
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
}

/** Format: side, then each value after its length as int32. */
function waitingValues(left: Serde<unknown>, right: Serde<unknown>): Serde<WaitingValues> {
  return {
    name: `waiting-values(${left.name}, ${right.name})`,
    serialize({ isLeft, values }) {
      const parts: Buffer[] = [Buffer.of(isLeft ? 1 : 0)];
      for (const value of values) {
        const length = Buffer.allocUnsafe(4);
        length.writeInt32BE(value.length, 0);
        parts.push(length, value);
      }
      return Buffer.concat(parts);
    },
    deserialize: read,
    prepare(bytes) {
      const { isLeft, values } = read(bytes);
      const serde = isLeft ? left : right;
      const waits = values.map(value => serde.prepare?.(value)).filter(wait => wait !== undefined);
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
    },
  };
}

function read(bytes: Buffer): WaitingValues {
  const values: Buffer[] = [];
  for (let at = 1; at < bytes.length; ) {
    const end = at + 4 + bytes.readInt32BE(at);
    values.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return { isLeft: bytes[0] === 1, values };
}
