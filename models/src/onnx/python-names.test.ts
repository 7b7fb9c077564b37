import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPythonNames } from './python-names.ts';

test.each([
  ["{0: 'person', 1: \"dog's\", 2: 'a\\'b'}", ['person', "dog's", "a'b"]],
  ["{0: 'person'}", ['person']],
  ["{0: 'a', 1: 'b',}", ['a', 'b']],
  ["{1: 'b', 0: 'a'}", ['a', 'b']],
  ["{0: 'a', 3: 'd'}", ['a', 'class 1', 'class 2', 'd']],
  ['[\'a\', "b"]', ['a', 'b']],
  ["('a', 'b',)", ['a', 'b']],
  ['{"0": "a", "1": "b\\u00e9"}', ['a', 'bé']],
  ['["a", "b"]', ['a', 'b']],
  [
    "{0: u'caf\\xe9', 1: '\\u0441\\u043a', 2: '\\U0001F355', 3: 'скребок', 4: '🍕'}",
    ['café', 'ск', '🍕', 'скребок', '🍕'],
  ],
  ["{0: 'a\\\\b', 1: 'tab\\there', 2: 'a, b: {c}', 3: ''}", ['a\\b', 'tab\there', 'a, b: {c}', 'class 3']],
  ["\n { 0 : 'a' ,\n 1 : 'b' } ", ['a', 'b']],
  ['{}', []],
])('Python writes %s', (text, names) => {
  expect(readPythonNames(text)).toEqual(names);
});

test.each([
  '',
  'person, dog',
  "{0: 'a'",
  '{0: None}',
  "{'a': 'b'}",
  "{0: 'a' 1: 'b'}",
  "['a' 'b']",
  '{-1: "a"}',
  '{99999: "a"}',
  "['a', ['b']]",
  "['a",
  '[',
  '{',
  "{0: 'a'}}",
])('the text %s is no list of names', text => {
  expect(readPythonNames(text)).toBeUndefined();
});

/** As `repr` quotes: double quotes only for a text with a single quote and no double one. */
function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `${quote}${escaped}${quote}`;
}

test('every list of names that Python can write comes back', () => {
  const names = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(names, all => {
      expect(readPythonNames(`{${all.map((name, at) => `${at}: ${repr(name)}`).join(', ')}}`)).toEqual(all);
      expect(readPythonNames(`[${all.map(repr).join(', ')}]`)).toEqual(all);
    }),
    { seed: 10, numRuns: 200 },
  );
});

test('a text made to be slow ends at once', () => {
  expect(readPythonNames(`['${'a'.repeat(10_000_000)}`)).toBeUndefined();
  expect(readPythonNames(`['${'\\'.repeat(200_001)}`)).toBeUndefined();
  expect(readPythonNames('['.repeat(200_000))).toBeUndefined();
});
