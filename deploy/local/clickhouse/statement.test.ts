import { expect, test } from 'vitest';
import { readStatement } from './statement.ts';
import { splitStatements } from './tokens.ts';

const none = Buffer.alloc(0);

test('data of an insert begins behind the line end after its format', () => {
  const body = Buffer.concat([
    Buffer.from('INSERT INTO t (a, b) FORMAT RowBinary\r\n'),
    Buffer.from([0x0a, 0xff, 0x3b]),
  ]);
  const statement = readStatement('', body);
  expect(statement).toMatchObject({ kind: 'insert', into: 'INSERT INTO t (a, b) ', format: 'RowBinary' });
  expect(statement.kind === 'insert' && [...statement.data]).toEqual([0x0a, 0xff, 0x3b]);
});

test('a query in the URL takes the whole body as its data', () => {
  const statement = readStatement('INSERT INTO t SETTINGS async_insert = 0 FORMAT CSV', Buffer.from('1;2\n'));
  expect(statement).toEqual({
    kind: 'insert',
    into: 'INSERT INTO t ',
    settings: 'SETTINGS async_insert = 0 ',
    format: 'CSV',
    data: Buffer.from('1;2\n'),
  });
});

test('a comment, a column and a text named format are not the format', () => {
  for (const sql of [
    'SELECT format FROM t',
    "SELECT 'FORMAT JSON'",
    'SELECT 1 -- FORMAT JSON',
    'SELECT (SELECT 1 AS format) AS x',
  ])
    expect(readStatement(sql, none), sql).toMatchObject({ kind: 'query', format: undefined });
  expect(readStatement('SELECT 1 FORMAT JSON SETTINGS max_threads = 1;', none)).toMatchObject({ format: 'JSON' });
});

test('insert from a select, and of values, is left to the engine', () => {
  for (const sql of [
    "INSERT INTO t VALUES (1, 'FORMAT x')",
    'INSERT INTO t SELECT 1',
    'INSERT INTO t FORMAT Values (1)',
  ])
    expect(readStatement(sql, none).kind, sql).toBe('query');
});

test('statements that only read are distinguished from those that change something', () => {
  for (const sql of ['SELECT 1', '-- a\nwith 1 AS x SELECT x'])
    expect(readStatement(sql, none), sql).toMatchObject({ reads: true });
  for (const sql of ['INSERT INTO t VALUES (1)', 'OPTIMIZE TABLE t'])
    expect(readStatement(sql, none), sql).toMatchObject({ reads: false });
});

test('a semicolon inside a text is allowed, one between statements is refused', () => {
  expect(readStatement("SELECT ';' ;", none)).toMatchObject({ sql: "SELECT ';' " });
  expect(() => readStatement('SELECT 1; DROP TABLE t', none)).toThrow(/Multi-statements/);
});

test('a script is split at the semicolons between its statements', () => {
  const script = "-- a; b\nCREATE TABLE t (a String COMMENT 'x;y');\n\nSELECT 1; -- end\n";
  expect(splitStatements(script)).toEqual(["CREATE TABLE t (a String COMMENT 'x;y')", 'SELECT 1']);
});
