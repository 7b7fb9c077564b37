import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { FUNCTIONS_REFUSED, NEEDLE_BYTES, NEEDLES } from './analyst.ts';
import { Engine } from './engine.ts';
import { Judge } from './judge.ts';
import { PASSWORDS, type RunningClickHouse, startClickHouse } from './testing/running-clickhouse.ts';
import { hashPassword } from './users.ts';

let clickhouse: RunningClickHouse;

beforeAll(async () => {
  clickhouse = await startClickHouse();
  await migrate({ url: clickhouse.url, user: 'writer', password: PASSWORDS.writer, database: 'sightline' });
});

afterAll(() => clickhouse.stop());

interface Reply {
  readonly status: number;
  readonly text: string;
}

async function ask(query: string, url: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const answer = await clickhouse.post('analyst', query, { url });
  return { status: answer.status, text: await answer.text() };
}

const ALLOWED: readonly string[] = [
  "SELECT position('b' IN 'abc'), POSITION('abc', 'b'), locate('b', 'abc'), position('abc', 'b', 1), countSubstrings('aba', 'a')",
  "SELECT replace('a,b', ',', upper('x')), replaceOne(lower('A(,)'), '(', ''), replaceAll(concat('a', 'b'), 'b', 'c')",
  'SELECT version(), timezone()',
  'SELECT currentUser(), currentDatabase()',
  "SELECT name, value, readonly FROM system.settings WHERE name IN ('readonly', 'max_threads')",
  'SELECT name, engine, total_rows FROM system.tables WHERE database = currentDatabase()',
  "SELECT name, type, comment FROM system.columns WHERE database = 'sightline' AND table = 'v_violations'",
  'SELECT * FROM INFORMATION_SCHEMA.COLUMNS LIMIT 1',
  'SHOW TABLES',
  "SHOW TABLES FROM sightline LIKE 'v_%'",
  'SHOW DATABASES',
  "SHOW SETTINGS LIKE '%'",
  "SHOW SETTINGS ILIKE 'MAX_THREADS'",
  'SHOW COLUMNS FROM violations',
  'SHOW INDEXES FROM violations',
  "SHOW FUNCTIONS LIKE 'sum%'",
  'SHOW CREATE VIEW v_violations',
  'SHOW CREATE DATABASE sightline',
  'SHOW CREATE TABLE violations',
  'DESCRIBE v_violations',
  'DESC TABLE (SELECT 1)',
  'EXISTS TABLE violations',
  'EXPLAIN SELECT count() FROM violations',
  'EXPLAIN PLAN indexes = 1 SELECT count() FROM violations',
  'EXPLAIN AST SELECT 1',
  'SELECT * FROM v_violations LIMIT 10',
  `SELECT toStartOfInterval(started_at, INTERVAL 60 second) AS time, violation_type AS metric, count() AS value
     FROM v_violations WHERE started_at >= toDateTime(1) AND started_at <= now() GROUP BY time, metric ORDER BY time`,
  `WITH t AS (SELECT number AS n FROM numbers(10)), (SELECT max(n) FROM t) AS top
     SELECT n, top, sum(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t
     WHERE n IN (SELECT n FROM t) AND n BETWEEN 1 AND 5 ORDER BY n WITH FILL LIMIT 2 OFFSET 1`,
  'SELECT CASE number WHEN 1 THEN 2 ELSE 3 END, CASE WHEN number > 1 THEN 1 END, number::Decimal(10, 2) FROM numbers(3)',
  'SELECT arrayMap(x -> x + 1, [1, 2]), arrayFilter(isNotNull, [1, NULL]), sumIf(number, number > 1), countDistinct(1) FROM numbers(3)',
  "SELECT * APPLY(sum), COLUMNS('number') APPLY(x -> max(x)), 1 FROM numbers(3)",
  'SELECT quantiles(0.5, 0.9)(number), uniqExactState(number), groupArray(3)(number), any(number) RESPECT NULLS FROM numbers(3)',
  'SELECT 1 AS a UNION ALL SELECT 2 UNION DISTINCT (SELECT 3)',
  '(SELECT 1) EXCEPT (SELECT 2)',
  'SELECT a.n, b.n FROM (SELECT 1 AS n) AS a ANY LEFT JOIN (SELECT 1 AS n) AS b USING (n)',
  'SELECT number % 2 AS k, count() FROM numbers(4) GROUP BY GROUPING SETS ((k), ()) HAVING count() > 0',
  "SELECT extract(year FROM toDate('2026-01-01')), trim(BOTH 'a' FROM 'aba'), DATE '2026-01-01', INTERVAL 1 DAY",
  "SELECT JSONExtractString('{\"a\": \"b\"}', 'a'), $x$it's$x$, if(exists((SELECT 1)), 1, 0)",
  'FROM numbers(3) SELECT number LIMIT 1',
  'SELECT number, x FROM numbers(3) ARRAY JOIN [1, 2] AS x',
  '-- a comment\nSELECT /* another */ 1 -- and one more',
  'SELECT 1;',
  'SELECT sha256, file FROM evidence WHERE file > 0 GROUP BY sha256, file ORDER BY file',
  'SELECT toString(e.file), (SELECT file FROM evidence LIMIT 1) FROM evidence AS e',
];

