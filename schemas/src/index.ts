export {
  avroSerde,
  FINGERPRINT_HEADER,
  RegistryUnavailableError,
  rawBytes,
  UndecodableError,
  utf8,
} from './avro-serde.ts';
export { BoundError } from './bounded-type.ts';
export { type FoundBox, foundIn } from './found-in.ts';
export type * from './generated/records.ts';
export { derivedId, type FrameIdentity } from './ids.ts';
export { readVideoHeader, type VideoHeader, videoChannel, videoWatchKey } from './live-video.ts';
export { EARLIEST_MS, isTime, LATEST_MS, MAX_PX } from './number-type.ts';
export { MAX_AHEAD_MS } from './record-check.ts';
export { type SchemaRegistry, schemaRegistry, useSchemaRegistry } from './schema-registry.ts';
export { showsNothing, UNPRINTABLE } from './shown-text.ts';
export { isId } from './text-type.ts';
export {
  type AnyTopic,
  type Cleanup,
  maxMessageBytes,
  type RecordFacts,
  type Serde,
  type SerdeHeaders,
  type Topic,
  type TopicOptions,
} from './topic.ts';
export * as topics from './topics.ts';
export {
  headedMessage,
  readWebcamMessage,
  splitMessage,
  WEBCAM_URL,
  type WebcamPicture,
  webcamChannel,
  webcamMessage,
} from './webcam.ts';
