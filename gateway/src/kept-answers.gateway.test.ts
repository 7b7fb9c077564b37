import { topics, type Violation } from '@sightline/schemas';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic, type RunningGateway, runGateway, until } from './testing/running-gateway.ts';
import { revised, violation } from './testing/violations.ts';

let gateway: RunningGateway;
let producer: Awaited<ReturnType<RunningGateway['cell']['log']['producer']>>;
beforeAll(async () => {
  gateway = await runGateway();
  producer = await gateway.cell.log.producer();
});
afterAll(async () => {
  await producer.close();
  await gateway.close();
});

const ROW = 'violationId state revision createdAt camera { name store { name } rules { name } } still { url missing }';
const STATISTICS =
  '{ violationStatistics(grain: HOUR) { total open cursor byCamera { cameraId camera { name } count } } }';

/** A question, and whether its answers may be kept. */
const QUESTIONS: readonly { readonly query?: string; readonly path?: string; readonly keeps: boolean }[] = [
  { query: `{ violations(first: 5) { totalCount cursor edges { node { ${ROW} } } } }`, keeps: true },
  { query: `{ violations(first: 3, filter: { cameraId: "cam-2" }) { edges { node { ${ROW} } } } }`, keeps: true },
  { query: STATISTICS, keeps: true },
  { query: '{ me { login role storeIds } stores { name } cameras { name violationCount } }', keeps: true },
  { query: '{ cameras { name status { state message } } }', keeps: false },
  { query: '{ violations(first: 2) { edges { node { violationId camera { status { state } } } } } }', keeps: false },
  { query: '{ health { status } }', keeps: false },
  { path: '/api/violations-list?limit=4', keeps: true },
  { path: '/api/violations/cam-1?limit=4', keeps: true },
  { path: '/api/statistics?grain=day', keeps: true },
];
const LOGINS = ['admin', 'viewer', 'berlin'];

let asked = 0;
let bundles = 0;

/** Asks. `anew`: by a request that nobody sent before, so that no kept answer is equal to it. */
async function answer(question: (typeof QUESTIONS)[number], login: string, anew: boolean) {
  const { query, path = '/graphql' } = question;
  const number = anew ? ++asked : 0;
  const headers = { authorization: basic(login), 'content-type': 'application/json' };
  const response = await (query === undefined
    ? fetch(`${gateway.url}${path}&number=${number}`, { headers })
    : fetch(`${gateway.url}/graphql`, {
        ...{ method: 'POST', headers },
        body: JSON.stringify({ query, extensions: { number } }),
      }));
  return {
    text: `${response.status} ${response.headers.get('content-type')} ${await response.text()}`,
    kept: response.headers.has('cache-status'),
  };
}

const latest = new Map<string, Violation>();

async function publish(value: Violation): Promise<void> {
  latest.set(value.violationId, value);
  await gateway.publish([value]);
  await until(() => gateway.parts.feed.get(value.violationId)?.revision === value.revision);
}

const evidenceOf = ({ violationId, cameraId, storeId }: Violation, revision: number) => ({
  ...{ violationId, cameraId, storeId, revision, missing: `reason ${revision}`, files: [] },
});

