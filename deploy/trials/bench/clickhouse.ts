/**
 * `npm run bench -- clickhouse`: the embedded ClickHouse under slow analysts' queries, and the cost of checking a
 * statement.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { DataFolder } from '../../local/folder.ts';
import { startParts } from '../../local/parts.ts';
import { ensureSecrets } from '../../local/secrets.ts';
import { readSettings } from '../../local/settings.ts';
import { Supervisor } from '../../local/supervisor.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';

const ANALYSTS = 12;
const SLOW = 'SELECT max(sipHash64(number)) FROM numbers(1000000000000)';
const SHORT = 'SELECT toStartOfHour(now()) AS hour, count() FROM numbers(10) WHERE number IN (1, 2) GROUP BY hour';
const P95_AIM_MS = 100;

const options = figureOptions();
const times = options.full ? 1_000 : 200;

async function timesOf(work: () => Promise<unknown>): Promise<readonly number[]> {
  const all: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const startMs = performance.now();
    await work();
    all.push(performance.now() - startMs);
  }
  return all.toSorted((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(sorted.length * share)] ?? Number.NaN;

async function measure(url: string, passwords: Readonly<Record<'writer' | 'analyst', string>>): Promise<Figure[]> {
  const client = (username: 'writer' | 'analyst') =>
    createClient({ url, username, password: passwords[username], max_open_connections: 20, log: { level: 127 } });
  const [writer, analyst] = [client('writer'), client('analyst')];
  const one = async (who: typeof writer, query: string): Promise<void> => {
    await (await who.query({ query, format: 'JSONEachRow' })).text();
  };
  const alone = await timesOf(() => one(writer, 'SELECT 1'));
  const judged = await timesOf(() => one(analyst, SHORT));
  const unjudged = await timesOf(() => one(writer, SHORT));
  const leaving = new AbortController();
  const slow = Array.from({ length: ANALYSTS }, () =>
    analyst.query({ query: SLOW, abort_signal: leaving.signal }).catch(() => {}),
  );
  await new Promise(resolve => setTimeout(resolve, 2_000));
  const under = await timesOf(() => one(writer, 'SELECT 1'));
  leaving.abort();
  await Promise.all(slow);
  await Promise.all([writer.close(), analyst.close()]);
  const p95 = at(under, 0.95);
  return [
    { name: `SELECT 1 under ${ANALYSTS} slow analysts, p95`, value: p95, unit: 'ms', peer: at(alone, 0.95), pass: p95 < P95_AIM_MS }, // biome-ignore format: one figure
    { name: "an analyst's statement, median", value: at(judged, 0.5), unit: 'ms', peer: at(unjudged, 0.5), ratio: at(judged, 0.5) / at(unjudged, 0.5) }, // biome-ignore format: one figure
  ];
}

const folder = DataFolder.make(mkdtempSync(join(tmpdir(), 'sightline-bench-')));
const supervisor = new Supervisor({ folder, onLine: () => {} });
try {
  const secrets = ensureSecrets(folder.secrets);
  const settings = readSettings({});
  const { clickHouse } = await startParts({ folder, secrets, settings, supervisor, needs: ['clickhouse'] });
  printFigures(await measure(clickHouse.url, secrets.clickHouse), options);
} finally {
  await supervisor.stop();
  rmSync(folder.path, { recursive: true, force: true });
}
