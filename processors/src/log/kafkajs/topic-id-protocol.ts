import { LogError } from '../errors.ts';
import type { Protocol } from './cluster.ts';

/** Metadata version 10 (KIP-516) for one topic: the answer is the topic's id. */
export function topicIdProtocol(topic: string): Protocol<string> {
  return {
    request: { apiKey: 3, apiVersion: 10, apiName: 'Metadata', encode: async () => encode(topic) },
    response: { decode: async payload => decode(payload, topic), parse: async (id: string) => id },
  };
}

const NO_TAGS = 0;
const ANY_ID = Buffer.alloc(16);

function encode(topic: string): { readonly buf: Buffer; readonly buffer: Buffer } {
  const name = Buffer.from(topic); // Kafka permits 249 bytes
  const request = Buffer.concat([
    Buffer.from([NO_TAGS]), // end of the header
    varint(2), // one topic
    ANY_ID,
    varint(name.length + 1),
    name,
    Buffer.from([NO_TAGS, 0, 0, 0, NO_TAGS]), // creates no topic and asks for no rights
  ]);
  return { buf: request, buffer: request };
}

function decode(payload: Buffer, topic: string): string {
  let at = 1 + 4; // header's tags, throttle time
  const count = (): number => {
    const { value, next } = readVarint(payload, at);
    at = next;
    return value - 1;
  };
  const skipText = (): void => {
    const length = Math.max(0, count()); // apart, because `count` moves `at`
    at += length;
  };
  for (let brokers = count(); brokers > 0; brokers--) {
    at += 4; // node id
    skipText();
    at += 4; // port
    skipText();
    at += 1; // tags: no version of the protocol has any here
  }
  skipText(); // cluster id
  at += 4; // controller id
  count(); // topics: the one asked for
  const errorCode = payload.readInt16BE(at);
  at += 2;
  skipText();
  if (errorCode !== 0)
    throw new LogError('TOPIC_UNKNOWN', `the broker gives no id of ${topic} (error ${errorCode})`, { retriable: true });
  return payload.subarray(at, at + 16).toString('hex');
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return Buffer.from([...bytes, left]);
}

function readVarint(payload: Buffer, from: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = payload.readUInt8(at);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value, next: at + 1 };
  }
}
