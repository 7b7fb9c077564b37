import { seconds } from '@sightline/schemas/duration';
import { joinWindow } from '../src/dsl/join-window.ts';
import { int64, utf8 } from '../src/dsl/serdes.ts';
import type { KStream } from '../src/dsl/streams.ts';
import { tumbling } from '../src/dsl/windows.ts';
import type { Programs } from './program-type.ts';
import { left, numbers, outputNumbers, outputTexts, outputWindows, parity, prices, right, words } from './topics.ts';

const windows = tumbling(seconds(10), { grace: seconds(5) });

/** Changed keys through repartition topics; tables of streams: RepartitionPrograms.java. */
export const repartitionPrograms: Programs = {
  'select-key-count': builder =>
    builder
      .stream('numbers', numbers)
      .selectKey('by-parity', ({ value }) => parity(value), utf8)
      .groupByKey()
      .count('counts')
      .toStream('updates')
      .to('output', outputNumbers),

  'group-by-tumbling': builder =>
    builder
      .stream('numbers', numbers)
      .groupBy('by-parity', ({ value }) => parity(value), { key: utf8 })
      .windowedBy('sums', windows)
      .reduce((one, other) => one + other)
      .updates.toStream('updates')
      .to('output', outputWindows(seconds(10), int64)),

  repartition: builder =>
    builder
      .stream('words', words)
      .map('swap', record => ({ ...record, key: record.value, value: record.key }), { key: utf8, value: utf8 })
      .repartition('by-word')
      .mapValues('was', key => `was ${key}`)
      .to('output', outputTexts),

  'select-key-join': builder => {
    const near = joinWindow({ before: seconds(5), after: seconds(5), grace: 0 });
    const rights = byLastDigit('right-digit', builder.stream('right', right));
    byLastDigit('left-digit', builder.stream('left', left))
      .join('join', rights, (one, other) => `${one}+${other}`, near, { result: utf8 })
      .selectKey('by-length', ({ value }): string => (value.length % 2 === 0 ? 'a' : 'b'), utf8)
      .leftJoin('price', builder.table('prices', prices), (pair, price) => `${pair}@${price}`)
      .to('output', outputTexts);
  },

  'chained-aggregations': builder =>
    builder
      .stream('numbers', numbers)
      .groupByKey()
      .windowedBy('counts', windows)
      .count()
      .updates.toStream('window-counts')
      .groupBy('by-window', ({ key }) => String(key.startMs), { key: utf8, value: int64 })
      .reduce('highest', (one, other) => Math.max(one, other))
      .toStream('updates')
      .to('output', outputNumbers),

  'to-table': builder =>
    builder.stream('words', words, { nulls: 'pass' }).toTable('latest').toStream('updates').to('output', outputTexts),
};

function byLastDigit(name: string, stream: KStream<string, string>): KStream<string, string> {
  return stream.selectKey(name, ({ value }) => value.slice(-1), utf8);
}
