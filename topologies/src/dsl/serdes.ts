import { TopologyError } from '@sightline/processors/runtime';
import type { AnyTopic, Serde } from '@sightline/schemas/topic';

/** Serdes of keys and values for the places where they are written: state stores and repartition topics. */
export interface Serdes<K, V> {
  readonly key?: Serde<K> | undefined;
  readonly value?: Serde<V> | undefined;
}

/** A serde that can write values of `T`; its own type may be wider. */
interface Writes<T> extends Omit<AnyTopic['key'], 'serialize'> {
  readonly serialize: (value: T) => Buffer;
}

/** A topic that accepts these keys and values: of the same types, or of wider ones. */
export interface SinkTopic<K, V> extends Omit<AnyTopic, 'key' | 'value'> {
  readonly key: Writes<K>;
  readonly value: Writes<V>;
}

/** Throws TOPOLOGY_INVALID when `step` must write its keys or values and has no serde for them. */
export function needed<T>(serde: Serde<T> | undefined, step: string, what: 'keys' | 'values'): Serde<T> {
  if (serde !== undefined) return serde;
  throw new TopologyError('TOPOLOGY_INVALID', `${step} writes ${what} but has no serde for them: give one`);
}

export const utf8: Serde<string> = {
  name: 'utf8',
  serialize: value => Buffer.from(value, 'utf8'),
  deserialize: bytes => bytes.toString('utf8'),
};

/** Integers in eight bytes, big-endian, as Java's LongSerializer. Throws outside +-(2^53 - 1). */
export const int64: Serde<number> = {
  name: 'int64',
  serialize(value) {
    const bytes = Buffer.allocUnsafe(8);
    writeInt64(bytes, value, 0);
    return bytes;
  },
  deserialize(bytes) {
    if (bytes.length !== 8) throw new RangeError(`an int64 has 8 bytes, not ${bytes.length}`);
    const value = bytes.readInt32BE(0) * 0x1_0000_0000 + bytes.readUInt32BE(4);
    if (!Number.isSafeInteger(value))
      throw new RangeError(`${bytes.readBigInt64BE()} is outside the range of exact numbers, +-(2^53 - 1)`);
    return value;
  },
};

/** Big-endian. Throws when a number cannot hold `value` exactly. */
export function writeInt64(bytes: Buffer, value: number, at: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not an integer from -(2^53 - 1) to 2^53 - 1`);
  bytes.writeInt32BE(Math.floor(value / 0x1_0000_0000), at);
  bytes.writeUInt32BE(value >>> 0, at + 4);
}

/** Values as JSON text. Nothing checks that decoded values have type `T`. */
export function json<T>(): Serde<T> {
  return {
    name: 'json',
    serialize: value => Buffer.from(JSON.stringify(value)),
    deserialize: bytes => JSON.parse(bytes.toString()) as T,
  };
}
