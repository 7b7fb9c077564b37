import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { basic, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';
import { revised, violation } from './testing/violations.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const authorization = basic('admin');
const wsUrl = (path: string): string => `${gateway.url.replace('http', 'ws')}${path}`;
/** graphql-ws speaks through a socket that signs in by header, as no browser can. */
class SignedInSocket extends WebSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol, { headers: { authorization } });
  }
}

interface Item {
  readonly violationEvents: {
    readonly __typename: string;
    readonly cursor: string;
    readonly action?: string;
    readonly violation?: { readonly violationId: string };
  };
}
const EVENTS = `subscription ($filter: ViolationFilter, $after: Cursor) {
  violationEvents(filter: $filter, after: $after) {
    __typename
    ... on ViolationEvent { cursor action violation { violationId still { url } } }
    ... on Heartbeat { cursor at }
    ... on Gap { cursor from to reason }
  }
}`;

test('a violation is visible at once in its newest revision, before the sink has written it', async () => {
  const opened = violation({ violationId: 'a1' });
  await gateway.publish([opened, revised(opened, 'closed')]);
  await until(() => gateway.parts.feed.get('a1')?.revision === 2);
  const { violation: found } = await gateway.ask<{ violation: object }>(
    '{ violation(id: "a1") { violationId state revision durationMs camera { name url } store { name } boxes { className } lineage { first { sequence } } still { url } } }',
  );
  expect(found).toEqual({
    violationId: 'a1',
    state: 'CLOSED',
    revision: 2,
    durationMs: 1500,
    camera: { name: 'Camera cam-1', url: 'rtsp://camera.example/stream' },
    store: { name: 'Store store-1' },
    boxes: [{ className: 'hand' }, { className: 'pizza' }],
    lineage: { first: { sequence: 10 } },
    still: null,
  });
});

test('a node is found by its global id', async () => {
  const { cameras } = await gateway.ask<{
    cameras: readonly { id: string; rules: readonly { id: string }[]; zones: readonly { id: string }[] }[];
  }>('{ cameras { id rules { id } zones { id } } }');
  const ids = cameras.flatMap(camera => [
    camera.id,
    ...camera.rules.map(rule => rule.id),
    ...camera.zones.map(zone => zone.id),
  ]);
  expect(ids).toHaveLength(6);
  for (const id of ids)
    expect((await gateway.ask<{ node: object }>('query ($id: ID!) { node(id: $id) { id } }', { id })).node).toEqual({
      id,
    });
});

test('filtered events arrive over server-sent events, and a cursor continues at its position', async () => {
  const client = createSseClient({ url: `${gateway.url}/graphql`, headers: { authorization }, retryAttempts: 0 });
  const variables = { filter: { cameraId: 'cam-2' } };
  const first = client.iterate<Item>({ query: EVENTS, variables });
  expect((await first.next()).value?.data?.violationEvents.__typename).toBe('Heartbeat');
  await gateway.publish([
    violation({ violationId: 'other' }),
    violation({ violationId: 'b1', cameraId: 'cam-2', storeId: 'store-2' }),
  ]);
  const event = (await first.next()).value?.data?.violationEvents;
  expect(event).toMatchObject({
    __typename: 'ViolationEvent',
    action: 'OPENED',
    violation: { violationId: 'b1', still: null },
  });
  await first.return?.();
  await until(() => gateway.parts.feed.listeners === 0);

  await gateway.publish([violation({ violationId: 'b2', cameraId: 'cam-2', storeId: 'store-2' })]);
  const second = client.iterate<Item>({ query: EVENTS, variables: { ...variables, after: event?.cursor } });
  // A heartbeat comes first when the gateway had not read the record yet.
  const items = [(await second.next()).value?.data?.violationEvents];
  if (items[0]?.__typename === 'Heartbeat') items.push((await second.next()).value?.data?.violationEvents);
  expect(items.at(-1)?.violation?.violationId).toBe('b2');
  await second.return?.();
  client.dispose();
});

test('the same events arrive over graphql-ws on the same path', async () => {
  const client = createWsClient({ url: wsUrl('/graphql'), webSocketImpl: SignedInSocket, retryAttempts: 0 });
  const items = client.iterate<Item>({ query: EVENTS });
  expect((await items.next()).value?.data?.violationEvents.__typename).toBe('Heartbeat');
  await gateway.publish([violation({ violationId: 'c1' })]);
  expect((await items.next()).value?.data?.violationEvents.violation?.violationId).toBe('c1');
  await items.return?.();
  await client.dispose();
});