/** The changes that may come between two questions. Each resolves when the gateway has learnt of it. */
const changes: Readonly<Record<string, (pick: number) => Promise<void>>> = {
  open: pick =>
    publish(
      violation({
        violationId: `v-${latest.size}`,
        ...(pick % 2 === 0 ? { cameraId: 'cam-1' } : { cameraId: 'cam-2', storeId: 'store-2' }),
        startedAtMs: 1_790_000_000_000 + (pick % 7) * 1_000,
      }),
    ),
  async revise(pick) {
    const one = [...latest.values()].filter(({ state }) => state !== 'closed').at(pick % 5);
    if (one !== undefined) await publish(revised(one, pick % 2 === 0 ? 'closed' : 'updated'));
  },
  async prove(pick) {
    const one = [...latest.values()].at(-1 - (pick % 3));
    if (one === undefined) return;
    const before = gateway.parts.versions();
    await producer.send([gateway.cell.outgoing(topics.evidence, one.cameraId, evidenceOf(one, ++bundles))]);
    await until(() => gateway.parts.versions() !== before);
  },
  async proveInClickHouse(pick) {
    const one = [...latest.values()].at(-1 - (pick % 3));
    if (one === undefined) return;
    const row = { violation_id: one.violationId, camera_id: one.cameraId, store_id: one.storeId, revision: ++bundles };
    await gateway.database.insert('evidence', [{ ...row, missing: `stored reason ${bundles}`, _topic: 'evidence' }]);
  },
  async rename(pick) {
    const camera = gateway.parts.fold.entity('camera', 'cam-1')?.value;
    if (camera === undefined) return;
    await configure({ kind: 'camera', id: 'cam-1', value: { ...camera, name: `Oven ${pick}` } });
  },
  grant(pick) {
    const storeIds = [null, ['store-1'], ['store-2'], []][pick % 4] ?? null;
    const role = pick % 3 === 0 ? 'viewer' : 'manager';
    const value = { userId: 'berlin', role, storeIds, active: pick % 5 !== 0 } as const;
    return configure({ kind: 'user', id: 'berlin', value });
  },
  async report(pick) {
    const value = {
      ...{ cameraId: 'cam-1', storeId: 'store-1', state: 'connected', message: `report ${pick}`, fps: 5 },
      ...{ epoch: 1, atMs: pick, lastCapturedAtMs: pick, framesPublished: pick, attempts: 0, drops: {} },
      ...{ fileName: null },
    } as never;
    await producer.send([gateway.cell.outgoing(topics.cameraStatus, 'cam-1', value)]);
    await until(() => gateway.parts.statuses.get('cam-1')?.atMs === pick);
  },
};

async function configure(change: Parameters<RunningGateway['control']['append']>[0]['changes'][number]): Promise<void> {
  const before = gateway.parts.fold.nextOffset;
  await gateway.control.append({ actor: 'test', changes: [change] });
  await until(() => gateway.parts.fold.nextOffset > before);
}

interface Step {
  readonly change: string;
  readonly pick: number;
  /** Who asks before and after the change. */
  readonly login: string;
}

/** Each change once, asked by one whom it concerns. */
const EACH_CHANGE: readonly Step[] = [
  ...['open', 'open', 'prove', 'revise', 'rename', 'report', 'proveInClickHouse', 'prove'].map((change, pick) => ({
    ...{ change, pick, login: 'viewer' },
  })),
  ...[1, 2, 7, 3, 4].map(pick => ({ change: 'grant', pick, login: 'berlin' })),
];

const COMPARED = QUESTIONS.filter(({ query }) => query?.includes('health') !== true);

/** Asks, changes, and compares. Shared numbers may end between two questions; then the later question decides. */
async function compare(steps: readonly Step[]): Promise<void> {
  for (const { change, pick, login } of steps) {
    for (const question of COMPARED) await answer(question, login, false);
    await changes[change]?.(pick);
    for (const question of COMPARED) {
      const before = await answer(question, login, false);
      const anew = await answer(question, login, true);
      const after = await answer(question, login, false);
      expect(anew.kept).toBe(false);
      expect([before.text, after.text]).toContain(anew.text);
    }
  }
}

test('a kept answer equals one made anew, after each kind of change', () => compare(EACH_CHANGE));

test('a kept answer equals one made anew, after any changes and for any viewer', async () => {
  const step = fc.record({
    change: fc.constantFrom(...Object.keys(changes)),
    pick: fc.nat(1_000),
    login: fc.constantFrom(...LOGINS),
  });
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), compare), { numRuns: 4 });
});

test('an answer is kept when all that it reads has a version or an end', async () => {
  await changes.open?.(0);
  await changes.open?.(1);
  for (const question of QUESTIONS) {
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await answer(question, 'viewer', false));
    expect.soft([question, answers.some(({ kept }) => kept)]).toEqual([question, question.keeps]);
  }
});
