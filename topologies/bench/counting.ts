import { timeWindowed } from '@sightline/processors/runtime';
import { seconds } from '@sightline/schemas/duration';
import { type AnyTopic, topic } from '@sightline/schemas/topic';
import { int64, type StreamsBuilder, utf8 } from '../src/dsl/index.ts';
import { tumbling } from '../src/dsl/windows.ts';

/**
 * The graphs that benches run on this engine and on Kafka Streams (`topologies/vectors/java/peer/CountingPeer.java`).
 */
const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
export const input = topic('bench-in', { key: utf8, value: utf8, ...kept });
const texts = topic('bench-out', { key: utf8, value: utf8, ...kept });
const totals = topic('bench-out', { key: utf8, value: int64, ...kept });
const windows = topic('bench-out', { key: timeWindowed(utf8, seconds(10)), value: int64, ...kept });

/** Each builds its graph and returns its output topic. */
export const countingGraphs = {
  tumbling(builder: StreamsBuilder): AnyTopic {
    const grouped = builder.stream('in', input).groupByKey();
    const counts = grouped.windowedBy('counts', tumbling(seconds(10), { grace: seconds(5) })).count();
    counts.updates.toStream('to-stream').to('out', windows);
    return windows;
  },
  total(builder: StreamsBuilder): AnyTopic {
    builder.stream('in', input).groupByKey().count('counts').toStream('to-stream').to('out', totals);
    return totals;
  },
  none(builder: StreamsBuilder): AnyTopic {
    builder.stream('in', input).filter('keep', ({ key }) => key.length > 0).to('out', texts); // biome-ignore format: one graph
    return texts;
  },
  'two-steps'(builder: StreamsBuilder): AnyTopic {
    const moved = builder.stream('in', input).selectKey('by-end', ({ key }) => key.slice(-1), utf8);
    moved.repartition('between').to('out', texts);
    return texts;
  },
};
export type Aggregation = keyof typeof countingGraphs;
