import { LogError } from '../errors.ts';
import type { Protocol } from './cluster.ts';
import { Reader, Writer } from './wire.ts';

/** Settings by topic. */
export type TopicSettings = ReadonlyMap<string, Readonly<Record<string, string>>>;

const TOPIC = 2;
const SET = 0;

/** IncrementalAlterConfigs version 1 (KIP-339): sets the given settings and leaves all others. Throws LOG_REFUSED. */
export function configureProtocol(settings: TopicSettings): Protocol<void> {
  return {
    request: {
      apiKey: 44,
      apiVersion: 1,
      apiName: 'IncrementalAlterConfigs',
      encode: async () => encode(settings).asRequest(),
    },
    response: {
      decode: async payload => decode(payload),
      parse: async (refused: readonly string[]) => refuse(refused),
    },
  };
}

function encode(settings: TopicSettings): Writer {
  const writer = new Writer().noTags(); // end of the header
  writer.compactArray([...settings], ([topic, config]) => {
    writer
      .int8(TOPIC)
      .compactString(topic)
      .compactArray(Object.entries(config), ([name, value]) => {
        writer.compactString(name).int8(SET).compactString(value).noTags();
      })
      .noTags();
  });
  return writer.int8(0).noTags(); // not only a check
}

/** The refused changes, in words. */
function decode(payload: Buffer): readonly string[] {
  const reader = new Reader(payload);
  reader.tags(); // end of the header
  reader.int32(); // throttle time
  const answers = reader.compactArray(() => {
    const errorCode = reader.int16();
    const message = reader.compactString();
    reader.skip(1); // kind
    const topic = reader.compactString();
    reader.tags();
    return errorCode === 0 ? [] : [`${topic}: ${message === '' ? `error ${errorCode}` : message}`];
  });
  return answers.flat();
}

function refuse(refused: readonly string[]): void {
  if (refused.length > 0) throw new LogError('LOG_REFUSED', `cannot change settings of topics: ${refused.join('; ')}`);
}
