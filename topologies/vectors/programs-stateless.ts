import type { Processor, ProcessorContext } from '@sightline/processors/runtime';
import { seconds } from '@sightline/schemas/duration';
import type { Programs } from './program-type.ts';
import { even, left, numbers, outputNumbers, outputTexts, parity, rest, right, small, words } from './topics.ts';

/** Stateless steps: StatelessPrograms.java. */
export const statelessPrograms: Programs = {
  filter: builder =>
    builder
      .stream('numbers', numbers)
      .filter('above-four', ({ value }) => value > 4)
      .to('output', outputNumbers),

  'filter-not': builder =>
    builder
      .stream('numbers', numbers)
      .filter('not-above-four', ({ value }) => !(value > 4))
      .to('output', outputNumbers),

  map: builder =>
    builder
      .stream('numbers', numbers)
      .map('new-key', record => ({ ...record, key: record.key + record.value, value: record.value * 10 }))
      .to('output', outputNumbers),

  'map-values': builder =>
    builder
      .stream('numbers', numbers)
      .mapValues('plus-one', value => value + 1)
      .mapValues('times-key', (value, { key }) => value * key.charCodeAt(0))
      .to('output', outputNumbers),

  'flat-map': builder =>
    builder
      .stream('numbers', numbers)
      .flatMap('up-to-three', record => {
        const { key, value } = record;
        const all = [
          record,
          { ...record, key: `${key}'`, value: value * 10 },
          { ...record, key: `${key}''`, value: value * 100 },
        ];
        return all.slice(0, value % 4);
      })
      .to('output', outputNumbers),

  'flat-map-values': builder =>
    builder
      .stream('numbers', numbers)
      .flatMapValues('and-double', value => (value > 6 ? [] : [value, value * 2]))
      .to('output', outputNumbers),

  'select-key': builder =>
    builder
      .stream('numbers', numbers)
      .selectKey('parity', ({ value }) => parity(value))
      .to('output', outputNumbers),

  merge: builder => {
    const lefts = builder.stream('left', left);
    lefts
      .merge('both', builder.stream('right', right))
      .merge(
        'and-again',
        lefts.mapValues('again', value => `${value} again`),
      )
      .to('output', outputTexts);
  },

  branch: builder => {
    const branches = builder
      .stream('numbers', numbers)
      .branch('size', { small: ({ value }) => value < 4, even: ({ value }) => value % 2 === 0 }, 'rest');
    branches.small.to('small', small);
    branches.even.to('even', even);
    branches.rest.to('rest', rest);
  },

  'stateless-nulls': builder =>
    builder
      .stream('words', words, { nulls: 'pass' })
      .filter('not-b', ({ key }) => key !== 'b')
      .mapValues('say', (value, { key }) => `${key}=${value}`)
      .to('output', outputTexts),

  'punctuate-stream-time': builder =>
    builder
      .stream('numbers', numbers)
      .process('records-since', () => new RecordsSince())
      .to('output', outputNumbers),
};

/** Forwards the number of records every 5 s of stream time. */
class RecordsSince implements Processor<string, number, string, number> {
  #seen = 0;

  init(context: ProcessorContext<string, number>): void {
    context.schedule(seconds(5), 'stream-time', timestampMs => {
      context.forward({ key: 'tick', value: this.#seen, timestampMs });
      this.#seen = 0;
    });
  }

  process(): void {
    this.#seen += 1;
  }
}
