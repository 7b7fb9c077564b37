import { minutes, seconds } from '@sightline/schemas/duration';
import { int64, utf8 } from '../src/dsl/serdes.ts';
import type { CogroupedKStream, KGroupedStream } from '../src/dsl/streams.ts';
import type { StreamsBuilder } from '../src/dsl/streams-builder.ts';
import { session, sliding, tumbling } from '../src/dsl/windows.ts';
import type { Programs } from './program-type.ts';
import { left, numbers, outputNumbers, outputSessions, outputTexts, outputWindows, right, words } from './topics.ts';

/** Aggregations without windows, null keys and values in every kind of aggregation: GroupedPrograms.java. */
export const groupedPrograms: Programs = {
  'grouped-count': builder => byKey(builder).count('values').toStream('updates').to('output', outputNumbers),

  'grouped-reduce': builder =>
    byKey(builder)
      .reduce('values', (one, other) => one + other)
      .toStream('updates')
      .to('output', outputNumbers),

  'grouped-aggregate': builder =>
    byKey(builder)
      .aggregate(
        'values',
        () => '',
        (values, value) => values + value,
        { value: utf8 },
      )
      .toStream('updates')
      .to('output', outputTexts),

  'grouped-aggregate-tombstone': builder =>
    byKey(builder)
      .aggregate(
        'values',
        () => '',
        (values, value) => (value === 9 ? null : values + value),
        { value: utf8 },
      )
      .toStream('updates')
      .to('output', outputTexts),

  'grouped-count-nulls': builder => withNulls(builder).count('values').toStream('updates').to('output', outputNumbers),

  'tumbling-count-nulls': builder =>
    withNulls(builder)
      .windowedBy('windows', tumbling(seconds(10), { grace: seconds(5) }))
      .count()
      .updates.toStream('updates')
      .to('output', outputWindows(seconds(10), int64)),

  'sliding-count-nulls': builder =>
    withNulls(builder)
      .windowedBy('windows', sliding(seconds(5), { grace: 0 }))
      .count()
      .updates.toStream('updates')
      .to('output', outputWindows(seconds(5), int64)),

  'session-count-nulls': builder =>
    withNulls(builder)
      .windowedBy('sessions', session(seconds(5), { grace: 0 }))
      .count({ retentionMs: minutes(10) })
      .updates.toStream('updates')
      .to('output', outputSessions(int64)),

  cogroup: builder =>
    both(builder)
      .aggregate('values', () => '', { value: utf8 })
      .toStream('updates')
      .to('output', outputTexts),

  'cogroup-tumbling': builder =>
    both(builder)
      .windowedBy('windows', tumbling(seconds(10), { grace: seconds(5) }))
      .aggregate(() => '', { value: utf8 })
      .toStream('updates')
      .to('output', outputWindows(seconds(10), utf8)),

  'cogroup-session': builder =>
    both(builder)
      .windowedBy('sessions', session(seconds(5), { grace: 0 }))
      .aggregate(
        () => '',
        (one, other) => `${one}|${other}`,
        { value: utf8, retentionMs: minutes(10) },
      )
      .toStream('updates')
      .to('output', outputSessions(utf8)),
};

function both(builder: StreamsBuilder): CogroupedKStream<string, string> {
  const rights = builder.stream('right', right).groupByKey();
  return builder
    .stream('left', left)
    .groupByKey()
    .cogroup<string>((values, value) => values + value)
    .cogroup(rights, (values, value) => values + value.toUpperCase());
}

function byKey(builder: StreamsBuilder): KGroupedStream<string, number> {
  return builder.stream('numbers', numbers).groupByKey();
}

function withNulls(builder: StreamsBuilder): KGroupedStream<string, string> {
  return builder.stream('words', words, { nulls: 'pass' }).groupByKey();
}
