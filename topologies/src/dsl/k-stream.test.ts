import { topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import { drive } from '../testing/topology-test-driver.ts';
import { int64, utf8 } from './serdes.ts';
import type { KStream } from './streams.ts';

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const texts = (name: string) => topic(name, { key: utf8, value: utf8, ...keep });
const numbers = topic('numbers', { key: utf8, value: int64, ...keep });
const results = topic('results', { key: utf8, value: int64, ...keep });

/** The output for 1 to 5 under the keys a and b, in turn, at 10, 20, ... */
function after(step: (stream: KStream<string, number>) => KStream<string, number>) {
  const driver = drive(builder => step(builder.stream('numbers', numbers)).to('results', results));
  for (let n = 1; n <= 5; n++) driver.pipe(numbers, n % 2 === 1 ? 'a' : 'b', n, { timestampMs: n * 10, headers: [['n', Buffer.of(n)]] }); // biome-ignore format: one line
  return driver.readRecords(results).map(({ key, value, timestampMs, headers }) => `${key}${value}@${timestampMs}/${headers.map(([, bytes]) => bytes[0])}`); // biome-ignore format: one line
}

test('a step changes only what it declares and keeps key, time and headers', () => {
  expect(after(s => s.filter('f', ({ value }) => value > 3))).toEqual(['b4@40/4', 'a5@50/5']);
  expect(after(s => s.mapValues('m', (value, { key }) => value * 10 + key.length)).at(0)).toBe('a11@10/1');
  expect(after(s => s.flatMapValues('f', value => (value > 1 ? [] : [7, 8])))).toEqual(['a7@10/1', 'a8@10/1']);
  expect(after(s => s.selectKey('s', ({ value }) => `${value}-`)).at(1)).toBe('2-2@20/2');
  expect(after(s => s.map('m', r => ({ ...r, key: 'z', value: -r.value, timestampMs: 1 }))).at(0)).toBe('z-1@1/1');
  expect(after(s => s.flatMap('f', r => (r.value === 5 ? [r, r] : [])))).toEqual(['a5@50/5', 'a5@50/5']);
});

test('a record goes to the first branch that accepts it, else to the rest, else nowhere', () => {
  const [small, even, rest] = [texts('small'), texts('even'), texts('rest')];
  const text = (value: number) => `${value}`;
  const graph = (otherwise?: 'rest') =>
    drive(builder => {
      const branches = builder
        .stream('numbers', numbers)
        .branch('by-size', { small: ({ value }) => value < 3, even: ({ value }) => value % 2 === 0 }, otherwise);
      branches.small.mapValues('small-text', text).to('small', small);
      branches.even.mapValues('even-text', text).to('even', even);
      if (otherwise) branches.rest.mapValues('rest-text', text).to('rest', rest);
    });
  const [without, withRest] = [graph(), graph('rest')];
  for (const driver of [without, withRest]) for (let n = 1; n <= 5; n++) driver.pipe(numbers, 'k', n);
  expect(without.read()).toEqual({ small: ['1', '2'], even: ['4'] });
  expect(withRest.read()).toEqual({ small: ['1', '2'], even: ['4'], rest: ['3', '5'] });
});

test("with nulls: 'pass' nulls are ordinary records; otherwise they do not decode", () => {
  const words = texts('words');
  const dead = texts('dead');
  const passing = drive(builder => {
    const stream = builder.stream('words', words, { nulls: 'pass' });
    stream.mapValues('say', (value, { key }) => `${key}=${value}`).to('out', texts('out'));
  });
  const refusing = drive(builder => builder.stream('words', words).to('out', texts('out')), { deadLetters: dead });
  for (const driver of [passing, refusing]) {
    driver.pipe(words, null, 'v');
    driver.pipe(words, 'k', null);
  }
  expect(passing.read()).toEqual({ out: ['null=v', 'k=null'] });
  expect(refusing.read()).toEqual({ dead: ['v', null] });
});

test('a stream of no topic is refused', () => {
  expect(() => drive(builder => builder.stream('none', []))).toThrow('none reads no topic');
});