test("the readiness probe's store is shown only when it is named, and a store without a grant never", async () => {
  await gateway.publish([
    violation({ violationId: 'p1', storeId: 'probe', cameraId: 'cam-probe' }),
    violation({ violationId: 'd2', storeId: 'store-2', cameraId: 'cam-2' }),
  ]);
  await until(() => gateway.parts.feed.get('d2') !== undefined && gateway.parts.feed.get('p1') !== undefined);
  const LIST =
    'query ($filter: ViolationFilter) { violations(filter: $filter) { edges { node { violationId storeId } } } stores { storeId } cameras { storeId } }';
  interface List {
    readonly violations: { readonly edges: readonly { readonly node: { readonly storeId: string } }[] };
    readonly stores: readonly { readonly storeId: string }[];
    readonly cameras: readonly { readonly storeId: string }[];
  }
  const storesSeen = async (login: string, filter = {}): Promise<readonly string[]> => {
    const { violations, stores, cameras } = await gateway.ask<List>(LIST, { filter }, login);
    const seen = [
      ...violations.edges.map(edge => edge.node),
      ...(Object.keys(filter).length > 0 ? [] : [...stores, ...cameras]),
    ];
    return [...new Set(seen.map(({ storeId }) => storeId))].toSorted();
  };
  expect(await storesSeen('admin')).toEqual(['store-1', 'store-2']);
  expect(await storesSeen('admin', { storeId: 'probe' })).toEqual(['probe']);
  expect(await storesSeen('berlin')).toEqual(['store-1']);
  expect(await storesSeen('berlin', { storeId: 'store-2' })).toEqual([]);
  expect(
    await gateway.ask('{ violation(id: "d2") { violationId } camera(id: "cam-2") { name } }', {}, 'berlin'),
  ).toEqual({ violation: null, camera: null });
});

test('of two changes of a zone at the same version one is accepted; the other gets the present zone', async () => {
  const SET = `mutation ($input: SetZoneInput!) { setZone(input: $input) { __typename
    ... on Zone { name version } ... on Invalid { field message } ... on Conflict { message current { ... on Zone { name version } } } } }`;
  const { camera } = await gateway.ask<{ camera: { zones: readonly [{ zoneId: string; version: number }] } }>(
    '{ camera(id: "cam-1") { zones { zoneId version } } }',
  );
  const [{ zoneId, version }] = camera.zones;
  const polygon = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ];
  const set = async (change: object, login = 'berlin'): Promise<Record<string, unknown>> =>
    (
      await gateway.ask<{ setZone: Record<string, unknown> }>(
        SET,
        { input: { cameraId: 'cam-1', zoneId, name: 'Bins', polygon, expectedVersion: version, ...change } },
        login,
      )
    ).setZone;
  const answers = await Promise.all([set({ name: 'One' }), set({ name: 'Two' })]);
  expect(answers.map(answer => answer.__typename).toSorted()).toEqual(['Conflict', 'Zone']);
  const won = answers.find(answer => answer.__typename === 'Zone');
  expect(answers.find(answer => answer.__typename === 'Conflict')).toMatchObject({
    current: { name: won?.name, version: won?.version },
  });
  expect(await set({ polygon: polygon.slice(0, 2), expectedVersion: won?.version })).toMatchObject({
    __typename: 'Invalid',
    field: 'polygon',
  });
  expect(await set({ cameraId: 'cam-2' })).toMatchObject({ __typename: 'Invalid', field: 'cameraId' }); // not granted
  expect(await set({ zoneId: null, expectedVersion: null, name: 'New' })).toMatchObject({
    __typename: 'Zone',
    name: 'New',
  });
  await expect(set({}, 'viewer')).rejects.toThrow('FORBIDDEN');
});

test('a rule keeps absent fields, and a gap as long as the duration is refused', async () => {
  const SET = `mutation ($input: SetRuleInput!) { setRule(input: $input) { __typename
    ... on Rule { name minDurationMs gapMs active zone { zoneId } version } ... on Invalid { field message } } }`;
  const { camera } = await gateway.ask<{ camera: { rules: readonly [{ ruleId: string; version: number }] } }>(
    '{ camera(id: "cam-2") { rules { ruleId version } } }',
  );
  const [{ ruleId, version }] = camera.rules;
  const input = { cameraId: 'cam-2', ruleId, expectedVersion: version };
  const set = async (change: object): Promise<object> =>
    (await gateway.ask<{ setRule: object }>(SET, { input: { ...input, ...change } })).setRule;
  expect(await set({ gapMs: 500 })).toMatchObject({ __typename: 'Invalid', field: 'gapMs' });
  expect(await set({ zoneId: 'cam-1-zone' })).toMatchObject({ __typename: 'Invalid', field: 'zoneId' });
  expect(await set({ minDurationMs: 800 })).toMatchObject({
    name: 'Hand without scooper',
    minDurationMs: 800,
    gapMs: 400,
    active: true,
    zone: { zoneId: 'cam-2-zone' },
  });
});

