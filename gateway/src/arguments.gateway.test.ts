import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { schema } from './schema/index.ts';
import { basic, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';
import { violation } from './testing/violations.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
  await gateway.publish([violation({ violationId: 'v1' })]);
  await until(() => gateway.parts.feed.get('v1') !== undefined);
});
afterAll(() => gateway.close());

const forged = (text: string): string => Buffer.from(text).toString('base64url');
const hostileText = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      'nope',
      '+05:00',
      '-00:30',
      '1e300',
      'NaN',
      'Infinity',
      '-1',
      '0',
      '201',
      'null',
      'true',
      '%',
      "' OR 1=1 --",
    ],
    ...[
      '0000-01-01T00:00:00Z',
      '99999-01-01',
      '2026-02-30',
      '2026-01-01T00:00:00+99:99',
      '253402300800000',
      '9'.repeat(15),
    ],
    ...[
      'Europe/Atlantis',
      'europe/berlin',
      'Etc/GMT+12',
      'UTC',
      '\u0000',
      'a\nb\tc',
      '\u200b',
      '\ud800',
      '👁'.repeat(60),
      'x'.repeat(3_000),
    ],
    ...['999999999999999:v1', '-5:v1', '1:', 'NaN:x', '1:9999999999999999999,0,0,0'].map(forged),
    ...['open', 'hour', 'minute', 'high', 'cam-1', 'store-1', '2026-01-01', '2026-01-01T10:00'],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double().map(String),
  fc.bigInt().map(String),
);

/** Every answer must be a success or the caller's error (4xx), and the gateway must still count ClickHouse as reached. */
async function expectOwnTrouble(asked: unknown, response: Response): Promise<void> {
  const text = await response.text();
  expect([asked, response.status < 500, text.includes('Unexpected error'), gateway.parts.degraded()]).toEqual([
    ...[asked, true, false, false],
  ]);
}

const toUrl = (text: string): string => encodeURIComponent(text.toWellFormed());

// No argument of any REST route causes a server error, and none makes the gateway take ClickHouse for away.
test('no argument of a REST route gives a 5xx or degrades others', async () => {
  interface Operation {
    readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  }
  const { paths } = (await (await gateway.get('/openapi.json')).json()) as {
    readonly paths: Readonly<Record<string, { readonly get?: Operation }>>;
  };
  const routes = Object.entries(paths).flatMap(([path, { get }]) =>
    get?.parameters ? [{ path, parameters: get.parameters }] : [],
  );
  expect(routes.length).toBeGreaterThan(6);
  const asked = fc.constantFrom(...routes).chain(({ path, parameters }) =>
    fc.tuple(...parameters.map(() => fc.option(hostileText, { freq: 2 }))).map(values => {
      let filled = path;
      const query: string[] = [];
      for (const [index, { name, in: place }] of parameters.entries()) {
        const value = values[index];
        if (place === 'path') filled = filled.replace(`{${name}}`, toUrl(value || 'cam-1'));
        else if (value != null) query.push(`${name}=${toUrl(value)}`);
      }
      return `${filled}?${query.join('&')}`;
    }),
  );
  await fc.assert(
    fc.asyncProperty(asked, async path => expectOwnTrouble(path, await gateway.get(path))),
    { numRuns: 300 },
  );
});

const number = fc.oneof(
  fc.constantFrom(-1, 0, 1, 201, 2_147_483_647, 2_147_483_648, 1e300, -1e300, 4_102_444_800_001, 9_007_199_254_740_991),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

function inputOf(type: GraphQLInputType): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return inputOf(type.ofType);
  if (isListType(type)) return fc.array(inputOf(type.ofType), { maxLength: 5 });
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type))
    return fc.record(
      Object.fromEntries(
        Object.values(type.getFields()).map(field => [
          field.name,
          isNonNullType(field.type) ? inputOf(field.type) : fc.option(inputOf(field.type), { nil: undefined, freq: 2 }),
        ]),
      ),
    );
  if (type.name === 'Boolean') return fc.boolean();
  if (type.name === 'Int' || type.name === 'Float' || type.name === 'Long') return number;
  if (type.name === 'DateTime') return fc.oneof(number, hostileText);
  return hostileText;
}

