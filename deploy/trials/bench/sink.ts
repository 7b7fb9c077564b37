/**
 * `npm run bench -- sink`: rows/s into ClickHouse exactly once, beside bare inserts; the age of a row when it becomes
 * visible.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingRecord } from '@sightline/processors/log';
import { topics } from '@sightline/schemas';
import { Installation } from '../installations/installation.ts';
import { insertPlainly, type PlainRow, plainRows } from '../sink/raw-inserts.ts';
import { portion } from '../sink/records.ts';
import { rowAges } from '../sink/row-age.ts';
import { SinkTrial } from '../sink/sink-trial.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';
import { seeded } from '../tools/seeded.ts';
import { quantile } from '../truth/violation-score.ts';

const options = figureOptions();

const FRAMES = options.full ? 400_000 : 200_000;
const SECONDS = options.full ? 60 : 20;
const ROUNDS = options.full ? 3 : 1;
/** Blocks as in the product: 20,000 rows or 8 MB of JSON, four partitions at once. */
const BLOCK_ROWS = 20_000;
const AT_ONCE = 4;
const AIM = 0.5;
const INSTALLED = { LOG_LEVEL: 'info', SINK_MAX_ROWS: String(BLOCK_ROWS), SINK_SESSION_TIMEOUT_MS: '15000' };
/** Extra time for a check, an insert and a commit, on top of the age limit. */
const SLACK_MS = 250;
const say = (text: string): void => console.error(text);

/** CPU seconds that a process has used. */
function cpuSeconds(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Records of `frames` tracks, spread over all partitions. */
async function fill(trial: SinkTrial, frames: number): Promise<void> {
  const { cell } = trial;
  const producer = await cell.log.producer();
  const { tracks } = portion(0, frames);
  for (let at = 0; at < tracks.length; at += 2_000)
    await producer.send(
      tracks
        .slice(at, at + 2_000)
        .map((track, index) => ({ ...track, cameraId: `spread-${index % 64}` }))
        .map(track => cell.outgoing(topics.tracks, track.cameraId, track)),
    );
  await producer.close();
}

interface Rate {
  readonly rowsPerSecond: number;
  readonly clickHouseCpuPerMillion: number;
  readonly ownCpuPerMillion: number;
}

/**
 * Writes all records of the topic. The clock stops before the last blocks: they are not full and wait for their age
 * limit.
 */
async function sinkRate(installation: Installation, name: string): Promise<Rate> {
  const trial = await SinkTrial.open(installation, name, seeded(1));
  try {
    await fill(trial, FRAMES);
    const sink = trial.start({
      isProduct: true,
      env: { ...INSTALLED, CLICKHOUSE_URL: installation.addresses.clickHouse.url },
    });
    await sink.untilRunning();
    const [startedAtMs, serverCpu, sinkCpu] = [
      performance.now(),
      cpuSeconds(installation.clickHousePid),
      cpuSeconds(sink.pid),
    ];
    const all = portion(0, FRAMES).tracks.reduce((sum, { boxes }) => sum + boxes.length, 0);
    let rows = 0;
    while (rows <= all - AT_ONCE * BLOCK_ROWS) {
      await sleep(250);
      rows = Number(await trial.value('SELECT count() FROM tracks'));
    }
    const seconds = (performance.now() - startedAtMs) / 1000;
    const perMillion = (cpu: number): number => (cpu / rows) * 1e6;
    return {
      rowsPerSecond: rows / seconds,
      clickHouseCpuPerMillion: perMillion(cpuSeconds(installation.clickHousePid) - serverCpu),
      ownCpuPerMillion: perMillion(cpuSeconds(sink.pid) - sinkCpu),
    };
  } finally {
    await trial.close();
  }
}

async function bareRate(installation: Installation, name: string): Promise<Rate> {
  const trial = await SinkTrial.open(installation, name, seeded(1));
  try {
    const rows: PlainRow[] = portion(0, FRAMES).tracks.flatMap((track, offset) => plainRows(track, offset));
    const serverCpu = cpuSeconds(installation.clickHousePid);
    const ownCpu = process.cpuUsage();
    const seconds = await insertPlainly(trial.client, rows, { blockRows: BLOCK_ROWS, atOnce: AT_ONCE });
    const { user, system } = process.cpuUsage(ownCpu);
    const perMillion = (cpu: number): number => (cpu / rows.length) * 1e6;
    return {
      rowsPerSecond: rows.length / seconds,
      clickHouseCpuPerMillion: perMillion(cpuSeconds(installation.clickHousePid) - serverCpu),
      ownCpuPerMillion: perMillion((user + system) / 1e6),
    };
  } finally {
    await trial.close();
  }
}

async function ages(installation: Installation): Promise<readonly Figure[]> {
  const trial = await SinkTrial.open(installation, 'bench-ages', seeded(1));
  try {
    const { cell } = trial;
    trial.start({ isProduct: true, env: { ...INSTALLED, CLICKHOUSE_URL: installation.addresses.clickHouse.url } });
    const { tracks, violations } = portion(0, 5_000);
    const at = <T>(list: readonly T[], number: number): T => {
      const one = list[number % list.length];
      if (one === undefined) throw new Error('there are records');
      return one;
    };
    const violation = (number: number): OutgoingRecord => {
      const one = { ...at(violations, number), violationId: `violation-${number}` };
      return cell.outgoing(topics.violations, one.cameraId, one);
    };
    const track = (number: number): OutgoingRecord => {
      const one = { ...at(tracks, number), sequence: number, boxes: at(tracks, 1).boxes.slice(0, 1) };
      return cell.outgoing(topics.tracks, one.cameraId, { ...one, boxes: one.boxes.length ? one.boxes : [BOX] });
    };
    await trial.untilCommitted();
    await sleep(3_000);
    const [young, old] = await Promise.all([
      rowAges(trial, { table: 'violations', perSecond: 20, seconds: SECONDS, record: violation }),
      rowAges(trial, { table: 'tracks', perSecond: 60, seconds: SECONDS, record: track }),
    ]);
    return [
      ...spread('violations: acknowledged to visible', young, 500),
      ...spread('tracks: acknowledged to visible', old, 5_000),
    ];
  } finally {
    await trial.close();
  }
}

const BOX = {
  className: 'hand',
  confidence: 0.5,
  x1Px: 1,
  y1Px: 1,
  x2Px: 2,
  y2Px: 2,
  trackId: null,
  points: [],
  model: 'scripted',
};

function spread(name: string, values: readonly number[], limitMs: number): readonly Figure[] {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.5, 0.95, 0.99].map(q => {
    const value = quantile(sorted, q);
    const aimed = q === 0.99 && {
      peer: limitMs + SLACK_MS,
      ratio: value / (limitMs + SLACK_MS),
      pass: value <= limitMs + SLACK_MS,
    };
    return { name: `${name} p${q * 100}`, value, unit: 'ms', limitMs, count: sorted.length, ...aimed };
  });
}

