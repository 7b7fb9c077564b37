/** `npm run chaos -- stack`: kill -9 of the violation process while scripted violations flow; each exactly once, everywhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, openControl } from '@sightline/processors/control';
import type { Cell } from '@sightline/processors/process';
import { topics, type Violation } from '@sightline/schemas';
import { handNoScooper } from '@sightline/schemas/rules';
import { clickHouseClient } from '../../local/migrate.ts';
import { type OwnStack, startStack } from '../installations/stack.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';
import { readTopic } from '../tools/read-topic.ts';
import { seeded } from '../tools/seeded.ts';
import { expectedViolations, judge, type ScriptedCamera, scriptedDetection } from '../truth/scripted-detections.ts';

const options = figureOptions(`npm run chaos -- stack

Eight scripted cameras write detections with known violations; the violation process is killed (SIGKILL) at random
moments, 5 times (--full 20). Then every violation must be in the topic, in ClickHouse and in GraphQL exactly once.`);

const KILLS = options.full ? 20 : 5;
const STORE = 'chaos';
const PROCESS = 'violations';
const FPS = 10;
const say = (text: string): void => console.error(text);

const cameras = (startMs: number, durationMs: number): readonly ScriptedCamera[] =>
  Array.from({ length: 8 }, (_, index) => ({
    cameraId: `chaos-${index + 1}`,
    startMs: startMs + index,
    fps: FPS,
    durationMs,
    periodMs: 3_000 + index * 200,
    breachMs: 1_200,
  }));

function configuration(startMs: number): readonly Change[] {
  const store = {
    storeId: STORE,
    name: 'Chaos',
    city: '',
    region: '',
    timeZone: 'UTC',
    openingHours: [],
    subscriptionActive: true,
    demo: true,
  };
  return [
    { kind: 'store', id: STORE, value: store },
    ...cameras(startMs, 0).flatMap(({ cameraId }): Change[] => {
      // another site than ingest's: the script alone writes for these cameras
      const camera = {
        cameraId,
        storeId: STORE,
        name: cameraId,
        site: 'scripted',
        source: 'live',
        url: 'rtsp://127.0.0.1/',
        maxFps: FPS,
        active: true,
        fileSha256: null,
        fileEpoch: null,
        fileStartedAtMs: null,
        demo: true,
      } as const;
      const rule = handNoScooper(cameraId, null);
      return [
        { kind: 'camera', id: cameraId, value: camera },
        { kind: 'rule', id: rule.ruleId, value: rule },
      ];
    }),
  ];
}

/** Writes the script in real time until told to end; resolves with the duration it came to, `ended` records written. */
async function playScript(cell: Cell, startMs: number, ending: AbortSignal): Promise<number> {
  const producer = await cell.log.producer();
  const send = (durationMs: number, sequence: number) =>
    producer.send(
      cameras(startMs, durationMs).map(camera =>
        cell.outgoing(topics.detections, camera.cameraId, scriptedDetection(camera, sequence)),
      ),
    );
  let sequence = 0;
  for (; !ending.aborted; sequence++) {
    await send(Number.POSITIVE_INFINITY, sequence);
    await sleep(Math.max(0, startMs + (sequence * 1000) / FPS - Date.now()));
  }
  const durationMs = Math.round((sequence * 1000) / FPS);
  await send(durationMs, sequence);
  await producer.close();
  return durationMs;
}

/** Kills the process KILLS times; a kill counts once another pid has taken the place of the killed one. */
async function kill(stack: OwnStack, random: () => number): Promise<number> {
  let proven = 0;
  for (let number = 1; number <= KILLS; number++) {
    const pid = await nextPid(stack, undefined);
    // every fourth while it starts or restores, the others at work
    await sleep(number % 4 === 0 ? random() * 1_000 : 2_000 + random() * 4_000);
    process.kill(pid, 'SIGKILL');
    const next = await nextPid(stack, pid);
    proven += next === pid ? 0 : 1;
    say(`kill ${number} of ${KILLS}: ${pid} died, ${next} took over`);
  }
  return proven;
}

async function nextPid(stack: OwnStack, not: number | undefined): Promise<number> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 50) {
    const pid = stack.pidOf(PROCESS);
    if (pid !== undefined && pid !== not) return pid;
    await sleep(50);
  }
  throw new Error('the violation process was not started again within 60 s');
}