/** Values for arguments, by their types. Optional ones are sometimes not given. */
const valuesOf = (args: readonly GraphQLArgument[]): fc.Arbitrary<Readonly<Record<string, unknown>>> =>
  fc.record(
    Object.fromEntries(
      args.map(({ name, type }) => [
        name,
        isNonNullType(type) ? inputOf(type) : fc.option(inputOf(type), { nil: undefined, freq: 2 }),
      ]),
    ),
  );

const declared = (args: readonly GraphQLArgument[]): string =>
  args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
const given = (args: readonly GraphQLArgument[]): string => args.map(({ name }) => `${name}: $${name}`).join(', ');

// The same for GraphQL: tries every argument of every query and mutation, by its type in the printed schema.
test('no argument of a GraphQL field is masked as an error of ours or degrades others', async () => {
  const fields = (['Query', 'Mutation'] as const).flatMap(name => {
    const type = name === 'Query' ? schema.getQueryType() : schema.getMutationType();
    return Object.values(type?.getFields() ?? {}).map(field => ({ operation: name.toLowerCase(), field }));
  });
  const asked = fc
    .constantFrom(...fields.filter(({ field }) => field.args.length > 0))
    .chain(({ operation, field }) => {
      const counted = field.name === 'violations' ? 'totalCount warnings { field } edges { node { createdAt } }' : '';
      const query = `${operation} q(${declared(field.args)}) { ${field.name}(${given(field.args)}) { __typename ${counted} } }`;
      return valuesOf(field.args).map(variables => ({ query, variables }));
    });
  await fc.assert(
    fc.asyncProperty(asked, async body => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { authorization: basic('admin'), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      await expectOwnTrouble(body, response);
    }),
    { numRuns: 300 },
  );
});

// The same for subscriptions. An operation that is refused ends alone: the socket goes on.
test('no argument of a subscription is masked as an error of ours, or ends the socket', async () => {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: { authorization: basic('admin') } });
      }
    },
    lazy: false,
    retryAttempts: 0,
  });
  const sockets: unknown[] = [];
  let refused = 0;
  client.on('connected', socket => sockets.push(socket));
  const me = '{ me { login } }';
  const signedIn = { data: { me: { login: 'admin' } } };
  /** The first answer or error of an operation, or undefined when a question asked after it was answered first. */
  const first = async (query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const answers = client.iterate({ query, variables });
    const later = async (): Promise<void> => {
      for await (const answer of client.iterate({ query: me })) expect(answer).toEqual(signedIn);
    };
    try {
      return await Promise.race([answers.next().then(({ value }) => value), later()]);
    } catch (error) {
      return { errors: error };
    } finally {
      void answers.return?.();
    }
  };
  const asked = fc
    .constantFrom(...Object.values(schema.getSubscriptionType()?.getFields() ?? {}))
    .chain(({ name, args }) =>
      valuesOf(args).map(variables => ({
        query: `subscription s(${declared(args)}) { ${name}(${given(args)}) { __typename } }`,
        variables,
      })),
    );
  await fc.assert(
    fc.asyncProperty(asked, async ({ query, variables }) => {
      const answer = JSON.stringify(await first(query, variables)) ?? '';
      if (answer.includes('errors')) refused += 1;
      expect([variables, answer.includes('Unexpected error')]).toEqual([variables, false]);
    }),
    { numRuns: 200 },
  );
  expect([sockets.length, refused > 50, gateway.parts.degraded()]).toEqual([1, true, false]);
  await client.dispose();
});

