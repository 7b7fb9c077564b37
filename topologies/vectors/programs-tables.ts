import { int64, utf8 } from '../src/dsl/serdes.ts';
import type { KGroupedTable, KTable } from '../src/dsl/streams.ts';
import type { StreamsBuilder } from '../src/dsl/streams-builder.ts';
import type { Programs } from './program-type.ts';
import { numbers, outputNumbers, outputTexts, parity } from './topics.ts';

/** A table of numbers, filtered, mapped and regrouped: TablePrograms.java. */
export const tablePrograms: Programs = {
  'table-to-stream': builder => told(table(builder)),
  'table-filter': builder => told(table(builder).filter('kept', value => value > 4)),
  'table-filter-store': builder => told(table(builder).filter('keep', value => value > 4, { store: 'kept' })),
  'table-filter-not': builder => told(table(builder).filterNot('kept', value => value > 4)),
  'table-map-values': builder => told(table(builder).mapValues('mapped', value => value * 100)),
  'table-map-values-store': builder => {
    const mapped = { value: int64, store: 'mapped' };
    told(table(builder).mapValues('map', (value, key) => value * 100 + key.length, mapped));
  },
  'table-group-by-count': builder => told(byParity(builder).count('groups')),
  'table-group-by-reduce': builder =>
    told(
      byParity(builder).reduce(
        'groups',
        (sum, value) => sum + value,
        (sum, value) => sum - value,
      ),
    ),
  'table-group-by-aggregate': builder =>
    byParity(builder)
      .aggregate(
        'groups',
        () => '',
        (text, value) => `${text}+${value}`,
        (text, value) => `${text}-${value}`,
        { value: utf8 },
      )
      .toStream('updates')
      .to('output', outputTexts),
};

function table(builder: StreamsBuilder): KTable<string, number> {
  return builder.table('numbers', numbers);
}

function byParity(builder: StreamsBuilder): KGroupedTable<string, number> {
  return table(builder).groupBy('by-parity', (_, value) => [parity(value), value], { key: utf8, value: int64 });
}

function told(table: KTable<string, number>): void {
  table.toStream('updates').to('output', outputNumbers);
}