/** Rows of the store in ClickHouse against the records of the topic: [missing, more than once]. */
async function inClickHouse(stack: OwnStack, records: readonly Violation[]): Promise<readonly [number, number]> {
  const client = clickHouseClient(stack.ready.addresses.clickHouse);
  const query =
    'SELECT violation_id, revision, count() AS rows FROM violations WHERE store_id = {store: String} GROUP BY violation_id, revision';
  try {
    for (let waitedMs = 0; ; waitedMs += 500) {
      const answer = await client.query({ query, query_params: { store: STORE }, format: 'JSONEachRow' });
      const rows = new Map(
        (await answer.json<{ violation_id: string; revision: number; rows: string }>()).map(row => [
          `${row.violation_id} ${row.revision}`,
          Number(row.rows),
        ]),
      );
      const missing = records.filter(record => !rows.has(`${record.violationId} ${record.revision}`)).length;
      const more = [...rows.values()].filter(count => count > 1).length + Math.max(0, rows.size - records.length);
      if (missing === 0 || waitedMs > 20_000) return [missing, more];
      await sleep(500);
    }
  } finally {
    await client.close();
  }
}

/** Ids GraphQL lists for the store, page by page: [missing, more than once]. */
async function inGraphql(stack: OwnStack, records: readonly Violation[]): Promise<readonly [number, number]> {
  const query =
    'query ($store: ID!, $after: String) { violations(filter: { storeId: $store }, first: 100, after: $after) { edges { node { violationId } } pageInfo { hasNextPage endCursor } } }';
  interface Page {
    readonly violations: {
      readonly edges: readonly { readonly node: { readonly violationId: string } }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  }
  const listed: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { violations }: Page = await stack.graphql<Page>(query, { store: STORE, after });
    listed.push(...violations.edges.map(({ node }) => node.violationId));
    after = violations.pageInfo.endCursor;
    more = violations.pageInfo.hasNextPage;
  }
  const ids = new Set(records.map(record => record.violationId));
  const seen = new Set(listed);
  return [
    [...ids].filter(id => !seen.has(id)).length,
    listed.length - seen.size + [...seen].filter(id => !ids.has(id)).length,
  ];
}

async function run(stack: OwnStack): Promise<readonly Figure[]> {
  const cell = await stack.connect();
  const control = await openControl(cell, error => say(String(error)));
  const startMs = Date.now();
  await control.append({ actor: 'chaos', changes: configuration(startMs), effectiveAtMs: 0 });
  const ending = new AbortController();
  const script = playScript(cell, startMs, ending.signal);
  const proven = await kill(stack, seeded(42));
  await sleep(5_000);
  ending.abort();
  const durationMs = await script;

  const tracks = await readTopic(cell, topics.tracks);
  const ended = (): number =>
    tracks.values.filter(track => track.outcome === 'ended' && track.storeId === STORE).length;
  await tracks.until(
    () => ended() === 8,
    120_000,
    () => `${ended()} of 8 cameras were judged to their end`,
  );
  const violations = await readTopic(cell, topics.violations);
  const expected = cameras(startMs, durationMs).flatMap(expectedViolations);
  const closed = (): number =>
    violations.values.filter(violation => violation.storeId === STORE && violation.state === 'closed').length;
  await violations
    .until(
      () => closed() >= expected.length,
      10_000,
      () => '',
    )
    .catch(() => {}); // the verdict says it
  const records = violations.values.filter(violation => violation.storeId === STORE);
  const verdict = judge(records, expected);
  for (const key of verdict.lost) say(`lost: ${key}`);
  const [rowsMissing, rowsMore] = await inClickHouse(stack, records);
  const [listMissing, listMore] = await inGraphql(stack, records);
  const written = cameras(startMs, durationMs).length * (Math.round((durationMs * FPS) / 1000) + 1);
  for (const reading of [tracks, violations]) await reading.close();
  await control.close();
  await cell.close();
  const zero = (name: string, value: number): Figure => ({ name, value, unit: '', peer: 0, pass: value === 0 });
  return [
    { name: 'kills', value: proven, unit: '', peer: KILLS, pass: proven === KILLS, seconds: durationMs / 1000 },
    { name: 'violations in the script', value: verdict.expected, unit: '' },
    zero('topic: lost', verdict.lost.length),
    zero('topic: duplicate', verdict.duplicate),
    zero('topic: torn', verdict.torn),
    zero('topic: invented', verdict.invented),
    zero(
      'tracks: missing or more than once',
      Math.abs(tracks.values.filter(track => track.storeId === STORE).length - written),
    ),
    zero('ClickHouse: missing', rowsMissing),
    zero('ClickHouse: more than once', rowsMore),
    zero('GraphQL: missing', listMissing),
    zero('GraphQL: more than once', listMore),
  ];
}

const stack = await startStack();
try {
  printFigures(await run(stack), options);
} finally {
  await stack.stop();
}
