export { hours, minutes, seconds } from '@sightline/schemas/duration';
export type { Change } from './change.ts';
export { GlobalKTable } from './global-table.ts';
export { type JoinWindow, joinWindow } from './join-window.ts';
export { int64, json, type Serdes, utf8 } from './serdes.ts';
export type { CogroupedKStream, KGroupedStream, KGroupedTable, KStream, KTable, WindowedAggregate } from './streams.ts';
export { StreamsBuilder } from './streams-builder.ts';
export { type BufferBounds, type SuppressConfig, untilTimeLimit, untilWindowCloses } from './suppress.ts';
export {
  hopping,
  type SessionWindows,
  type SlidingWindows,
  session,
  sliding,
  type TimeWindows,
  tumbling,
  type WindowOptions,
  type WindowTime,
} from './windows.ts';
