import type { Protocol } from './cluster.ts';
import { Reader, Writer } from './wire.ts';

/** A topic as a broker knows it. */
export interface KnownTopic {
  readonly id: string;
  readonly partitions: number;
}

type KnownTopics = ReadonlyMap<string, KnownTopic>;

/** Metadata version 10 (KIP-516): those of the topics that the broker knows, by name. */
export function topicProtocol(topics: readonly string[]): Protocol<KnownTopics> {
  return {
    request: { apiKey: 3, apiVersion: 10, apiName: 'Metadata', encode: async () => encode(topics).asRequest() },
    response: { decode: async payload => decode(payload), parse: async (found: KnownTopics) => found },
  };
}

const ANY_ID = '0'.repeat(32);

function encode(topics: readonly string[]): Writer {
  const writer = new Writer().noTags(); // end of the header
  writer.compactArray(topics, topic => writer.uuid(ANY_ID).compactString(topic).noTags());
  return writer.int8(0).int8(0).int8(0).noTags(); // creates no topic and asks for no rights
}

function decode(payload: Buffer): KnownTopics {
  const reader = new Reader(payload);
  reader.tags(); // end of the header
  reader.int32(); // throttle time
  reader.compactArray(() => {
    reader.int32(); // node id
    reader.compactString(); // host
    reader.int32(); // port
    reader.compactString(); // rack
    reader.tags();
  });
  reader.compactString(); // cluster id
  reader.int32(); // controller id
  const topics = reader.compactArray(() => decodeTopic(reader));
  return new Map(topics.flatMap(({ errorCode, name, topic }) => (errorCode === 0 ? [[name, topic] as const] : [])));
}

function decodeTopic(reader: Reader): {
  readonly errorCode: number;
  readonly name: string;
  readonly topic: KnownTopic;
} {
  const errorCode = reader.int16();
  const name = reader.compactString();
  const id = reader.uuid();
  reader.skip(1); // is internal
  const partitions = reader.compactArray(() => {
    reader.int16(); // error
    reader.skip(3 * 4); // number, leader, leader epoch
    for (const _ of ['replicas', 'in sync', 'offline']) reader.compactArray(() => reader.int32());
    reader.tags();
  });
  reader.int32(); // rights
  reader.tags();
  return { errorCode, name, topic: { id, partitions: partitions.length } };
}
