import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lives, startTicks } from '../leftovers.ts';
import { PASSWORDS, type RunningClickHouse, startClickHouse } from './testing/running-clickhouse.ts';

let clickhouse: RunningClickHouse;

beforeAll(async () => {
  clickhouse = await startClickHouse();
});

afterAll(() => clickhouse.stop());

/** A query that never ends by itself. */
const ENDLESS = 'SELECT max(sipHash64(number)) FROM numbers(1000000000000)';

async function text(user: 'writer' | 'analyst', query: string): Promise<string> {
  return (await clickhouse.post(user, query)).text();
}

/** Number of running queries besides this one. */
const running = async (): Promise<number> =>
  Number(await text('writer', "SELECT count() FROM system.processes WHERE query NOT LIKE '%processes%'"));

interface Asked {
  readonly answer: Promise<Response | undefined>;
  leave(): void;
}

function ask(user: 'writer' | 'analyst', query: string, queryId = ''): Asked {
  const left = new AbortController();
  const url = queryId === '' ? {} : { query_id: queryId };
  const answer = clickhouse.post(user, query, { url, signal: left.signal }).catch(() => undefined);
  return { answer, leave: () => left.abort() };
}

test('a query ends when its client leaves, even while it waits', async () => {
  const asked = [ask('writer', ENDLESS), ...Array.from({ length: 8 }, () => ask('analyst', ENDLESS))];
  await expect.poll(running, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
  for (const one of asked) one.leave();
  await expect.poll(running, { timeout: 20_000 }).toBe(0);
  expect(await text('analyst', 'SELECT 1')).toBe('1\n');
});

test('an analyst sees and ends only queries of analysts', async () => {
  const writers = ask('writer', ENDLESS, 'of-writer');
  const analysts = ask('analyst', ENDLESS, 'of-analyst');
  await expect.poll(running, { timeout: 20_000 }).toBe(2);
  const seen = await text('analyst', "SELECT query FROM system.processes AS p WHERE query LIKE '%sipHash64%'");
  expect(seen.match(/sipHash64\(number\)/g)).toHaveLength(1);
  const writersId = await text(
    'writer',
    "SELECT query_id FROM system.processes WHERE Settings['log_comment'] LIKE 'writer:% of-writer'",
  );
  for (const id of ['of-writer', writersId.trim()]) await text('analyst', `KILL QUERY WHERE query_id = '${id}' SYNC`);
  expect(await text('analyst', "KILL QUERY WHERE query_id = 'of-analyst'")).toContain('sipHash64');
  expect((await analysts.answer)?.status).toBe(500);
  expect(await (await clickhouse.post('analyst', 'SELECT 1')).text()).toBe('1\n');
  await expect.poll(running, { timeout: 20_000 }).toBe(1);
  writers.leave();
  await expect.poll(running, { timeout: 20_000 }).toBe(0);
});

test('the writer and the gateway are answered while 12 endless queries of analysts run', async () => {
  const slow = Array.from({ length: 12 }, () => ask('analyst', ENDLESS));
  let ended = 0;
  for (const { answer } of slow) void answer.then(() => (ended += 1));
  await expect.poll(running, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
  for (let n = 0; n < 40; n += 1) expect(await text('writer', 'SELECT 1')).toBe('1\n');
  expect(ended).toBe(0);
  for (const one of slow) one.leave();
  await expect.poll(running, { timeout: 20_000 }).toBe(0);
});

/** Sends half a request and waits for the answer. */
function half(headers: Readonly<Record<string, string>>, chunk: Buffer): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(clickhouse.url, { method: 'POST', headers }, answer => {
      resolve(answer.statusCode);
      answer.resume();
      sent.destroy();
    });
    sent.once('error', reject);
    sent.write(chunk); // the rest is never sent
  });
}

test('a wrong password is refused before the body came', async () => {
  const headers = { 'Content-Encoding': 'gzip', 'X-ClickHouse-User': 'writer', 'X-ClickHouse-Key': 'guess' };
  expect(await half({ ...headers, 'Content-Length': '1000000000' }, Buffer.alloc(1_000))).toBe(403);
  expect(await half({ ...headers, 'Transfer-Encoding': 'chunked' }, Buffer.alloc(1_000))).toBe(403);
});

test('bodies that inflate delay nobody and end at their limit', async () => {
  const bomb = gzipSync(Buffer.alloc(64_000_000));
  const send = (user: 'writer' | 'analyst', key: Readonly<Record<string, string>>) =>
    clickhouse.post(user, 'INSERT INTO t FORMAT CSV', { body: bomb, headers: { 'Content-Encoding': 'gzip', ...key } });
  const strangers = Array.from({ length: 20 }, () =>
    send('writer', { 'X-ClickHouse-Key': 'guess' })
      .then(answer => answer.status)
      .catch(() => 403),
  );
  expect((await fetch(`${clickhouse.url}/ping`)).status).toBe(200);
  expect(new Set(await Promise.all(strangers))).toEqual(new Set([403]));
  expect((await send('analyst', {})).status).toBe(413);
});

test('a path that is no handle is unknown, also one with two slashes', async () => {
  for (const path of ['//', '//?query=SELECT', '/play', '//localhost:x/ping']) {
    const { status } = await fetch(`${clickhouse.url}${path}`);
    expect([path, status]).toEqual([path, 404]);
  }
});

