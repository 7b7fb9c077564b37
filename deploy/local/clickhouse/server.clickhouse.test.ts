import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningClickHouse, startClickHouse } from './testing/running-clickhouse.ts';

let clickhouse: RunningClickHouse;
let writer: ReturnType<RunningClickHouse['client']>;

beforeAll(async () => {
  clickhouse = await startClickHouse();
  writer = clickhouse.client('writer');
});

afterAll(() => clickhouse.stop());

const command = (query: string): Promise<unknown> => writer.command({ query });
const rows = async <T>(
  query: string,
  options: { readonly query_params?: Record<string, unknown> } = {},
): Promise<T[]> => (await writer.query({ query, format: 'JSONEachRow', ...options })).json<T>();

async function newTable(): Promise<string> {
  const name = `sightline.t_${randomUUID().replaceAll('-', '')}`;
  await command(`CREATE TABLE ${name} (id UInt32, text String) ENGINE = MergeTree ORDER BY id
    SETTINGS non_replicated_deduplication_window = 100`);
  return name;
}

const post = (query: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  clickhouse.post('writer', query, { body, headers });

test('the ordinary client pings, makes a table, inserts and reads back', async () => {
  expect((await writer.ping()).success).toBe(true);
  const table = await newTable();
  const values = [
    { id: 1, text: "it's; \\ new\nline" },
    { id: 2, text: 'žluťoučký 🍕' },
  ];
  await writer.insert({ table, values, format: 'JSONEachRow' });
  expect(await rows(`SELECT * FROM ${table} ORDER BY id`)).toEqual(values);
});

test('parameters arrive as they were given, also quotes and backslashes', async () => {
  const given = { text: "a'b\\c\td\ne", list: [1, 2] };
  const query = 'SELECT {text: String} AS text, {list: Array(UInt8)} AS list';
  expect(await rows(query, { query_params: given })).toEqual([given]);
});

test('parameters too long for a URL arrive in a form, of writer and analyst', async () => {
  const query = 'SELECT length({ids: Array(String)}) AS count, {ids: Array(String)}[-1] AS last';
  const asked = { query, format: 'JSONEachRow', use_multipart_params_auto: true } as const;
  for (const [client, count] of [
    [writer, 20_000],
    [clickhouse.client('analyst'), 1_000],
  ] as const) {
    const ids = Array.from({ length: count }, (_, n) => `violation ${n}, 'quoted' & more`);
    const answer = await client.query({ ...asked, query_params: { ids } });
    expect(await answer.json()).toEqual([{ count, last: ids.at(-1) }]);
  }
});

test('a form with a file is an external table and refused, a broken form too', async () => {
  const form = new FormData();
  form.set('query', 'SELECT 1');
  form.set('t', new Blob(['1\n']), 't.tsv');
  const headers = { 'X-ClickHouse-User': 'analyst', 'X-ClickHouse-Key': 'a' };
  const external = await fetch(clickhouse.url, { method: 'POST', headers, body: form });
  expect(await external.text()).toContain('External tables are not implemented here: part t');
  const broken = await post('SELECT 1', 'no form', { 'content-type': 'multipart/form-data; boundary=x' });
  expect([broken.status, await broken.text()]).toEqual([400, expect.stringContaining('not multipart/form-data')]);
});

test('twenty statements at once each get their own answer, settings and parameters', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      rows<{ n: number }>('SELECT {n: UInt8} AS n, sleep(0.05)', { query_params: { n } }),
    ),
  );
  expect(answers.map(([row]) => row?.n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('a statement that computes does not keep others waiting', async () => {
  const answered: string[] = [];
  const heavy = rows('SELECT max(sipHash64(number)) FROM numbers(50000000)').then(() => answered.push('heavy'));
  await rows('SELECT 1').then(() => answered.push('light'));
  await heavy;
  expect(answered).toEqual(['light', 'heavy']);
});

test('a block inserted again under its token is kept once', async () => {
  const table = await newTable();
  for (const token of ['a', 'a', 'b'])
    await writer.insert({
      table,
      values: [{ id: 1, text: 'x' }],
      format: 'JSONEachRow',
      clickhouse_settings: { insert_deduplication_token: token },
    });
  expect(await rows(`SELECT count() AS n FROM ${table}`)).toEqual([{ n: 2 }]);
});

test('an insert of no rows is a success', async () => {
  const table = await newTable();
  expect((await post(`INSERT INTO ${table} FORMAT JSONEachRow`, '')).status).toBe(200);
});

test('binary data behind its statement in one body stays bytes, gzipped or not', async () => {
  const native = await post(
    "SELECT toUInt32(number) AS id, unhex('00FF0A80') AS text FROM numbers(2) FORMAT Native",
    '',
  );
  const data = Buffer.from(await native.arrayBuffer());
  for (const gzip of [false, true]) {
    const table = await newTable();
    const body = Buffer.concat([Buffer.from(`INSERT INTO ${table} (id, text) FORMAT Native\n`), data]);
    const answer = gzip ? await post('', gzipSync(body), { 'Content-Encoding': 'gzip' }) : await post('', body);
    expect(answer.status).toBe(200);
    expect(await rows(`SELECT hex(text) AS text, count() AS n FROM ${table} GROUP BY 1`)).toEqual([
      { text: '00FF0A80', n: 2 },
    ]);
  }
});

test('errors come in ClickHouse words with its code and a status of 4xx', async () => {
  const answer = await post('SELECT * FROM nowhere', '');
  expect(answer.status).toBe(404);
  expect(answer.headers.get('X-ClickHouse-Exception-Code')).toBe('60');
  expect(await answer.text()).toMatch(
    /^Code: 60\. DB::Exception: Unknown table .* \(UNKNOWN_TABLE\) \(version [\d.]+\)\n$/s,
  );
});

test('several statements, and files of the machine, are refused', async () => {
  for (const query of [
    'SELECT 1; SELECT 2',
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV",
  ])
    expect((await post(query, '')).status).toBe(400);
});

test('a wrong password is refused', async () => {
  const guess = clickhouse.client('writer', 'guess').query({ query: 'SELECT 1' });
  await expect(guess).rejects.toMatchObject({ code: '516' });
});

test('no statement of the writer reads or writes beside the data', async () => {
  for (const query of [
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    `SELECT * FROM \`${clickhouse.folder.file('clickhouse', 'users.xml')}\``, // it is behind the wall
    "SELECT * FROM url('http://127.0.0.1/', 'CSV', 'a String')",
    "CREATE TABLE sightline.f (a String) ENGINE = File('CSV', '/etc/passwd')",
    "CREATE DATABASE f ENGINE = Filesystem('/etc')",
  ])
    await expect(command(query), query).rejects.toMatchObject({ code: '497' });
});

test('what was acknowledged is there after kill -9', async () => {
  const table = await newTable();
  await writer.insert({ table, values: [{ id: 7, text: 'kept' }], format: 'JSONEachRow' });
  process.kill(clickhouse.pid(), 'SIGKILL');
  await expect.poll(() => clickhouse.program.answers(), { timeout: 1_000 }).toBe(false);
  await expect.poll(() => clickhouse.program.answers(), { timeout: 20_000 }).toBe(true);
  expect(await rows(`SELECT * FROM ${table}`)).toEqual([{ id: 7, text: 'kept' }]);
});
