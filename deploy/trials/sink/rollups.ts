import type { ClickHouseClient } from '@clickhouse/client';

/**
 * Totals kept by materialised views while rows come in; they sum only rows that never change. The product's schema has
 * no rollups, so the trial creates its own. When the product gets some, list them here.
 */
interface Rollup {
  readonly name: string;
  readonly columns: string;
  readonly engine: string;
  /** The totals computed from the rows. */
  readonly select: string;
  /** The same totals from the rollup. */
  readonly read: string;
}

const ROLLUPS: readonly Rollup[] = [
  {
    name: 'rollup_boxes_by_minute',
    columns: 'store_id String, camera_id String, minute DateTime, class_name String, boxes UInt64, frames UInt64',
    engine: 'SummingMergeTree ORDER BY (store_id, camera_id, minute, class_name)',
    select: `SELECT store_id, camera_id, toStartOfMinute(captured_at) AS minute, class_name, count() AS boxes,
      countIf(box = 0) AS frames FROM tracks GROUP BY store_id, camera_id, minute, class_name`,
    read: `SELECT store_id, camera_id, minute, class_name, sum(boxes) AS boxes, sum(frames) AS frames
      FROM rollup_boxes_by_minute GROUP BY store_id, camera_id, minute, class_name`,
  },
  {
    name: 'rollup_closed_violations',
    columns: `store_id String, day Date, closed SimpleAggregateFunction(sum, UInt64),
      breach_ms SimpleAggregateFunction(sum, Int64), confidence SimpleAggregateFunction(max, Float32)`,
    engine: 'AggregatingMergeTree ORDER BY (store_id, day)',
    select: `SELECT store_id, toDate(started_at) AS day, count() AS closed,
      sum(dateDiff('millisecond', started_at, last_seen_at)) AS breach_ms, max(peak_confidence) AS confidence
      FROM violations WHERE state = 'closed' GROUP BY store_id, day`,
    read: `SELECT store_id, day, sum(closed) AS closed, sum(breach_ms) AS breach_ms, max(confidence) AS confidence
      FROM rollup_closed_violations GROUP BY store_id, day`,
  },
];

/** A rollup needs its own deduplication window: a block that its source table already has still reaches the view. */
export async function createRollups(client: ClickHouseClient): Promise<void> {
  for (const { name, columns, engine, select } of ROLLUPS) {
    await client.command({
      query: `CREATE TABLE ${name} (${columns}) ENGINE = ${engine} SETTINGS non_replicated_deduplication_window = 1000`,
    });
    await client.command({ query: `CREATE MATERIALIZED VIEW ${name}_view TO ${name} AS ${select}` });
  }
}

/** Groups that differ between a rollup and its rows, by name. */
export async function differingGroups(client: ClickHouseClient): Promise<readonly string[]> {
  const known = new Set(ROLLUPS.map(({ name }) => `${name}_view`));
  const views = await client.query({
    query: "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView'",
    format: 'JSONEachRow',
  });
  const unknown = (await views.json<{ name: string }>()).filter(({ name }) => !known.has(name));
  if (unknown.length > 0) throw new Error(`the judge does not know the rollup ${unknown[0]?.name}`);
  const wrong: string[] = [];
  for (const { name, select, read } of ROLLUPS) {
    const [kept, counted] = [`(${read})`, `(${select})`];
    for (const [these, those] of [
      [kept, counted],
      [counted, kept],
    ]) {
      const answer = await client.query({
        query: `SELECT * FROM ${these} EXCEPT SELECT * FROM ${those}`,
        format: 'JSONEachRow',
      });
      wrong.push(
        ...(await answer.json()).map(
          row => `${name}: ${JSON.stringify(row)} only in ${these === kept ? 'the rollup' : 'the rows'}`,
        ),
      );
    }
  }
  return wrong;
}