const REFUSED: readonly string[] = [
  "INSERT INTO violations VALUES (1, 'x')",
  'WITH 1 AS x INSERT INTO violations SELECT x',
  'DROP TABLE violations',
  'CREATE TABLE t (a Int8) ENGINE = Memory',
  'CREATE FUNCTION f AS x -> x',
  'ALTER TABLE violations DELETE WHERE 1',
  'SET readonly = 0',
  'USE system',
  'SYSTEM SHUTDOWN',
  'EXECUTE AS default SELECT 1',
  'SELECT 1 PARALLEL WITH SELECT 2',
  'CHECK TABLE violations',
  'KILL MUTATION WHERE 1',
  'KILL QUERY WHERE 1',
  "KILL QUERY WHERE query_id = 'x' OR 1",
  'SELECT 1 SETTINGS max_execution_time = 0',
  'SHOW TABLES SETTINGS max_execution_time = 0',
  "SHOW CHANGED SETTINGS LIKE '%'",
  'SELECT * FROM (SELECT 1 SETTINGS max_execution_time = 0)',
  'SELECT 1 FORMAT Template',
  'SELECT 1 FORMAT CapnProto',
  "SELECT 1 INTO OUTFILE '/tmp/x'",
  'SELECT * FROM system.query_log',
  'SELECT * FROM system.server_settings',
  'SELECT 1 IN system.users',
  'SELECT * FROM `system` . `stack_trace`',
  'SHOW PROCESSLIST',
  'SHOW GRANTS',
  'SHOW CREATE USER default',
  "SELECT * FROM merge('system', 'query_log')",
  "SELECT * FROM remote('127.0.0.1', 'system.users')",
  "SELECT * FROM executable('id', 'CSV', 'a String')",
  "SELECT * FROM eval('SELECT 1')",
  "SELECT dictGet('d', 'a', 1), joinGet('t', 'a', 1)",
  "SELECT catboostEvaluate('/tmp/x', 1)",
  'SELECT sleep(3)',
  'SELECT hostName(), filesystemAvailable()',
  "SELECT aiGenerate('x')",
  "SELECT editDistance('a', 'b'), levenshteinDistance('a', 'b')",
  "SELECT levenshteinDistanceUTF8('a', 'b')",
  "SELECT damerauLevenshteinDistance('a', 'b')",
  'SELECT arraySimilarity([1], [2], [1.], [1.])',
  // searches for a long text, which take quadratic time
  ...[...NEEDLES].flatMap(([name, argument]) => {
    const call = (needle: string): string =>
      `SELECT ${name}(${argument === 0 ? `${needle}, 'abc'` : `'abc', ${needle}, 'x'`})`;
    return ["repeat('a', 9)", `'${'a'.repeat(NEEDLE_BYTES + 1)}'`, "'a' || 'b'", 'name', "['a', 'b'][1]"].map(call);
  }),
  "SELECT replace('abc', lower('B'), 'x')",
  "SELECT position(materialize('abc') IN 'abcabc')",
  "SELECT arrayMap(position, ['abc'], ['b'])",
  ...FUNCTIONS_REFUSED.map(name => `SELECT ${name}('a', 'b')`),
];

