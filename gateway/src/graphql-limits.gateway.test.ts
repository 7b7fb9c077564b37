import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { basic, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const headers = { authorization: basic('admin'), 'content-type': 'application/json' };

interface Refusal {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

async function errorsOf(query: string): Promise<readonly Refusal[]> {
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return ((await response.json()) as { errors?: readonly Refusal[] }).errors ?? [];
}

const times = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');

test('a document pays the cost of its fields: the queries to ClickHouse that a page needs, and no more', async () => {
  const aliases = (count: number, field: string): string => `{ ${times(count, i => `a${i}: ${field}`)} }`;
  const refused = [
    aliases(40, 'violations(first: 200) { totalCount }'),
    aliases(40, 'violations(first: 1) { totalCount }'),
    aliases(11, 'violations(first: 1) { totalCount }'),
    aliases(10, 'violationStatistics { total }'),
    aliases(20, 'violation(id: "x") { violationId }'),
    aliases(20, 'node(id: "VmlvbGF0aW9uOng=") { id }'),
    `{ ...a } fragment a on Query { ${times(40, i => `a${i}: violations(first: 200) { totalCount }`)} }`,
  ];
  for (const query of refused) {
    const [error] = await errorsOf(query);
    expect([query.slice(0, 60), error?.extensions?.code]).toEqual([query.slice(0, 60), 'BAD_INPUT']);
    expect(error?.message).toContain('costs too much: its complexity is');
  }
  const row =
    'violationId violationType state camera { name } store { name timeZone } boxes { className confidence x1Px y1Px x2Px y2Px trackId } still { url sha256 } lineage { first { sequence } peak { sequence } }';
  const page = `{ violations(first: 200) { totalCount edges { node { ${row} } } } violationStatistics { total overTime { time count } } }`;
  expect(await errorsOf(page)).toEqual([]);
});

test('a document has limits of length, tokens, aliases, directives, spreads and introspections', async () => {
  const refused: Readonly<Record<string, string>> = {
    characters: `{ me { login } } # ${'x'.repeat(20_000)}`,
    tokens: `{ ${times(1_000, () => 'me')} { login } }`,
    aliases: `{ ${times(41, i => `a${i}: me { login }`)} }`,
    directives: `{ ${times(41, () => 'me @include(if: true) { login }')} }`,
    'fragment spreads': `{ ${times(61, () => '...a')} } fragment a on Query { me { login } }`,
    introspections: `{ ${times(3, i => `a${i}: __schema { types { name } }`)} }`,
  };
  for (const [what, query] of Object.entries(refused)) {
    const [error] = await errorsOf(query);
    expect([what, error?.message]).toEqual([what, expect.stringContaining(what)]);
  }
  expect(
    await errorsOf('{ __schema { types { name fields { name type { name } } } } __type(name: "Camera") { name } }'),
  ).toEqual([]);
});

const TAKEN = [
  '{ then: me { login } }',
  '{ me { then: login } }',
  '{ me { __proto__: login userId } }',
  '{ ...a } fragment a on Query { me { constructor: login } }',
  'query ($valueOf: ID) { cameras(storeId: $valueOf) { cameraId } }',
];

test('a name that JavaScript gives another meaning is refused, the first time and when the document is compiled', async () => {
  for (const query of TAKEN)
    for (let time = 1; time <= 6; time++) {
      const [error] = await errorsOf(query);
      expect([query, time, error?.extensions?.code]).toEqual([query, time, 'BAD_INPUT']);
    }
});

/** Talks graphql-ws by hand, to say what no client would. */
async function openSocket() {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const messages: { readonly id?: string; readonly type: string; readonly payload?: unknown }[] = [];
  let closed = 0;
  socket.on('message', data => messages.push(JSON.parse(String(data))));
  socket.on('close', code => {
    closed = code;
  });
  await new Promise(resolve => socket.once('open', resolve));
  const send = (message: object): void => socket.send(JSON.stringify(message));
  send({ type: 'connection_init' });
  await until(() => messages.some(({ type }) => type === 'connection_ack'));
  return {
    send,
    subscribe: (id: string, query: unknown, more: object = {}): void =>
      send({ id, type: 'subscribe', payload: { query, ...more } }),
    /** Types of what came for one operation. */
    typesOf: (id: string): readonly string[] => messages.filter(message => message.id === id).map(({ type }) => type),
    payloadOf: (id: string): unknown => messages.find(message => message.id === id)?.payload,
    closed: () => closed,
    close: () => socket.terminate(),
  };
}

const EVENTS = 'subscription { violationEvents { __typename } }';

test('an error of one operation of a socket ends only that operation', async () => {
  const socket = await openSocket();
  socket.subscribe('live', EVENTS);
  await until(() => socket.typesOf('live').includes('next'));
  const wrong: Readonly<Record<string, readonly [query: string, more?: object]>> = {
    syntax: ['{ me {'],
    empty: [''],
    unknownField: ['{ nothing }'],
    noOperation: ['query a { me { login } } query b { me { login } }'],
    unknownOperation: ['query a { me { login } }', { operationName: 'b' }],
    tooMany: [`{ ${times(41, i => `a${i}: me { login }`)} }`],
    tooLong: [`{ me { login } } # ${'x'.repeat(20_000)}`],
    badVariable: ['query ($after: Cursor!) { violations(after: $after) { totalCount } }', { variables: { after: 1 } }],
    promiseLike: ['{ then: me { login } }'],
    badCursor: ['subscription { violationEvents(after: "rubbish") { __typename } }'],
  };
  for (const [id, [query, more]] of Object.entries(wrong)) {
    socket.subscribe(id, query, more);
    await until(() => socket.typesOf(id).length > 0 || socket.closed() > 0);
    expect([id, socket.closed(), JSON.stringify(socket.payloadOf(id))]).toEqual([
      id,
      0,
      expect.stringContaining('message'),
    ]);
  }
  socket.subscribe('right', '{ me { login } }');
  await until(() => socket.typesOf('right').includes('complete'));
  expect(socket.payloadOf('right')).toEqual({ data: { me: { login: 'admin' } } });
  expect(socket.typesOf('live')).not.toContain('complete');
  socket.close();
  await until(() => gateway.parts.feed.listeners === 0);
});

test('a failed stream ends alone, and its error is masked', async () => {
  const { subscribe } = gateway.parts.events;
  gateway.parts.events.subscribe = async function* () {
    yield { kind: 'heartbeat', cursor: 'c', atMs: 0 };
    throw new Error('a secret of the house');
  };
  const socket = await openSocket();
  socket.subscribe('breaks', EVENTS);
  await until(() => socket.typesOf('breaks').includes('error') || socket.closed() > 0);
  gateway.parts.events.subscribe = subscribe;
  socket.subscribe('right', '{ me { login } }');
  await until(() => socket.typesOf('right').includes('complete'));
  expect(socket.closed()).toBe(0);
  socket.close();
});

test('a socket runs a limited number of operations at once; one that ends makes room', async () => {
  const socket = await openSocket();
  for (let i = 0; i < 25; i++) socket.subscribe(`s${i}`, EVENTS);
  await until(() => Array.from({ length: 25 }, (_, i) => socket.typesOf(`s${i}`)).every(types => types.length > 0));
  const refused = Array.from({ length: 25 }, (_, i) => `s${i}`).filter(id => socket.typesOf(id).includes('error'));
  expect(refused).toHaveLength(5);
  expect(JSON.stringify(socket.payloadOf(refused[0] ?? ''))).toContain('TOO_MANY_REQUESTS');
  expect(gateway.parts.feed.listeners).toBe(20);
  socket.send({ id: 's0', type: 'complete' });
  await until(() => gateway.parts.feed.listeners === 19);
  socket.subscribe('again', EVENTS);
  await until(() => socket.typesOf('again').length > 0);
  expect(socket.typesOf('again')).toEqual(['next']);
  expect(socket.closed()).toBe(0);
  socket.close();
  await until(() => gateway.parts.feed.listeners === 0);
});

test('a user has limits of subscriptions over all sockets, and of sockets', async () => {
  const sockets = await Promise.all(Array.from({ length: 6 }, openSocket));
  for (const [at, socket] of sockets.entries()) for (let i = 0; i < 20; i++) socket.subscribe(`s${at}-${i}`, EVENTS);
  await until(() =>
    sockets.every((socket, at) =>
      Array.from({ length: 20 }, (_, i) => socket.typesOf(`s${at}-${i}`)).every(types => types.length > 0),
    ),
  );
  expect(gateway.parts.feed.listeners).toBe(100);
  const more = await Promise.all(Array.from({ length: 94 }, openSocket));
  const status = await new Promise(resolve => {
    const one = new WebSocket(`${gateway.url.replace('http', 'ws')}/live`, { headers });
    one.on('error', () => {});
    one.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    one.on('open', () => resolve('open'));
  });
  expect(status).toBe(429);
  const berlin = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: { authorization: basic('berlin') } });
      }
    },
  });
  const items = berlin.iterate({ query: EVENTS });
  expect((await items.next()).value).toMatchObject({ data: { violationEvents: { __typename: 'Heartbeat' } } });
  await items.return?.();
  await berlin.dispose();
  for (const socket of [...sockets, ...more]) socket.close();
  await until(() => gateway.parts.feed.listeners === 0);
});