const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

async function rates(installation: Installation): Promise<readonly Figure[]> {
  const bare: Rate[] = [];
  const sunk: Rate[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await bareRate(installation, `bench-bare-${round}`));
    sunk.push(await sinkRate(installation, `bench-sink-${round}`));
    say(
      `round ${round + 1}: bare ${bare.at(-1)?.rowsPerSecond.toFixed(0)}, sink ${sunk.at(-1)?.rowsPerSecond.toFixed(0)} rows/s`,
    );
  }
  const of = (list: readonly Rate[], key: keyof Rate): number => median(list.map(one => one[key]));
  const [value, peer] = [of(sunk, 'rowsPerSecond'), of(bare, 'rowsPerSecond')];
  const ratio = value / peer;
  return [
    { name: 'bare inserts by @clickhouse/client', value: peer, unit: 'rows/s', blockRows: BLOCK_ROWS },
    { name: 'sink, from Kafka, exactly once', value, unit: 'rows/s', peer, ratio, pass: ratio >= AIM, rounds: ROUNDS },
    ...(['clickHouseCpuPerMillion', 'ownCpuPerMillion'] as const).map(key => ({
      name: key === 'ownCpuPerMillion' ? 'CPU of the process per million rows' : 'CPU of ClickHouse per million rows',
      value: of(sunk, key),
      unit: 's',
      peer: of(bare, key),
      ratio: of(sunk, key) / of(bare, key),
    })),
  ];
}

const installation = await Installation.start();
try {
  printFigures([...(await rates(installation)), ...(await ages(installation))], options);
} finally {
  await installation.stop();
}
