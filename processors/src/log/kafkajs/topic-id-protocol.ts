import type { Protocol } from './cluster.ts';
import { Reader, Writer } from './wire.ts';

/** Metadata version 10 (KIP-516): the ids of the topics that the broker knows. */
export function topicIdsProtocol(topics: readonly string[]): Protocol<ReadonlyMap<string, string>> {
  return {
    request: { apiKey: 3, apiVersion: 10, apiName: 'Metadata', encode: async () => encode(topics).asRequest() },
    response: { decode: async payload => decode(payload), parse: async (ids: ReadonlyMap<string, string>) => ids },
  };
}

const ANY_ID = '0'.repeat(32);

function encode(topics: readonly string[]): Writer {
  const writer = new Writer().noTags(); // end of the header
  writer.compactArray(topics, topic => writer.uuid(ANY_ID).compactString(topic).noTags());
  return writer.int8(0).int8(0).int8(0).noTags(); // creates no topic and asks for no rights
}

function decode(payload: Buffer): ReadonlyMap<string, string> {
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
  return new Map(topics.flatMap(({ errorCode, name, id }) => (errorCode === 0 ? [[name, id] as const] : [])));
}

function decodeTopic(reader: Reader): { readonly errorCode: number; readonly name: string; readonly id: string } {
  const errorCode = reader.int16();
  const name = reader.compactString();
  const id = reader.uuid();
  reader.skip(1); // is internal
  reader.compactArray(() => {
    reader.int16(); // error
    reader.skip(3 * 4); // number, leader, leader epoch
    for (const _ of ['replicas', 'in sync', 'offline']) reader.compactArray(() => reader.int32());
    reader.tags();
  });
  reader.int32(); // rights
  reader.tags();
  return { errorCode, name, id };
}
