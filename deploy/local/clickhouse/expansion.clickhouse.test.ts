import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { Judge } from './judge.ts';

/** ClickHouse copies definitions before any limit counts, so the judge bounds the size of a statement with all copies. */
const folder = mkdtempSync(join(tmpdir(), 'sightline-expansion-'));
let engine: Engine;
let judge: Judge;

beforeAll(async () => {
  engine = new Engine(join(folder, 'clickhouse'));
  judge = await Judge.of(engine);
});

afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

const each = (count: number, write: (at: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, at) => write(at + 1));

/** Statements in which each of `count` names uses the one before twice. */
const DOUBLING: Readonly<Record<string, (count: number) => string>> = {
  'a query joined with itself': count =>
    `WITH a0 AS (SELECT 1), ${each(count, at => `a${at} AS (SELECT * FROM a${at - 1}, a${at - 1})`).join(', ')} SELECT count() FROM a${count}`,
  'columns named like members of objects': count =>
    `WITH a0 AS (SELECT 1 AS constructor, 2 AS toString), ${each(count, at => `a${at} AS (SELECT constructor, toString FROM a${at - 1} AS l, a${at - 1} AS r)`).join(', ')} SELECT constructor FROM a${count}`,
  'from last to first': count =>
    `WITH ${each(count, at => `a${at} AS (SELECT 1 FROM a${at - 1} AS l, a${at - 1} AS r)`)
      .toReversed()
      .join(', ')}, a0 AS (SELECT 1) SELECT count() FROM a${count}`,
  'quoted names': count =>
    `WITH \`a 0\` AS (SELECT 1), ${each(count, at => `\`a ${at}\` AS (SELECT 1 FROM "a ${at - 1}" AS l, \`a ${at - 1}\` AS r)`).join(', ')} SELECT count() FROM \`a ${count}\``,
  'materialized queries': count =>
    `WITH a0 AS MATERIALIZED (SELECT 1), ${each(count, at => `a${at} AS MATERIALIZED (SELECT 1 FROM a${at - 1} AS l, a${at - 1} AS r)`).join(', ')} SELECT count() FROM a${count}`,
  'a set on the right of IN': count =>
    `WITH a0 AS (SELECT 1 AS x), ${each(count, at => `a${at} AS (SELECT 1 AS x WHERE 1 IN a${at - 1} AND 2 IN a${at - 1})`).join(', ')} SELECT 1 IN a${count}`,
  'an expression': count =>
    `WITH number AS a0, ${each(count, at => `a${at - 1} + a${at - 1} AS a${at}`).join(', ')} SELECT a${count} FROM numbers(1)`,
  'a tuple': count =>
    `SELECT number AS a0, ${each(count, at => `(a${at - 1}, a${at - 1}) AS a${at}`).join(', ')} FROM numbers(1)`,
  'a part of a tuple': count =>
    `WITH (number, number) AS a0, ${each(count, at => `(a${at - 1}.1, a${at - 1}.2) AS a${at}`).join(', ')} SELECT a${count} FROM numbers(1)`,
  'a scalar query': count =>
    `WITH (SELECT 1) AS a0, ${each(count, at => `(SELECT a${at - 1} + a${at - 1}) AS a${at}`).join(', ')} SELECT a${count}`,
  'one name in each nested query': count =>
    `SELECT * FROM (${each(count, () => '').reduce(inner => `SELECT * FROM (WITH q AS (${inner}) SELECT 1 FROM q AS l, q AS r)`, 'SELECT 1')})`,
  'two names in turn': count =>
    `SELECT * FROM (${each(count, at => (at % 2 === 0 ? 'p' : 'q')).reduce((inner, name) => `SELECT * FROM (WITH ${name} AS (${inner}) SELECT 1 FROM ${name} AS l, ${name} AS r)`, 'SELECT 1')})`,
};

test.each(Object.entries(DOUBLING))('a statement that doubles 40 times is refused at once: %s', async (_, write) => {
  const start = performance.now();
  await expect(judge.judge(write(40), new Map())).rejects.toThrow(/^Code: 168\. .*use fewer names/);
  expect(performance.now() - start).toBeLessThan(5_000);
  await expect(judge.judge(write(3), new Map())).resolves.toMatchObject({ kind: 'read' });
});

test('many joins are refused', async () => {
  const joins = (count: number): string =>
    `SELECT 1 FROM numbers(1) AS t0 ${each(count, at => `JOIN numbers(1) AS t${at} ON t0.number = t${at}.number`).join(' ')}`;
  await expect(judge.judge(joins(200), new Map())).rejects.toThrow(/^Code: 168\./);
  await expect(judge.judge(joins(20), new Map())).resolves.toMatchObject({ kind: 'read' });
});

test('an ordinary long statement is allowed', async () => {
  const columns = each(100, at => `sumIf(x, x > ${at}) AS c${at}`).join(', ');
  const steps = each(
    30,
    at => `step${at} AS (SELECT x, y FROM step${at - 1} WHERE x > ${at} AND step${at - 1}.y > 0)`,
  ).join(', ');
  for (const sql of [
    `SELECT ${columns}, c1 + c2 + c3 AS all FROM (SELECT number AS x FROM numbers(9)) GROUP BY x % 2 ORDER BY c1, c2, all`,
    `WITH step0 AS (SELECT 1 AS x, 2 AS y), ${steps} SELECT l.x, r.x, l.y FROM step30 AS l JOIN step29 AS r ON l.x = r.x AND l.y = r.y`,
    each(40, at => `SELECT if(x = ${at}, x, x + ${at}) AS x, if(x = 1, x, 0) AS y FROM (SELECT 1 AS x)`).join(
      ' UNION ALL ',
    ),
    `SELECT 1 WHERE 1 IN (${each(9_000, String).join(',')})`,
  ])
    await expect(judge.judge(sql, new Map())).resolves.toMatchObject({ kind: 'read' });
});
