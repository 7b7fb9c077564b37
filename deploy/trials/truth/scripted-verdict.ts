import { setTimeout as sleep } from 'node:timers/promises';
import type { Cell } from '@sightline/processors/process';
import { topics, type Violation } from '@sightline/schemas';
import { clickHouseClient } from '../../local/migrate.ts';
import type { Stack } from '../installations/stack.ts';
import type { Figure } from '../tools/figure.ts';
import { readTopic } from '../tools/read-topic.ts';
import { SCRIPTED_FPS, SCRIPTED_STORE, scriptedCameras } from './scripted-cameras.ts';
import { expectedViolations, judge } from './scripted-detections.ts';

export interface Script {
  readonly startMs: number;
  readonly durationMs: number;
}

/**
 * Compares topics, ClickHouse and GraphQL of an installation with the script that was played to it: each violation must
 * be there exactly once.
 */
export async function scriptedVerdict(stack: Stack, cell: Cell, script: Script): Promise<readonly Figure[]> {
  const cameras = scriptedCameras(script.startMs, script.durationMs);
  const tracks = await readTopic(cell, topics.tracks);
  const ended = (): number =>
    tracks.values.filter(track => track.outcome === 'ended' && track.storeId === SCRIPTED_STORE).length;
  await tracks.until(
    () => ended() === cameras.length,
    120_000,
    () => `${ended()} of ${cameras.length} cameras were judged to their end`,
  );
  const violations = await readTopic(cell, topics.violations);
  const expected = cameras.flatMap(expectedViolations);
  const closed = (): number =>
    violations.values.filter(violation => violation.storeId === SCRIPTED_STORE && violation.state === 'closed').length;
  await violations
    .until(
      () => closed() >= expected.length,
      10_000,
      () => '',
    )
    .catch(() => {}); // the verdict reports it
  const records = violations.values.filter(violation => violation.storeId === SCRIPTED_STORE);
  const verdict = judge(records, expected);
  for (const key of verdict.lost) console.error(`lost: ${key}`);
  const [rowsMissing, rowsMore] = await inClickHouse(stack, records);
  const [listMissing, listMore] = await inGraphql(stack, records);
  const written = cameras.length * (Math.round((script.durationMs * SCRIPTED_FPS) / 1000) + 1);
  for (const reading of [tracks, violations]) await reading.close();
  const zero = (name: string, value: number): Figure => ({ name, value, unit: '', peer: 0, pass: value === 0 });
  return [
    { name: 'violations in the script', value: verdict.expected, unit: '' },
    zero('topic: lost', verdict.lost.length),
    zero('topic: duplicate', verdict.duplicate),
    zero('topic: torn', verdict.torn),
    zero('topic: invented', verdict.invented),
    zero(
      'tracks: missing or more than once',
      Math.abs(tracks.values.filter(track => track.storeId === SCRIPTED_STORE).length - written),
    ),
    zero('ClickHouse: missing', rowsMissing),
    zero('ClickHouse: more than once', rowsMore),
    zero('GraphQL: missing', listMissing),
    zero('GraphQL: more than once', listMore),
  ];
}

/** Compares the store's rows in ClickHouse with the topic's records: [missing, more than once]. */
async function inClickHouse(stack: Stack, records: readonly Violation[]): Promise<readonly [number, number]> {
  const client = clickHouseClient(stack.ready.addresses.clickHouse);
  const query =
    'SELECT violation_id, revision, count() AS rows FROM violations WHERE store_id = {store: String} GROUP BY violation_id, revision';
  try {
    for (let waitedMs = 0; ; waitedMs += 500) {
      const answer = await client.query({ query, query_params: { store: SCRIPTED_STORE }, format: 'JSONEachRow' });
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

/** Compares the ids that GraphQL lists for the store, page by page, with the topic: [missing, more than once]. */
async function inGraphql(stack: Stack, records: readonly Violation[]): Promise<readonly [number, number]> {
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
    const { violations }: Page = await stack.graphql<Page>(query, { store: SCRIPTED_STORE, after });
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
