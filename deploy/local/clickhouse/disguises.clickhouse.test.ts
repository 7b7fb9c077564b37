import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningClickHouse, startClickHouse } from './testing/running-clickhouse.ts';

/**
 * Plants a file that every user may read, and disguises statements that read files in every way that ClickHouse's lexer
 * and parser accept. No analyst gets the file, and no statement writes one. The test also sends the statements as the
 * writer, whose statements are not judged: many must work there, or the disguises would prove nothing.
 */
const SECRET = 'the-planted-secret-5f1d';
const RUNS = 400;

let planted = '';
let secretFile = '';
let clickhouse: RunningClickHouse;

beforeAll(async () => {
  clickhouse = await startClickHouse();
  planted = clickhouse.folder.file('clickhouse', 'planted'); // behind the engine's wall
  secretFile = join(planted, 'secret.csv');
  mkdirSync(planted);
  chmodSync(planted, 0o777);
  writeFileSync(secretFile, `${SECRET}\n`, { mode: 0o644 });
});

afterAll(() => clickhouse.stop());

/** A piece of a statement. A disguise changes case and quotes of words and names, white space of gaps, spelling of paths. */
type Piece =
  | { readonly kind: 'word' | 'name' | 'text'; readonly text: string }
  | { readonly kind: 'gap' | 'path' | 'sign'; readonly text: string };

const FILE: Piece = { kind: 'name', text: 'file' };
const PATH: Piece = { kind: 'path', text: '' };

/** Splits a template such as `SELECT <file>( <path> )`: capitals are words, angle brackets names, the rest signs. */
function pieces(template: string): readonly Piece[] {
  return [...template.matchAll(/<path>|<(\w+)>|([A-Z]+)|(\s+)|('[^']*')|([^<\sA-Z']+)/g)].map(
    ([all, name, word, gap, text]): Piece => {
      if (all === '<path>') return PATH;
      if (name === 'file') return FILE;
      if (name !== undefined) return { kind: 'name', text: name };
      if (word !== undefined) return { kind: 'word', text: word };
      if (gap !== undefined) return { kind: 'gap', text: gap };
      return { kind: text === undefined ? 'sign' : 'text', text: all };
    },
  );
}

const ATTACKS = [
  'SELECT <file>( <path> )',
  'SELECT arrayMap( <file> , [ <path> ] )',
  'SELECT arrayMap( x -> <file>( x ) , [ <path> ] )',
  'SELECT arrayFilter( <file> , [ <path> ] )',
  'SELECT * APPLY( <file> ) FROM ( SELECT <path> )',
  'SELECT * APPLY <file> FROM ( SELECT <path> )',
  'SELECT * APPLY( x -> <file>( x ) ) FROM ( SELECT <path> )',
  "SELECT COLUMNS( '.*' ) APPLY <file> FROM ( SELECT <path> )",
  'SELECT * REPLACE( <file>( a ) AS a ) FROM ( SELECT <path> AS a )',
  'WITH <file> AS f SELECT arrayMap( f , [ <path> ] )',
  'WITH ( x -> <file>( x ) ) AS f SELECT f( <path> )',
  'WITH <file>( <path> ) AS x SELECT x',
  'WITH t AS ( SELECT <file>( <path> ) AS x ) SELECT x FROM t',
  'SELECT 1 UNION ALL SELECT length( <file>( <path> ) ) + 1',
  'SELECT 1 WHERE <file>( <path> ) LIKE 0 OR throwIf( 1 , <file>( <path> ) )',
  'SELECT CAST( <file>( <path> ) AS UUID )',
  'SELECT toDateTime( <file>( <path> ) )',
  "SELECT * FROM <file>( <path> , 'LineAsString' )",
  'SELECT * FROM view( SELECT <file>( <path> ) )',
  'SELECT 1 IN ( SELECT <file>( <path> ) )',
  "DESCRIBE <file>( <path> , 'CSV' )",
  'EXPLAIN SYNTAX SELECT <file>( <path> )',
  'EXPLAIN QUERY TREE SELECT <file>( <path> )',
  'SELECT * FROM <path>',
  "SELECT * FROM url( <path> , 'LineAsString' )",
  "SELECT * FROM executable( <path> , 'CSV' , 'a String' )",
  "SELECT * FROM fileCluster( 'default' , <path> )",
  'SELECT <catboostEvaluate>( <path> , 1 )',
  'SELECT * FROM format( CSV , <file>( <path> ) )',
  "SELECT * FROM <merge>( 'default' , <path> )",
  'SELECT 1 INTO OUTFILE <path>',
  'SELECT 1 INTO OUTFILE <path> TRUNCATE FORMAT CSV',
  'SELECT 1 INTO OUTFILE <path> AND STDOUT',
].map(pieces);

/** Texts that ClickHouse's lexer reads as white space. */
const GAPS = [
  ' ',
  '\t',
  '\n',
  '\v',
  '\f',
  '\r\n',
  '/**/',
  '/* FROM */',
  '-- x\n',
  '# x\n',
  '#!x\n',
  '\u00a0',
  '\u1680',
  '\u180e',
  '\u2003',
  '\u200b',
  '\u200c',
  '\u200d',
  '\u2028',
  '\u202f',
  '\u205f',
  '\u2060',
  '\u3000',
  '\ufeff',
];

