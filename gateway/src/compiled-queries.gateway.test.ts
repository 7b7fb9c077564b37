import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';
import { violation } from './testing/violations.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
  const closed = { revision: 2, state: 'closed', closeReason: 'gap', endedAtMs: 1_790_000_009_000 } as const;
  await gateway.publish([
    violation({ violationId: 'one' }),
    violation({ violationId: 'two', riskLevel: 'low' }),
    violation({ violationId: 'two', riskLevel: 'low', ...closed }),
    violation({ violationId: 'far', cameraId: 'cam-2', storeId: 'store-2' }),
  ]);
  await until(() => gateway.parts.feed.get('far') !== undefined && gateway.parts.feed.get('two')?.state === 'closed');
});
afterAll(() => gateway.close());

/** More often than a document is interpreted before it is compiled. */
const TIMES = 6;

const ROW = `id violationId violationType state revision riskLevel closeReason zoneId endedAt startedAt createdAt
  camera { name url status { state } rules { ruleId } zones { polygon { x y } } } store { name openingHours { days } }
  boxes { className confidence } lineage { first { sequence frame { topic } } controlOffset } still { url missing }`;
const LIST = `query List($first: Int, $filter: ViolationFilter, $after: String, $more: Boolean = false) {
  violations(first: $first, filter: $filter, after: $after) {
    totalCount degraded warnings { field message } pageInfo { hasNextPage endCursor }
    edges { cursor node { ...Row alias: state models @include(if: $more) { model } revision @skip(if: $more) } }
  }
}
fragment Row on Violation { __typename ${ROW} }`;

const QUESTIONS: readonly (readonly [string, object?])[] = [
  [LIST, { first: 50 }],
  [LIST, { first: 1, more: true }],
  [
    LIST,
    { first: 50, filter: { state: 'OPEN', riskLevel: 'HIGH', from: '2026-01-01T00:00:00Z', to: 1_795_000_000_000 } },
  ],
  [LIST, { filter: { storeId: 'nowhere' } }],
  [LIST, { filter: null, first: null }],
  [LIST, { first: 500 }],
  [LIST, { first: 'ten' }],
  [LIST, { filter: { state: 'AJAR' } }],
  [LIST, { filter: { from: 'yesterday' } }],
  [LIST, { filter: { unheardOf: 1 } }],
  [LIST, { after: 'no cursor' }],
  ['{ violations(first: 2, filter: { state: CLOSED, from: "2026-01-01" }) { edges { node { violationId state } } } }'],
  ['query One($id: ID!) { violation(id: $id) { violationId still { url } } }', { id: 'one' }],
  ['query One($id: ID!) { violation(id: $id) { violationId } }', { id: 'nobody' }],
  ['query One($id: ID!) { violation(id: $id) { violationId } }', {}],
  ['query Page($n: Int! = 1) { violations(first: $n) { edges { node { violationId } } } }'],
  ['query Page($n: Int! = 1) { violations(first: $n) { edges { node { violationId } } } }', { n: 2 }],
  ['query Page($valueOf: Int! = 1) { violations(first: $valueOf) { edges { node { violationId } } } }'],
  ['query Page($n: Int = 1) { violations(first: $n) { edges { node { violationId } } } }', { n: null }],
  [
    'query Steps($tz: String! = "UTC", $g: Grain! = DAY, $f: ViolationFilter! = { state: OPEN, from: "2026-01-01" }) { violationStatistics(grain: $g, timezone: $tz, filter: $f) { total overTime { time count } } }',
  ],
  [
    'query Node($id: ID!) { node(id: $id) { __typename id ... on Violation { state } ... on Camera { name } } }',
    { id: 'VmlvbGF0aW9uOm9uZQ==' },
  ],
  ['query Node($id: ID!) { node(id: $id) { __typename id ... on Camera { name } } }', { id: 'Q2FtZXJhOmNhbS0x' }],
  ['query Node($id: ID!) { node(id: $id) { id } }', { id: 'no id' }],
  // one fragment in two places, one of them left out
  ['query($a: Boolean!) { me { ...X @skip(if: $a) ...X } } fragment X on User { login role }', { a: true }],
  [
    'query($a: Boolean!, $b: Boolean!) { me { ...X @include(if: $a) ...X @include(if: $b) } } fragment X on User { login role }',
    { a: false, b: true },
  ],
  [
    'query($a: Boolean!) { a: stores { ...S @skip(if: $a) } b: stores { ...S } } fragment S on Store { name }',
    { a: true },
  ],
  [
    'query($a: Boolean!) { me { ...O ...P } } fragment O on User { ...X @skip(if: $a) } fragment P on User { ...X } fragment X on User { login }',
    { a: true },
  ],
  ['query A { me { login role } } query B { me { stores: login } cameras { cameraId violationCount } }'],
  ['{ violationStatistics(grain: HOUR, timezone: "Mars/Olympus") { total } me { login } }'],
  [
    '{ violationStatistics(grain: DAY, timezone: "Europe/Berlin") { total open byType { violationType count } byCamera { camera { name } open } overTime { time count } stepsLeftOut warnings { field } } }',
  ],
  [
    '{ cameras { ...C } stores { storeId name } brokenFiles { fileId } } fragment C on Camera { name version rules { ruleId } }',
  ],
  [
    '{ __schema { queryType { name fields { name args { name defaultValue type { kind } } } } } __type(name: "RiskLevel") { enumValues { name } } }',
  ],
];

let asked = 0;

/** Each request has another extension, so that no kept answer is equal to it. */
async function answer(query: string, variables: object | undefined, operationName?: string) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { authorization: basic('berlin'), 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables, extensions: { asked: ++asked }, ...(operationName && { operationName }) }),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: readonly { locations?: unknown }[] };
  return { status: response.status, data, errors: errors?.map(({ locations: _, ...error }) => error) };
}

test('a compiled query gives the same data, errors and status as an interpreted one', async () => {
  for (const [query, variables] of QUESTIONS) {
    const name = query.startsWith('query A') ? 'B' : undefined;
    const unlike = `${query} # ${JSON.stringify(variables)}`; // a text of its own, so that its first answer is interpreted
    const interpreted = await answer(unlike, variables, name);
    let compiled = interpreted;
    for (let i = 0; i < TIMES; i++) compiled = await answer(unlike, variables, name);
    expect.soft({ query, variables, ...compiled }).toEqual({ query, variables, ...interpreted });
  }
});
