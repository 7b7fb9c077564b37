import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TABLE_FUNCTIONS } from './analyst.ts';
import { Engine } from './engine.ts';
import { Judge } from './judge.ts';

/**
 * The judge does not look into texts. So no function of an analyst may parse a text as SQL and evaluate what it finds: not
 * as a structure with defaults, not as the name of an aggregate function with parameters, not as a type.
 */
const SECRET = 'the-planted-secret-1b90';
const folder = mkdtempSync(join(tmpdir(), 'sightline-literals-'));
const secretFile = join(folder, 'secret.txt');
let engine: Engine;
let judge: Judge;

beforeAll(async () => {
  writeFileSync(secretFile, SECRET, { mode: 0o644 });
  engine = new Engine(join(folder, 'clickhouse'));
  judge = await Judge.of(engine);
});

afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

const literal = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
const READ = `file('${secretFile}')`;
/** Its evaluation fails, and the error shows the file. */
const SHOW = `toUUID(${READ})`;
const STRUCTURE = `x UInt8, a UUID DEFAULT ${SHOW}, b UUID ALIAS ${SHOW}, c UUID MATERIALIZED ${SHOW}, d UUID EPHEMERAL ${SHOW}`;
const AGGREGATE = `groupConcat(${SHOW})`;

const PAYLOADS = [
  literal(STRUCTURE),
  `concat(${literal(AGGREGATE.slice(0, 9))}, ${literal(AGGREGATE.slice(9))})`,
  literal(`AggregateFunction(${AGGREGATE}, String)`),
  literal(`SELECT ${SHOW}`),
];

/** Arguments with the payload at each of the first three places. */
const ARGUMENTS: readonly ((payload: string) => string)[] = [
  payload => payload,
  payload => `${payload}, ['a', 'b']`,
  payload => `'a', ${payload}`,
  payload => `'{"a": 1}', 'a', ${payload}`,
];

/** The engine's answer or error. Nobody judges the statement. */
const evaluate = (sql: string): Promise<string> => engine.text(sql).catch(String);

test('no allowed function and no type evaluates what it parses in a text', { timeout: 420_000 }, async () => {
  const names = (
    await engine.text(
      "SELECT name FROM system.functions WHERE alias_to = '' UNION ALL SELECT name FROM system.table_functions",
    )
  ).split('\n');
  const allowed = new Set(judge.functions);
  const tried = names.filter(name => allowed.has(name.toLowerCase()));
  expect(tried.length).toBeGreaterThan(1_000);
  const statements = tried.flatMap(name =>
    PAYLOADS.flatMap(payload => {
      const lists = ARGUMENTS.map(list => list(payload));
      if (TABLE_FUNCTIONS.includes(name)) return lists.map(list => `SELECT * FROM ${name}(${list}) LIMIT 1`);
      return lists.map(list => `SELECT ${name}(${list}) LIMIT 1`);
    }),
  );
  for (const sql of statements) expect(await evaluate(sql), sql).not.toContain(SECRET);
});

/** Statements of an attacker, each with what it gave. */
const ATTACKS: readonly string[] = [
  `SELECT a FROM values('x UInt8, a String ALIAS ${READ}', 1)`,
  `SELECT arrayReduce('groupConcat(${READ})', ['a', 'b'])`,
  `SELECT arrayReduceInRanges('groupConcat(${READ})', [(1, 2)], ['a', 'b'])`,
  `SELECT a FROM generateRandom('x UInt8, a String ALIAS ${READ}') LIMIT 1`,
  `SELECT * FROM null('x UInt8, a UUID DEFAULT ${SHOW}')`,
  `DESCRIBE null('x UInt8, a UUID DEFAULT ${SHOW}')`,
  `SELECT initializeAggregation('quantile(${SHOW})', 1)`,
  `SELECT a FROM format(CSV, 'x UInt8, a String ALIAS ${READ}', '1')`,
].map(sql => sql.replace(/'([^']*file\('[^']*'\)[^']*)'/, (_, text: string) => literal(text)));

test.each(ATTACKS.map((sql, at) => [at, sql] as const))(
  'the attack %i worked on the engine and is refused',
  async (_, sql) => {
    expect(await evaluate(sql)).toContain(SECRET);
    await expect(judge.judge(sql, new Map())).rejects.toThrow('is not for analysts');
  },
);

test.each([
  ["arrayReduce('groupConcat((SELECT toString(groupArray((name, value))) FROM system.server_settings))', ['a', 'b'])"],
  ["groupFormat('Template')(1)"],
  ["formatRow('Template', 1)"],
  ["estimateCompressionRatio('CODEC(NONE)')(1)"],
  ["defaultValueOfTypeName('String')"],
])('%s is refused', async call => {
  await expect(judge.judge(`SELECT ${call}`, new Map())).rejects.toThrow('is not for analysts');
});

test('the type of a parameter evaluates nothing', async () => {
  const sql = `SELECT {x: AggregateFunction(${AGGREGATE}, String)}`;
  const { sql: printed } = { sql, ...(await judge.judge(sql, new Map([['x', 'a']]))) };
  expect(await evaluate(`SET param_x = 'a'; ${printed}`)).not.toContain(SECRET);
});