const gap = fc.array(fc.constantFrom(...GAPS), { minLength: 1, maxLength: 3 }).map(parts => parts.join(''));
const thin = fc.oneof({ weight: 6, arbitrary: fc.constant('') }, { weight: 1, arbitrary: gap });

const anyCase = (word: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
    .map(ups => [...word].map((letter, at) => (ups[at] ? letter.toUpperCase() : letter.toLowerCase())).join(''));

const hex = (letter: string): string => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`;
const escaped = (word: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
    .map(hidden => [...word].map((letter, at) => (hidden[at] ? hex(letter) : letter)).join(''));

const nameOf = (word: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(word) },
    fc.constantFrom(`\`${word}\``, `"${word}"`),
    escaped(word).map(text => `\`${text}\``),
    escaped(word).map(text => `"${text}"`),
    anyCase(word),
    fc.constant('{name:Identifier}'),
  );

const pathOf = (path: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(`'${path}'`) },
    fc.constantFrom(`\`${path}\``, `default.\`${path}\``, `$a$${path}$a$`, `$$${path}$$`),
    escaped(path).map(text => `'${text}'`),
    fc.constantFrom(
      `concat('${path.slice(0, 5)}', '${path.slice(5)}')`,
      `unhex('${Buffer.from(path).toString('hex')}')`,
      `reverse('${[...path].toReversed().join('')}')`,
      `base64Decode('${Buffer.from(path).toString('base64')}')`,
      `materialize('${path}')`,
      '{path:String}',
      '{path:Identifier}',
    ),
  );

function written(piece: Piece): fc.Arbitrary<string> {
  if (piece.kind === 'gap') return gap;
  if (piece.kind === 'word') return anyCase(piece.text);
  if (piece.kind === 'name') return nameOf(piece.text);
  if (piece.kind === 'path') return pathOf(secretFile);
  return fc.constant(piece.text);
}

const attack: fc.Arbitrary<string> = fc
  .constantFrom(...ATTACKS)
  .chain(template => fc.tuple(thin, ...template.flatMap(piece => [written(piece), thin])).map(parts => parts.join('')));

/** Literals before the attack. A judge that reads bytes which are no UTF-8 as text looks at wrong places behind them. */
const shift: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('\\xff', '\\xc3', '\\xf0\\x9f', 'é', '🍕', '\\0'),
    fc.nat(12),
    fc.constantFrom('', 'sqrt', 'sum', 'x'),
  )
  .chain(([byte, count, name]) => fc.nat(6).map(pad => `'${byte.repeat(count)}', '${name}${' '.repeat(pad)}', `));

const shifted: fc.Arbitrary<string> = fc
  .tuple(attack, fc.option(shift))
  .map(([sql, literals]) => (literals === null ? sql : sql.replace(/select/i, word => `${word} ${literals}`)));

async function send(user: 'analyst' | 'writer', sql: string): Promise<{ status: number; text: string }> {
  const answer = await clickhouse.post(user, '', { body: sql, url: { param_path: secretFile, param_name: 'file' } });
  return { status: answer.status, text: await answer.text() };
}

test('no disguise gives an analyst the file, but as the writer the same statements read it', {
  timeout: 300_000,
}, async () => {
  let real = 0;
  await fc.assert(
    fc.asyncProperty(shifted, async sql => {
      const before = readdirSync(planted);
      const { status, text } = await send('analyst', sql);
      expect(text, sql).not.toContain(SECRET);
      expect(status, `${sql}\n${text}`).toBeGreaterThanOrEqual(400);
      expect(readdirSync(planted)).toEqual(before);
      if (!/outfile/i.test(sql) && (await send('writer', sql)).text.includes(SECRET)) real += 1;
    }),
    { numRuns: RUNS },
  );
  expect(real).toBeGreaterThan(RUNS / 20);
});

test('the examples that once worked are refused', async () => {
  for (const sql of [
    `SELECT arrayMap(file, ['${secretFile}'])`,
    `SELECT file\u200b('${secretFile}')`,
    `SELECT 1 INTO\u200bOUTFILE '${planted}/out'`,
    `SELECT file/* */('${secretFile}')`,
    `SELECT * FROM '${secretFile}'`,
    `SELECT * FROM default.\`${secretFile}\``,
    `SELECT '${'\\xff'.repeat(6)}', 'sqrt ', file('${secretFile}')`,
    `SELECT '${'\\xff'.repeat(6)}' AS x INTO OUTFILE '${planted}/out'`,
    "SELECT '\\xff' x, * FROM system.errors",
  ]) {
    const { status, text } = await send('analyst', sql);
    expect(text, sql).not.toContain(SECRET);
    expect(status, sql).toBeGreaterThanOrEqual(400);
  }
  expect(readdirSync(planted)).toEqual(['secret.csv']);
});
