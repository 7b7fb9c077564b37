export { systemClock } from './clock.ts';
export { describe } from './describe.ts';
export {
  DecodeError,
  ProcessingError,
  STREAMS_ERROR_CODES,
  StreamsError,
  type StreamsErrorCode,
  TopologyError,
} from './errors.ts';
export type { LaneSnapshot, LaneState } from './lane.ts';
export type { LostRecords } from './lane-opening.ts';
export type {
  Cancellable,
  GlobalProcessor,
  Outcome,
  Processor,
  ProcessorContext,
  ProcessorSupplier,
  PunctuationType,
} from './processor.ts';
export type { RecordCache } from './record-cache.ts';
export type { AnyStoreBuilder } from './store/any-store-builder.ts';
export {
  type KeyValueStore,
  type KeyValueStoreBuilder,
  keyValueStore,
  type ReadOnlyKeyValueStore,
} from './store/key-value-store.ts';
export { type SessionStore, type SessionStoreBuilder, sessionStore } from './store/session-store.ts';
export type { StateStore, StoreOptions } from './store/state-store.ts';
export { type WindowStore, type WindowStoreBuilder, windowStore } from './store/window-store.ts';
export { sessionWindowed, timestamped, timeWindowed, type ValueAndTimestamp, type Windowed } from './store/windowed.ts';
export type { QueryOptions, QueryResult } from './store-query.ts';
export type { ForwardedRecord, RecordHeaders, RecordMetadata, StreamRecord } from './stream-record.ts';
export type { ErrorAnswer, ErrorHandler } from './stream-task.ts';
export type { AppHealth, AppState } from './streams-app.ts';
export { StreamsApp } from './streams-app.ts';
export type { StreamsOptions, StreamsSettings } from './streams-options.ts';
export { changelogTopics, topicCounts } from './topics.ts';
export { Topology } from './topology.ts';
export type { SinkPartition, SourceOptions, TimestampExtractor, WhenIdle } from './topology-node.ts';
export { readShape } from './topology-record.ts';
export { compareShapes, type ShapeChange, shapeOf, type TopologyShape } from './topology-shape.ts';
