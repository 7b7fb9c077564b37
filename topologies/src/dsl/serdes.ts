import { TopologyError } from '@sightline/processors/runtime';
import type { AnyTopic, Serde } from '@sightline/schemas/topic';

/** How keys and values are written where they have to be: into state stores and repartition topics. */
export interface Serdes<K, V> {
  readonly key?: Serde<K> | undefined;
  readonly value?: Serde<V> | undefined;
}

/** Writes values of `T`, whatever wider type it is for. */
interface Writes<T> extends Omit<AnyTopic['key'], 'serialize'> {
  readonly serialize: (value: T) => Buffer;
}

/** A topic that may be written to with these keys and values: of the same types, or of wider ones. */
export interface SinkTopic<K, V> extends Omit<AnyTopic, 'key' | 'value'> {
  readonly key: Writes<K>;
  readonly value: Writes<V>;
}

/** Throws TOPOLOGY_INVALID when it is not known how keys or values of `step` are written. */
export function needed<T>(serde: Serde<T> | undefined, step: string, what: 'keys' | 'values'): Serde<T> {
  if (serde !== undefined) return serde;
  throw new TopologyError('TOPOLOGY_INVALID', `${step} writes ${what}, and no serde for them is known: give one`);
}

export const utf8: Serde<string> = {
  name: 'utf8',
  serialize: value => Buffer.from(value, 'utf8'),
  deserialize: bytes => bytes.toString('utf8'),
};

/** Whole numbers in eight bytes, big-endian, as Java's LongSerializer. Beyond +-(2^53 - 1) it throws. */
export const int64: Serde<number> = {
  name: 'int64',
  serialize(value) {
    const bytes = Buffer.allocUnsafe(8);
    writeInt64(bytes, value, 0);
    return bytes;
  },
  deserialize(bytes) {
    if (bytes.length !== 8) throw new RangeError(`an int64 of ${bytes.length} bytes`);
    const value = bytes.readInt32BE(0) * 0x1_0000_0000 + bytes.readUInt32BE(4);
    if (!Number.isSafeInteger(value))
      throw new RangeError(`${bytes.readBigInt64BE()} is beyond what a number can hold`);
    return value;
  },
};

/** Big-endian; throws when a number cannot hold `value` exactly. */
export function writeInt64(bytes: Buffer, value: number, at: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no int64 a number can hold`);
  bytes.writeInt32BE(Math.floor(value / 0x1_0000_0000), at);
  bytes.writeUInt32BE(value >>> 0, at + 4);
}

/** What JSON can say; nothing checks that the bytes hold a `T`. */
export function json<T>(): Serde<T> {
  return {
    name: 'json',
    serialize: value => Buffer.from(JSON.stringify(value)),
    deserialize: bytes => JSON.parse(bytes.toString()) as T,
  };
}
