import type { Serde } from '@sightline/schemas/topic';

/** A key in a window: `[startMs, endMs)` of a time window, `[startMs, endMs]` of a session and a sliding window. */
export interface Windowed<K> {
  readonly key: K;
  readonly startMs: number;
  readonly endMs: number;
}

/** A value and the event time of the record that caused it, ms since 1970. */
export interface ValueAndTimestamp<V> {
  readonly value: V;
  readonly timestampMs: number;
}

/** Serde for keys of windows of one size: key bytes | start int64, as Kafka Streams' TimeWindowedSerde. */
export function timeWindowed<K>(key: Serde<K>, sizeMs: number): Serde<Windowed<K>> {
  return {
    name: `time-windowed(${key.name}, ${sizeMs} ms)`,
    serialize: ({ key: plain, startMs }) => {
      const bytes = key.serialize(plain);
      const joined = Buffer.allocUnsafe(bytes.length + 8);
      bytes.copy(joined);
      writeMs(joined, startMs, bytes.length);
      return joined;
    },
    deserialize: (bytes, headers) => {
      const startMs = readMs(bytes, bytes.length - 8);
      const plain = key.deserialize(bytes.subarray(0, bytes.length - 8), headers);
      return { key: plain, startMs, endMs: startMs + sizeMs };
    },
  };
}

/** Serde for keys of sessions: key bytes | end int64 | start int64, as Kafka Streams' SessionWindowedSerde. */
export function sessionWindowed<K>(key: Serde<K>): Serde<Windowed<K>> {
  return {
    name: `session-windowed(${key.name})`,
    serialize: ({ key: plain, startMs, endMs }) => {
      const bytes = key.serialize(plain);
      const joined = Buffer.allocUnsafe(bytes.length + 16);
      bytes.copy(joined);
      writeMs(joined, endMs, bytes.length);
      writeMs(joined, startMs, bytes.length + 8);
      return joined;
    },
    deserialize: (bytes, headers) => {
      const at = bytes.length - 16;
      const plain = key.deserialize(bytes.subarray(0, at), headers);
      return { key: plain, startMs: readMs(bytes, at + 8), endMs: readMs(bytes, at) };
    },
  };
}

/** Timestamp int64, then the value: the format of tables and aggregates (as in KIP-258). */
export function timestamped<V>(value: Serde<V>): Serde<ValueAndTimestamp<V>> {
  return {
    name: `timestamped(${value.name})`,
    ...(value.headers === undefined ? {} : { headers: value.headers }),
    serialize: ({ value: plain, timestampMs }) => {
      const bytes = value.serialize(plain);
      const joined = Buffer.allocUnsafe(bytes.length + 8);
      writeMs(joined, timestampMs, 0);
      bytes.copy(joined, 8);
      return joined;
    },
    deserialize: (bytes, headers) => ({
      value: value.deserialize(bytes.subarray(8), headers),
      timestampMs: readMs(bytes, 0),
    }),
    ...(value.prepare === undefined
      ? {}
      : { prepare: (bytes, headers) => value.prepare?.(bytes.subarray(8), headers) }),
  };
}

/** Non-negative integers below 2^53, big-endian, so that bytes sort as numbers do. */
export function writeMs(bytes: Buffer, ms: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(ms / 0x1_0000_0000), at);
  bytes.writeUInt32BE(ms % 0x1_0000_0000, at + 4);
}

export function readMs(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}
