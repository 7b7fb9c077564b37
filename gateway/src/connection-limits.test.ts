import { createLogger } from '@sightline/processors/process';
import { afterEach, expect, test } from 'vitest';
import { type DoorLimits, type FrontDoor, openFrontDoor } from './front-door.ts';
import { problemOf, type RawConnection, rawConnection, sendRaw } from './testing/raw-http.ts';

let door: FrontDoor;
afterEach(() => door.close());

const TYPE = 'application/problem+json';
/** Requests that were handed on. */
let taken: string[] = [];

async function open(limits: Partial<DoorLimits> = {}, isProxy = (_address: string) => false): Promise<string> {
  taken = [];
  door = await openFrontDoor({
    ...{ host: '127.0.0.1', port: 0, logger: createLogger('test', 'fatal'), onAnswered: () => {}, isProxy, limits },
  });
  door.serve({
    request(incoming, outgoing) {
      taken.push(incoming.url ?? '');
      incoming.resume().on('end', () => outgoing.end('ok'));
    },
    upgrade: (_incoming, socket) => void socket.end('upgraded'),
  });
  return door.url;
}

test('bytes that are not HTTP get an answer with the problem, and the connection closes', async () => {
  const url = await open();
  const broken = async (text: string): Promise<object> => {
    const { http, contentType, status, code } = problemOf(await sendRaw(url, text));
    expect(status).toBe(http);
    return { http, contentType, code };
  };
  const refusal = (http: number) => ({ http, contentType: TYPE, code: 'BAD_INPUT' });
  expect(await broken('rubbish\r\n\r\n')).toEqual(refusal(400));
  expect(await broken(`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)).toEqual(refusal(431));
  const chunked = 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n';
  expect(await broken(`${chunked}not a size\r\n`)).toEqual(refusal(400));
  expect(await broken(`${chunked}1;${'x'.repeat(20_000)}\r\na\r\n0\r\n\r\n`)).toEqual(refusal(413));
  const both = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
  expect(await broken(both)).toEqual(refusal(400));
});

test('slow headers and bodies are cut off in time', async () => {
  const url = await open({ headersMs: 300, requestMs: 600 });
  const trickle = async (start: string): Promise<unknown> => {
    const connection = await rawConnection(url);
    connection.write(start);
    const timer = setInterval(() => connection.write('a'), 20);
    const answer = await connection.closed();
    clearInterval(timer);
    return problemOf(answer).http;
  };
  expect(await trickle('GET / HTTP/1.1\r\nhost: a\r\nx: ')).toBe(408);
  expect(await trickle('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n')).toBe(408);
});

test('of many requests sent at once on a connection, those beyond the limit are refused unread', async () => {
  const url = await open();
  const all = Array.from({ length: 40 }, (_, i) => `GET /${i} HTTP/1.1\r\nhost: a\r\n\r\n`).join('');
  const answers = await sendRaw(url, all);
  const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(match => match[1]);
  expect(taken).toEqual(Array.from({ length: 16 }, (_, i) => `/${i}`));
  expect(statuses.slice(0, 17)).toEqual([...Array.from({ length: 16 }, () => '200'), '429']);
});

test('one address has a limited number of connections; a proxy has no limit', async () => {
  const url = await open({ connectionsPerAddress: 3 });
  const held: RawConnection[] = [];
  for (let i = 0; i < 3; i++) held.push(await rawConnection(url));
  const refused = await (await rawConnection(url)).closed();
  expect(problemOf(refused)).toMatchObject({ http: 429, contentType: TYPE, code: 'TOO_MANY_REQUESTS' });
  expect(refused).toMatch(/retry-after: \d/);
  const request = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';
  held[0]?.write(request);
  expect(await held[0]?.closed()).toContain('200 OK');
  expect(await sendRaw(url, request)).toContain('200 OK');
  await door.close();
  const behind = await open({ connectionsPerAddress: 1 }, () => true);
  const many = await Promise.all(Array.from({ length: 4 }, () => rawConnection(behind)));
  for (const connection of many) connection.write(request);
  for (const connection of many) expect(await connection.closed()).toContain('200 OK');
});

test('only an upgrade to a WebSocket is accepted: other upgrade requests are answered as plain requests', async () => {
  const url = await open();
  const ask = (to: string): Promise<string> =>
    sendRaw(url, `GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: ${to}\r\n\r\n`);
  expect(await ask('h2c')).toContain('200 OK');
  expect(await ask('websocket')).toBe('upgraded');
});