test('a rule of each kind is created from its own defaults, reads back with its parameters, and keeps its kind', async () => {
  const RULE = `ruleId kind violationType riskLevel version parameters { __typename
    ... on AbsenceParameters { subjectClass conditions { className negated } }
    ... on RestrictedZoneParameters { subjectClass anchor leaveMargin } }`;
  const SET = `mutation ($input: SetRuleInput!) { setRule(input: $input) { __typename
    ... on Rule { ${RULE} } ... on Invalid { field message } ... on Conflict { message } } }`;
  const set = async (input: object): Promise<{ readonly ruleId?: string; readonly version?: number }> =>
    (await gateway.ask<{ setRule: object }>(SET, { input: { cameraId: 'cam-2', ...input } })).setRule;
  const person = { subjectClass: 'person' };
  const made = await set({ zoneId: 'cam-2-zone', parameters: { restrictedZone: person } });
  const parameters = { ...person, anchor: 'BOTTOM_CENTRE', leaveMargin: 0.02 };
  expect(made).toMatchObject({
    ...{ __typename: 'Rule', kind: 'RESTRICTED_ZONE', violationType: 'restricted_zone', riskLevel: 'MEDIUM' },
    parameters: { __typename: 'RestrictedZoneParameters', ...parameters },
  });
  const read = await gateway.ask<{ camera: { rules: readonly { ruleId: string }[] } }>(
    `{ camera(id: "cam-2") { rules { ${RULE} } } }`,
  );
  expect(read.camera.rules.find(({ ruleId }) => ruleId === made.ruleId)).toMatchObject({ parameters });
  const conditions = [{ className: 'helmet', negated: true }];
  expect(await set({ parameters: { absence: { ...person, conditions } } })).toMatchObject({
    ...{ kind: 'ABSENCE', parameters: { __typename: 'AbsenceParameters', conditions } },
  });
  const refused = [
    [{}, 'parameters'],
    [{ parameters: {} }, 'parameters'],
    [{ parameters: { restrictedZone: {} } }, 'parameters.restrictedZone.subjectClass'],
    [{ parameters: { absence: person } }, 'parameters.absence.conditions'],
    [{ ruleId: made.ruleId, expectedVersion: made.version, parameters: { absence: {} } }, 'parameters'],
  ] as const;
  for (const [input, field] of refused) expect(await set(input)).toMatchObject({ __typename: 'Invalid', field });
  await expect(set({ parameters: { dwell: {} } })).rejects.toThrow('dwell');
  expect(await set({ ruleId: 'gone', expectedVersion: 1, name: 'x' })).toMatchObject({ __typename: 'Conflict' });
});

test("a client's error has a code, an internal error is masked", async () => {
  const errorsOf = async (query: string): Promise<readonly { message: string; extensions?: { code?: string } }[]> => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return ((await response.json()) as { errors: [] }).errors;
  };
  expect(await errorsOf('{ violations(after: "rubbish") { totalCount } }')).toMatchObject([
    { extensions: { code: 'BAD_INPUT', field: 'after' } },
  ]);
  expect(await errorsOf('{ violations(first: 5000) { totalCount } }')).toMatchObject([
    { extensions: { code: 'BAD_INPUT' } },
  ]);
  const deep = 'camera { store { id } } '.repeat(1);
  const wide = Array.from({ length: 41 }, (_, i) => `a${i}: me { login }`).join(' ');
  expect((await errorsOf(`{ ${wide} }`))[0]?.message).toContain('aliases');
  const costly = `{ ${Array.from({ length: 9 }, (_, i) => `a${i}: violations(first: 200) { edges { node { ${deep} boxes { className confidence x1Px } still { url sha256 } lineage { first { sequence epoch } peak { sequence } } } } }`).join(' ')} }`;
  expect((await errorsOf(costly))[0]?.extensions?.code).toBe('BAD_INPUT');
  const { get } = gateway.parts.violations;
  gateway.parts.violations.get = () => Promise.reject(new Error('a secret of the house'));
  const [masked] = await errorsOf('{ violation(id: "x") { violationId } }');
  gateway.parts.violations.get = get;
  expect(masked?.message).toBe('Unexpected error.');
});

test('a revoked grant ends a stream that is already open', async () => {
  const client = createSseClient({
    url: `${gateway.url}/graphql`,
    headers: { authorization: basic('viewer') },
    retryAttempts: 0,
  });
  const items = client.iterate<Item>({ query: EVENTS });
  await items.next();
  const { control } = gateway;
  await control.append({
    actor: 'test',
    changes: [
      { kind: 'user', id: 'viewer', value: { userId: 'viewer', role: 'viewer', storeIds: ['store-2'], active: true } },
    ],
  });
  await until(() => gateway.parts.fold.entity('user', 'viewer')?.value.storeIds !== null);
  await gateway.publish([violation({ violationId: 'e1' })]);
  const seen: string[] = [];
  for await (const { data } of items) seen.push(data?.violationEvents.violation?.violationId ?? 'heartbeat');
  expect(seen).not.toContain('e1');
  client.dispose();
});
