import { createServer, request, type Server } from 'node:http';
import { avroSerde, type ConfigSwitch, topics, UndecodableError } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LogRecord } from '../../log/index.ts';
import { type Cell, connectCell } from './cell.ts';
import { bindRegistry } from './registry.ts';
import { testCell, testCellEnv } from './test-cell.ts';

const USER = 'kitchen:se:cret';
const AUTHORIZATION = `Basic ${Buffer.from(USER).toString('base64')}`;
const target = new URL(process.env.TEST_REGISTRY_URL ?? 'http://127.0.0.1:8081');
const TROUBLES = ['refused', 'hung', 401, 403, 408, 429, 500, 503, 404] as const;
type Trouble = (typeof TROUBLES)[number] | undefined;

/** A proxy before the real registry that demands a password. The test chooses what goes wrong with it. */
let trouble: Trouble;
let server: Server;
let url: string;

function startDoor(): Promise<Server> {
  const made = createServer((incoming, outgoing) => {
    if (trouble === 'refused') return void incoming.socket.destroy();
    if (trouble === 'hung') return;
    if (trouble !== undefined) return void outgoing.writeHead(trouble).end('<html>from a proxy</html>');
    if (incoming.headers.authorization !== AUTHORIZATION) return void outgoing.writeHead(401).end();
    const { method, headers, url: path } = incoming;
    const onward = request({ host: target.hostname, port: target.port, path, method, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  return new Promise(resolve => made.listen(0, '127.0.0.1', () => resolve(made)));
}

const env = testCellEnv();
const value: ConfigSwitch = { cameraId: 'c1', controlOffset: 7, partition: 1, nextOffset: 42 };
let cell: Cell;

beforeAll(async () => {
  server = await startDoor();
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  await testCell([topics.configSwitches], env).then(own => own.close());
  // The settings omit the API's path: the client finds it behind the password.
  const settings = { ...env, SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_AUTH: USER };
  cell = await connectCell(settings, { service: 'test', topics: [topics.configSwitches] });
});

afterAll(async () => {
  await cell.close();
  server.closeAllConnections();
  server.close();
});

let added = 0;
/** A record by a newer writer: its schema has an unknown field, under an id that this process has never seen. */
async function newer(): Promise<LogRecord> {
  const schema = JSON.parse(avroSerde<ConfigSwitch>('ConfigSwitch').schema);
  schema.fields.push({ name: `added${added++}`, type: ['null', 'string'], default: null });
  const response = await fetch(`${target.href.replace(/\/$/, '')}/subjects/${env.NAME_PREFIX}newer${added}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  const { id } = (await response.json()) as { readonly id: number };
  const start = Buffer.alloc(5);
  start.writeInt32BE(id, 1);
  const body = topics.configSwitches.value.serialize(value).subarray(5);
  return {
    offset: 0n,
    timestampMs: 0,
    key: Buffer.from('c1'),
    value: Buffer.concat([start, body, Buffer.from([0])]),
    headers: [],
  };
}

test('the API is found behind a password, and the error for a wrong password names the setting', async () => {
  const bind = (auth: string | undefined): Promise<void> =>
    bindRegistry({ url, auth, prefix: env.NAME_PREFIX }, [topics.configSwitches]);
  await bind(USER);
  await expect(bind('kitchen:guess')).rejects.toThrow('SCHEMA_REGISTRY_AUTH');
  await expect(bind(undefined)).rejects.toThrow('SCHEMA_REGISTRY_AUTH');
});

test.each(TROUBLES)(
  'a registry that is away (%s) is waited for and said; the good record is decoded',
  async kind => {
    const record = await newer();
    trouble = kind;
    const decoding = cell.decode(topics.configSwitches, record);
    let isDone = false;
    void decoding.then(() => {
      isDone = true;
    });
    await vi.waitFor(() => expect(cell.health().waitingFor).toContain('config-switches wait'), 10_000);
    expect(isDone).toBe(false);
    trouble = undefined;
    expect(await decoding).toEqual(value);
    expect(cell.health().waitingFor).toBeUndefined();
  },
  30_000,
);

test('a waiting decode can be aborted', async () => {
  const record = await newer();
  trouble = 503;
  const stopping = new AbortController();
  const decoding = cell.decode(topics.configSwitches, record, { signal: stopping.signal });
  await vi.waitFor(() => expect(cell.health().waitingFor).toBeDefined());
  stopping.abort();
  await expect(decoding).rejects.toThrow('aborted');
  trouble = undefined;
});

test('an id unknown to the registry fails at once', async () => {
  const record = await newer();
  record.value?.writeInt32BE(2_000_000_001, 1);
  await expect(cell.decode(topics.configSwitches, record)).rejects.toBeInstanceOf(UndecodableError);
});

test('a registry that is down at the start is asked again until it answers', async () => {
  trouble = 'refused';
  const bind = (): Promise<void> => bindRegistry({ url, auth: USER, prefix: env.NAME_PREFIX }, [topics.configSwitches]);
  await expect(bind()).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retriable: true });
  trouble = undefined;
  await bind();
});
