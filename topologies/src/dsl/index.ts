export { hours, minutes, seconds } from '@sightline/schemas/duration';
export type { Change } from './change.ts';
export { CogroupedKStream } from './cogrouped-stream.ts';
export { GlobalKTable } from './global-table.ts';
export { type JoinWindow, joinWindow } from './join-window.ts';
export { KGroupedStream } from './k-grouped-stream.ts';
export { KGroupedTable } from './k-grouped-table.ts';
export { KStream } from './k-stream.ts';
export { KTable } from './k-table.ts';
export { int64, json, type Serdes, utf8 } from './serdes.ts';
export { StreamsBuilder } from './streams-builder.ts';
export { type BufferBounds, type SuppressConfig, untilTimeLimit, untilWindowCloses } from './suppress.ts';
export { WindowedAggregate } from './windowed-aggregate.ts';
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