test('a refusal names the field and what it must be', async () => {
  const problem = async (path: string): Promise<unknown> => {
    const response = await gateway.get(path);
    const { status, code, field } = (await response.json()) as { status: number; code: string; field: string };
    return [status, code, field];
  };
  expect(await problem('/api/statistics?timezone=%2B05:00')).toEqual([400, 'BAD_INPUT', 'timezone']);
  expect(await problem('/api/statistics?timezone=Mars/Olympus')).toEqual([400, 'BAD_INPUT', 'timezone']);
  expect(await problem('/api/statistics?from=1e300')).toEqual([400, 'BAD_INPUT', 'from']);
  expect(await problem('/api/statistics?from=0000-01-01')).toEqual([400, 'BAD_INPUT', 'from']);
  expect(await problem('/api/statistics?from=2026-02-30')).toEqual([400, 'BAD_INPUT', 'from']);
  expect(await problem('/api/violations-list?to=2026-04-31T10:00Z')).toEqual([400, 'BAD_INPUT', 'to']);
  expect(await problem('/api/violations-list?to=99999-01-01')).toEqual([400, 'BAD_INPUT', 'to']);
  expect(await problem('/api/violations-list?from=2026-01-02&to=2026-01-01')).toEqual([400, 'BAD_INPUT', 'to']);
  expect(await problem(`/api/violations-list?cameraId=${'x'.repeat(201)}`)).toEqual([400, 'BAD_INPUT', 'cameraId']);
  expect(await problem('/api/violations-list?storeId=a%00b')).toEqual([400, 'BAD_INPUT', 'storeId']);
  expect(await problem(`/api/violations-list?after=${forged('999999999999999:v1')}`)).toEqual([
    400,
    'BAD_INPUT',
    'after',
  ]);
  expect(await problem('/api/violation-details/nope')).toEqual([404, 'NOT_FOUND', undefined]);
  expect(await problem('/api/violations/nope')).toEqual([404, 'NOT_FOUND', undefined]);
  await expect(gateway.ask('{ violationStatistics(timezone: "+05:00") { total } }')).rejects.toThrow(
    '"field":"timezone"',
  );
  await expect(gateway.ask('{ violations(filter: { from: 1e300 }) { totalCount } }')).rejects.toThrow('a DateTime is');
});

test('an empty filter counts as absent, and a filter that names nothing gives a warning', async () => {
  const list = async (query: string): Promise<{ violations: unknown[]; warnings: { field: string }[] }> => {
    const response = await gateway.get(`/api/violations-list?${query}`);
    expect(response.status).toBe(200);
    return response.json() as never;
  };
  const empty = await list('storeId=&cameraId=&violationType=&state=&riskLevel=&from=&to=&limit=&after=');
  expect([empty.violations.length, empty.warnings]).toEqual([1, []]);
  const unknown = await list('storeId=atlantis&cameraId=cam-77&violationType=juggling');
  expect(unknown.violations).toEqual([]);
  expect(unknown.warnings.map(({ field }) => field)).toEqual(['storeId', 'cameraId', 'violationType']);
  const asked = 'violations(filter: { storeId: "" }) { totalCount warnings { field } }';
  expect(await gateway.ask(`{ ${asked} }`)).toEqual({ violations: { totalCount: 1, warnings: [] } });
  const numbers = 'violationStatistics(filter: { cameraId: "cam-77" }) { total warnings { field message } }';
  expect(await gateway.ask(`{ ${numbers} }`)).toEqual({
    violationStatistics: { total: 0, warnings: [{ field: 'cameraId', message: "there is no camera 'cam-77'" }] },
  });
});

test('GraphQL refuses a day that is not in the calendar and names the field', async () => {
  const query = 'query ($filter: ViolationFilter) { violationStatistics(filter: $filter) { total } }';
  const refusal = /filter\.from.*day that is in the calendar/;
  await expect(gateway.ask(query, { filter: { from: '2026-02-30' } })).rejects.toThrow(refusal);
});