test('only GET, HEAD and POST are answered, and only POST may write', async () => {
  const headers = { 'X-ClickHouse-User': 'writer', 'X-ClickHouse-Key': PASSWORDS.writer };
  const send = (method: string, query: string): Promise<Response> =>
    fetch(`${clickhouse.url}/?${new URLSearchParams({ query })}`, { method, headers });
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const { status, headers: told } = await send(method, 'SELECT 1');
    expect([method, status, told.get('Allow')]).toEqual([method, 405, 'GET, HEAD, POST']);
  }
  for (const method of ['GET', 'HEAD']) expect((await send(method, 'CREATE DATABASE by_mistake')).ok).toBe(false);
  expect(await text('writer', "SELECT count() FROM system.databases WHERE name = 'by_mistake'")).toBe('0\n');
});

test.each([
  ['a NUL in query_id', '?query=SELECT+1&query_id=%00', 'query_id may have'],
  ['a query_id that no header can carry', '?query=SELECT+1&query_id=%F0%9F%8D%95', 'query_id may have'],
  ['a NUL in a parameter', '?query=SELECT+{x:String}&param_x=a%00b', 'param_x has a NUL'],
  ['an empty database', '?query=SELECT+1&database=', 'database is empty'],
  ['a database with a NUL', '?query=SELECT+1&database=a%00b', 'database has a NUL'],
  ['bytes of the URL that are no UTF-8', '?query=SELECT+%27%ff%27', 'not percent-encoded UTF-8'],
])('is the client’s error, before anything runs: %s', async (_, path, says) => {
  for (const user of ['analyst', 'writer'] as const) {
    const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': PASSWORDS[user] };
    const answer = await fetch(`${clickhouse.url}/${path}`, { method: 'POST', headers });
    expect(answer.status, user).toBe(400);
    expect(await answer.text()).toContain(says);
  }
});

test('bytes of a statement that are no UTF-8 are refused and not replaced', async () => {
  const statement = Buffer.concat([Buffer.from("SELECT hex('"), Buffer.from([0xff]), Buffer.from("')")]);
  const boundary = 'x'.repeat(30);
  const form = Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="query"\r\n\r\n`),
    statement,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  for (const user of ['analyst', 'writer'] as const)
    for (const [body, headers] of [
      [statement, {}],
      [form, { 'Content-Type': `multipart/form-data; boundary=${boundary}` }],
    ] as const) {
      const answer = await clickhouse.post(user, '', { body, headers });
      expect(answer.status, user).toBe(400);
      expect(await answer.text()).toContain("bytes that are no UTF-8; write them with unhex('ff')");
    }
});

test('a body that is declared as gzip and is not is the client’s error', async () => {
  const answer = await clickhouse.post('writer', '', { body: 'SELECT 1', headers: { 'Content-Encoding': 'gzip' } });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('The body is not gzip');
});

test('an answer comes in the format that was asked for, gzipped when asked', async () => {
  for (const [format, start] of [
    ['CSVWithNames', '"n"\n1'],
    ['JSONCompactEachRow', '[1]'],
    ['Vertical', 'Row 1:'],
    ['Parquet', 'PAR1'],
    ['Markdown', '| n |'],
  ] as const) {
    const answer = await clickhouse.post('analyst', `SELECT 1 AS n FORMAT ${format}`, {
      url: { enable_http_compression: '1' },
      headers: { 'Accept-Encoding': 'gzip' },
    });
    expect(answer.headers.get('X-ClickHouse-Format')).toBe(format);
    expect(answer.headers.get('Content-Encoding')).toBe('gzip');
    expect((await answer.text()).startsWith(start), format).toBe(true);
  }
});

test('the log of the process says with which rights it runs', () => {
  expect(readFileSync(clickhouse.folder.log('clickhouse'), 'utf8')).toMatch(/runs (as|with)/);
});

/** A query that the engine cannot end: one call of a function takes minutes. */
const STUCK =
  "SELECT editDistance(materialize(repeat('ab', 90000)), repeat('ba', 90000) || toString(number)) FROM numbers(50)";

/** A statement that runs now. It is asked again when a connection of the last process took it. */
async function startedAlone(statement: string): Promise<Asked> {
  for (;;) {
    const asked = ask('writer', statement);
    let isOver = false;
    void asked.answer.then(() => {
      isOver = true;
    });
    await expect.poll(async () => isOver || (await running()) === 1, { timeout: 20_000 }).toBe(true);
    if (!isOver) return asked;
  }
}

test.each([
  ['a statement runs', ENDLESS, false],
  ['a statement runs that cannot be ended, and its client has left', STUCK, true],
])('the process ends soon when it is told to, though %s', async (_, statement, leaves) => {
  await expect.poll(() => text('writer', 'SELECT 1').catch(String), { timeout: 20_000 }).toBe('1\n');
  const asked = await startedAlone(statement);
  if (leaves) asked.leave();
  const pid = clickhouse.pid();
  const ticks = startTicks(pid);
  process.kill(pid, 'SIGTERM');
  await expect.poll(() => lives(pid, ticks), { timeout: 10_000 }).toBe(false);
  asked.leave();
});

test('told to end while nothing runs, the process closes its data and exits, behind a wall too', async () => {
  await expect.poll(() => text('writer', 'SELECT 1').catch(String), { timeout: 20_000 }).toBe('1\n');
  const before = clickhouse.ends.length;
  clickhouse.signalGroup('SIGTERM');
  await expect.poll(() => clickhouse.ends.slice(before), { timeout: 10_000 }).toEqual(['code 0']);
});
