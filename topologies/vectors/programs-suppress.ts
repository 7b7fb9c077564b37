import { minutes, seconds } from '@sightline/schemas/duration';
import { int64 } from '../src/dsl/serdes.ts';
import type { KGroupedStream } from '../src/dsl/streams.ts';
import type { StreamsBuilder } from '../src/dsl/streams-builder.ts';
import { type SuppressConfig, untilTimeLimit, untilWindowCloses } from '../src/dsl/suppress.ts';
import { hopping, session, sliding, tumbling } from '../src/dsl/windows.ts';
import type { Programs } from './program-type.ts';
import { numbers, outputSessions, outputTexts, outputWindows, prices } from './topics.ts';

const kept = { retentionMs: minutes(10) };
const hoppingGrace = hopping(seconds(10), { advance: seconds(4), grace: seconds(5) });

/** Suppressed updates: until windows close, for a time, or until the buffer is full: SuppressPrograms.java. */
export const suppressPrograms: Programs = {
  'suppress-tumbling': builder =>
    byKey(builder)
      .windowedBy('counts', tumbling(seconds(10), { grace: 0 }))
      .count(kept)
      .updates.suppress('closed', untilWindowCloses())
      .toStream('results')
      .to('output', outputWindows(seconds(10), int64)),

  'suppress-tumbling-grace': builder =>
    byKey(builder)
      .windowedBy('sums', tumbling(seconds(10), { grace: seconds(5) }))
      .reduce((one, other) => one + other, kept)
      .updates.suppress('closed', untilWindowCloses())
      .toStream('results')
      .to('output', outputWindows(seconds(10), int64)),

  'suppress-hopping-grace': builder =>
    byKey(builder)
      .windowedBy('counts', hoppingGrace)
      .count(kept)
      .updates.suppress('closed', untilWindowCloses())
      .toStream('results')
      .to('output', outputWindows(seconds(10), int64)),

  'suppress-sliding-grace': builder =>
    byKey(builder)
      .windowedBy('counts', sliding(seconds(5), { grace: seconds(4) }))
      .count(kept)
      .updates.suppress('closed', untilWindowCloses())
      .toStream('results')
      .to('output', outputWindows(seconds(5), int64)),

  'suppress-session-grace': builder =>
    byKey(builder)
      .windowedBy('counts', session(seconds(5), { grace: seconds(6) }))
      .count(kept)
      .updates.suppress('closed', untilWindowCloses())
      .toStream('results')
      .to('output', outputSessions(int64)),

  'suppress-windows-time-limit': builder =>
    byKey(builder)
      .windowedBy('counts', tumbling(seconds(10), { grace: seconds(5) }))
      .count(kept)
      .updates.suppress('held', untilTimeLimit(seconds(3)))
      .toStream('results')
      .to('output', outputWindows(seconds(10), int64)),

  'suppress-windows-max-records': builder =>
    byKey(builder)
      .windowedBy('counts', hoppingGrace)
      .count(kept)
      .updates.suppress('held', untilTimeLimit(seconds(20), { maxRecords: 2, whenFull: 'emit-early' }))
      .toStream('results')
      .to('output', outputWindows(seconds(10), int64)),

  'suppress-table-time-limit': table(untilTimeLimit(seconds(4))),
  'suppress-table-no-time': table(untilTimeLimit(0)),
  'suppress-table-max-records': table(untilTimeLimit(minutes(1), { maxRecords: 2, whenFull: 'emit-early' })),
};

function byKey(builder: StreamsBuilder): KGroupedStream<string, number> {
  return builder.stream('numbers', numbers).groupByKey();
}

function table(config: SuppressConfig): (builder: StreamsBuilder) => void {
  return builder =>
    builder.table('prices', prices).suppress('held', config).toStream('results').to('output', outputTexts);
}
