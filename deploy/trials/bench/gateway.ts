/**
 * `npm run bench -- gateway`: pages and statistics per second, their latency and CPU, beside a bare server with a
 * stored page.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { GatewayTrial } from '../gateway/gateway-trial.ts';
import { type Ask, type Load, loadWith } from '../gateway/load.ts';
import { cameraIdOf } from '../gateway/violations.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';

const VIOLATIONS = 300_000;
const options = figureOptions();

const SECONDS = options.full ? 30 : 6;
const CAMERAS = 300;
const AT_ONCE = 8;
const EVERY_MS = 1_000;
const AIM_P95_MS = 100;

const LIST = `query List($first: Int, $after: String, $filter: ViolationFilter) {
  violations(first: $first, after: $after, filter: $filter) {
    totalCount degraded
    pageInfo { hasNextPage endCursor }
    edges { node {
      violationId violationType state revision riskLevel cameraId camera { name } storeId store { name timeZone }
      startedAt lastSeenAt durationMs widthPx heightPx boxes { className confidence x1Px y1Px x2Px y2Px } subjectBox
      still { url missing }
    } }
  }
}`;
const NUMBERS = `query Numbers($filter: ViolationFilter) {
  violationStatistics(filter: $filter, grain: HOUR, timezone: "Europe/Berlin") {
    total open byStore { storeId count } byCamera { cameraId count } byType { violationType count } overTime { time count }
  }
}`;

/** Figures of one kind of request. */
function figuresOf(name: string, unit: string, load: Load, peer?: Load): readonly Figure[] {
  const beside = peer && { peer: peer.perSecond, ratio: load.perSecond / peer.perSecond };
  return [
    { name: `${name}: answers`, value: load.perSecond, unit: `${unit}/s`, bytes: load.bytes, ...beside },
    { name: `${name}: p50`, value: load.p50Ms, unit: 'ms' },
    { name: `${name}: p95`, value: load.p95Ms, unit: 'ms', limitMs: AIM_P95_MS, pass: load.p95Ms < AIM_P95_MS },
    ...load.cpuMs.map((value, i) => ({
      name: `${name}: CPU of ${i === 0 ? 'the gateway' : 'ClickHouse'}`,
      value,
      unit: `ms/${unit}`,
    })),
  ];
}

async function storedPage(bytes: number): Promise<Load> {
  const server = fork(join(import.meta.dirname, '../gateway/stored-page-server.ts'), [String(bytes)]);
  const port = await new Promise<unknown>(resolve => server.once('message', resolve));
  const load = await loadWith(() => ({ url: `http://127.0.0.1:${port}/`, method: 'POST', body: LIST }), {
    ...{ seconds: SECONDS / 2, atOnce: AT_ONCE, pids: [server.pid] },
  });
  server.disconnect();
  return load;
}

const trial = await GatewayTrial.open(CAMERAS);
try {
  const startMs = Date.now() - VIOLATIONS * EVERY_MS;
  await trial.publish(VIOLATIONS, startMs, EVERY_MS, CAMERAS);
  await trial.fillOlder(VIOLATIONS, startMs - VIOLATIONS * EVERY_MS, EVERY_MS, CAMERAS);
  const { answersMs, historyMs } = await trial.start();
  const headers = { authorization: `Bearer ${await trial.signIn()}`, 'content-type': 'application/json' };
  const ask = (query: string, variables: object): Ask => ({
    ...{ url: `${trial.url}/graphql`, method: 'POST', headers, body: JSON.stringify({ query, variables }) },
  });
  const pids = [trial.gatewayPid, trial.clickHousePid];
  const measure = async (next: (number: number) => Ask): Promise<Load> => {
    await loadWith(next, { seconds: 2, atOnce: AT_ONCE, pids });
    return loadWith(next, { seconds: SECONDS, atOnce: AT_ONCE, pids });
  };
  const first = await measure(() => ask(LIST, { first: 50 }));
  const rest = await measure(() => ({ url: `${trial.url}/api/violations-list?limit=50`, headers }));
  const ofCamera = await measure(number =>
    ask(LIST, { first: 50, filter: { cameraId: cameraIdOf(number % CAMERAS) } }),
  );
  const numbers = await measure(() => ask(NUMBERS, {}));
  const ofOneCamera = await measure(number => ask(NUMBERS, { filter: { cameraId: cameraIdOf(number % CAMERAS) } }));
  printFigures(
    [
      { name: `start: until it answers, ${VIOLATIONS} read`, value: answersMs / 1_000, unit: 's' },
      { name: 'start: the same read behind requests', value: historyMs / 1_000, unit: 's' },
      ...figuresOf('first page of 50, GraphQL', 'page', first, await storedPage(first.bytes)),
      ...figuresOf('first page of 50, REST', 'page', rest, await storedPage(rest.bytes)),
      ...figuresOf('first page of one camera', 'page', ofCamera),
      ...figuresOf('statistics of all', 'answer', numbers),
      ...figuresOf('statistics of one camera', 'answer', ofOneCamera),
    ],
    options,
  );
} finally {
  await trial.close();
}
