import { minutes, seconds } from '@sightline/schemas/duration';
import { joinWindow } from '../src/dsl/join-window.ts';
import { int64, utf8 } from '../src/dsl/serdes.ts';
import { untilWindowCloses } from '../src/dsl/suppress.ts';
import { tumbling } from '../src/dsl/windows.ts';
import type { Programs } from './program-type.ts';
import {
  counts,
  left,
  numbers,
  outputNumbers,
  outputTexts,
  outputWindows,
  parity,
  prices,
  right,
  sums,
  words,
} from './topics.ts';

const windows = tumbling(seconds(10), { grace: seconds(5) });
const near = joinWindow({ before: seconds(3), after: seconds(3), grace: seconds(2) });

/**
 * Records passed from one operator to the next: old values, times, tombstones, order within a record:
 * CombinedPrograms.java.
 */
export const combinedPrograms: Programs = {
  'stream-join-self': builder => {
    const all = builder.stream('words', words);
    all.join('join', all, (one, other) => `${one}+${other}`, near).to('output', outputTexts);
  },

  'table-steps-join': builder => {
    const lefts = builder
      .table('left', left)
      .filter('low', value => lastDigit(value) < 6)
      .mapValues('shout', value => value.toUpperCase());
    const rights = builder
      .table('right', right)
      .mapValues('twice', value => value + value)
      .filterNot('high', value => lastDigit(value) > 7);
    lefts
      .leftJoin('join', rights, (one, other) => `${one}+${other}`)
      .toStream('updates')
      .to('output', outputTexts);
  },

  'aggregates-join': builder => {
    const byKey = builder.stream('numbers', numbers).groupByKey();
    const totals = byKey.count('counts');
    totals
      .outerJoin('join', byKey.reduce('sums', add), (count, sum) => `${count}:${sum}`)
      .toStream('updates')
      .to('output', outputTexts);
  },

  'stream-joins-own-count': builder => {
    const all = builder.stream('numbers', numbers);
    all
      .leftJoin('own-count', all.groupByKey().count('counts'), (number, count) => `${number}#${count}`)
      .to('output', outputTexts);
  },

  'join-then-window': builder =>
    builder
      .stream('left', left)
      .leftJoin('join', builder.stream('right', right), (one, other) => `${one}+${other}`, near, { result: utf8 })
      .groupByKey()
      .windowedBy('counts', windows)
      .count()
      .updates.toStream('updates')
      .to('output', outputWindows(seconds(10), int64)),

  'filter-then-suppress': builder =>
    builder
      .stream('numbers', numbers)
      .groupByKey()
      .windowedBy('counts', windows)
      .count({ retentionMs: minutes(10) })
      .updates.filter('odd', count => count % 2 === 1)
      .suppress('closed', untilWindowCloses())
      .toStream('results')
      .to('output', outputWindows(seconds(10), int64)),

  'table-join-then-group': builder =>
    builder
      .table('left', left)
      .outerJoin('join', builder.table('right', right), (one, other) => `${one}+${other}`)
      .groupBy('by-length', (_, pair) => [`length ${pair.length}`, pair], { key: utf8, value: utf8 })
      .count('groups')
      .toStream('updates')
      .to('output', outputNumbers),

  'windowed-tables-join': builder => {
    const byKey = builder.stream('numbers', numbers).groupByKey();
    const totals = byKey.windowedBy('counts', windows).count().updates;
    totals
      .leftJoin('join', byKey.windowedBy('sums', windows).reduce(add).updates, (count, sum) => `${count}:${sum}`)
      .toStream('updates')
      .to('output', outputWindows(seconds(10), utf8));
  },

  'merge-then-count': builder => {
    const all = builder.stream('numbers', numbers);
    all
      .merge(
        'both',
        all.selectKey('by-parity', ({ value }) => parity(value), utf8),
      )
      .groupByKey()
      .count('counts')
      .toStream('updates')
      .to('output', outputNumbers);
  },

  'rekeyed-twice-used': builder => {
    const parities = builder
      .stream('numbers', numbers)
      .selectKey('by-parity', ({ value }) => parity(value), utf8)
      .groupByKey();
    parities.count('counted').toStream('counts-updates').to('counts', counts);
    parities.reduce('summed', add).toStream('sums-updates').to('sums', sums);
  },

  'table-rekeyed': builder =>
    builder
      .table('prices', prices)
      .toStream('changes')
      .selectKey('by-half', ({ key }): string => (key === 'a' ? 'x' : 'y'), utf8)
      .toTable('rekeyed')
      .toStream('updates')
      .to('output', outputTexts),
};

function add(one: number, other: number): number {
  return one + other;
}

function lastDigit(value: string): number {
  return value.charCodeAt(value.length - 1) - '0'.charCodeAt(0);
}