describe('an analyst', () => {
  test.each(ALLOWED)('may say %s', async query => {
    const { status, text } = await ask(query);
    expect(status, text).toBe(200);
  });

  test.each(REFUSED)('may not say %s', async query => {
    const { status, text } = await ask(query);
    expect(status, text).toBe(403);
    expect(text).toMatch(/^Code: (164|497)\. /);
  });

  test('is told its own name', async () => {
    const names = ['currentUser()', 'user()', 'CURRENT_USER()', 'upper(currentUser())'];
    expect((await ask(`SELECT ${names.join(', ')} FORMAT CSV`)).text).toBe('"analyst","analyst","analyst","ANALYST"\n');
  });

  test('uses every column of every table and view by its bare name', async () => {
    const { text } = await ask(
      "SELECT table, name FROM system.columns WHERE database = 'sightline' FORMAT JSONCompact",
    );
    const columns: readonly (readonly [string, string])[] = JSON.parse(text).data;
    expect(columns.length).toBeGreaterThan(30);
    const tables = Map.groupBy(columns, ([table]) => table);
    for (const [table, some] of tables) {
      const answer = await ask(`SELECT ${some.map(([, name]) => name).join(', ')} FROM ${table} LIMIT 1`);
      expect(answer.status, answer.text).toBe(200);
    }
  });

  test('may use parameters; names in parameters are judged like written ones', async () => {
    expect(await ask('SELECT {text: String}', { param_text: "a'b" })).toMatchObject({ text: "a\\'b\n" });
    expect(await ask('SELECT count() FROM {table: Identifier}', { param_table: 'violations' })).toMatchObject({
      status: 200,
    });
    for (const [query, parameter] of [
      ["SELECT arrayMap({name: Identifier}, ['/etc/passwd'])", 'file'],
      ['SELECT * FROM system.{name: Identifier}', 'users'],
      ['SELECT * FROM {name: Identifier}', '/etc/passwd'],
    ] as const)
      expect((await ask(query, { param_name: parameter })).status, query).toBeGreaterThanOrEqual(400);
  });

  test('chooses how a result looks, and lowers limits', async () => {
    const query = "SELECT toUInt64(1) AS n, getSetting('max_execution_time') AS s FORMAT JSONEachRow";
    const asked = { output_format_json_quote_64bit_integers: '1', max_execution_time: '5' };
    expect(await ask(query, asked)).toMatchObject({ text: '{"n":"1","s":5}\n' });
    expect(await ask(query, { max_execution_time: '3600' })).toMatchObject({ text: expect.stringContaining('"s":30') });
    for (const [name, value] of [
      ['max_memory_usage', '0'],
      ['readonly', '0'],
      ['output_format_schema', '/tmp/x'],
      ['format_template_row', '/etc/passwd'],
      ['additional_table_filters', '{}'],
      ['log_comment', 'writer:x'],
    ] as const)
      expect(await ask('SELECT 1', { [name]: value }), name).toMatchObject({ status: 403 });
  });

  test('starts in the database of the product and not in system', async () => {
    expect(await ask('SELECT currentDatabase()', { database: 'default' })).toMatchObject({ text: 'sightline\n' });
    expect((await ask('SELECT * FROM users', { database: 'system' })).status).toBe(403);
    expect((await ask('SELECT 1', { default_format: 'Template' })).status).toBe(403);
  });

  test('is told where a statement is wrong', async () => {
    expect(await ask('SELECT 1,, 2')).toMatchObject({ status: 400, text: /^Code: 62\. .*Syntax error.*position 10/ });
    expect(await ask('SELECT 1; SELECT 2')).toMatchObject({ status: 400, text: /Multi-statements/ });
  });
});

describe('the judge', () => {
  let engine: Engine;
  let judge: Judge;

  beforeAll(async () => {
    engine = new Engine(join(clickhouse.folder.folder('judge'), 'clickhouse'));
    judge = await Judge.of(engine);
  });

  afterAll(() => engine.close());

  test('has a fixed list of functions for analysts, which a new engine does not extend', async () => {
    await expect(`${judge.functions.join('\n')}\n`).toMatchFileSnapshot('./analyst-functions.txt');
  });

  test('returns exactly the text that it judged, as ClickHouse prints it', async () => {
    const said = 'select/**/`a`,"b" -- c\nFROM {t:Identifier}\u200bwhere x={n:UInt8} format CSV;';
    const parameters = new Map([
      ['t', 'x.y` z'],
      ['n', '1'],
    ]);
    expect(await judge.judge(said, parameters)).toEqual({
      kind: 'read',
      sql: 'SELECT\n    a,\n    b\nFROM `x.y\\` z`\nWHERE x = {n:UInt8}\nFORMAT CSV',
      format: 'CSV',
    });
  });
});

test.runIf(process.getuid?.() === 0)('the engine is a user of its own that owns its data alone', () => {
  const status = readFileSync(`/proc/${clickhouse.pid()}/status`, 'utf8');
  expect(status).toMatch(/^Uid:\t(64810\t?){4}$/m);
  expect(status).toMatch(/^CapEff:\t0+$/m);
});

test('the engine holds no password and no hash of one: neither in its environment nor in its files', () => {
  const environment = readFileSync(`/proc/${clickhouse.pid()}/environ`, 'utf8').split('\0');
  const names = environment.map(line => line.split('=')[0] ?? '').filter(name => name !== '');
  expect(names.filter(name => /PASSWORD|SECRET|TOKEN|KEY|URL/i.test(name))).toEqual([]);
  expect(environment.join('\n')).toContain('CLICKHOUSE_HOME=');
  expect(environment.join('\n')).not.toContain(hashPassword(PASSWORDS.writer));
  const home = clickhouse.folder.file('clickhouse');
  expect(readdirSync(home).toSorted()).toEqual(['config.xml', 'data', 'files', 'inserts', 'users.xml']);
  expect(existsSync(join(home, 'users.json'))).toBe(false);
});
