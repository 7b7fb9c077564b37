/**
 * `npm run chaos -- cameras`: RTSP cameras with troubles, killed ingest and inference processes; the log says what
 * became of every picture.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type ControlLog, openControl } from '@sightline/processors/control';
import type { Cell } from '@sightline/processors/process';
import { clickHouseClient } from '../../local/migrate.ts';
import { CameraLogReading, type LoggedDetection } from '../cameras/camera-log.ts';
import { CameraTrial } from '../cameras/camera-trial.ts';
import { DOCTORED_LOGS } from '../cameras/doctored-logs.ts';
import { BACK_WITHIN_MS, type CameraRun, type CameraVerdict, judgeCameras, LATE_MS } from '../cameras/judge.ts';
import { TRIAL_STORE, trialCamera, trialStore } from '../cameras/trial-cameras.ts';
import { drawTroubles, durationMs, type Trouble } from '../cameras/troubles.ts';
import { type OwnStack, startStack } from '../installations/stack.ts';
import { type Figure, printFigures } from '../tools/figure.ts';
import { seeded } from '../tools/seeded.ts';
import { quantile } from '../truth/violation-score.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    seed: { type: 'string' },
  },
});

const [CAMERAS, TROUBLED, ROUNDS] = options.full ? [16, 10, 24] : [6, 4, 4];
const MAX_FPS = 5;
const LIVE_WITHIN_MS = 180_000;
const SETTLES_MS = 10_000;
/** After the last trouble, until the cameras are stopped. */
const AFTERWARDS_MS = 5_000;
/** Findings of one kind that are printed. */
const SAID = 5;

const seed = Number(options.seed ?? Date.now() % 1_000_000);
const say = (text: string): void => console.error(text);

interface Done extends Trouble {
  readonly proven: boolean;
}

/** Makes the troubles at their times. Their times are then those of the clock. */
async function makeAll(trial: CameraTrial, stack: OwnStack): Promise<readonly Done[]> {
  const startMs = Date.now();
  const troubled = Array.from({ length: TROUBLED }, (_, camera) => camera);
  const planned = drawTroubles(seed, ROUNDS, troubled);
  const made = planned.map(async (trouble): Promise<Done> => {
    await sleep(trouble.fromMs);
    const fromMs = Date.now();
    const proven = await trial.make(trouble, stack);
    const isKill = trouble.kind === 'ingest-kill' || trouble.kind === 'inference-kill';
    const untilMs = isKill ? fromMs : Date.now();
    const whom = trouble.camera === undefined ? '' : ` of camera ${trouble.camera}`;
    say(
      `${((fromMs - startMs) / 1_000).toFixed(1).padStart(6)} s: ${trouble.kind}${whom}${proven ? '' : ': NOT PROVEN'}`,
    );
    return { ...trouble, fromMs, untilMs, proven };
  });
  const done = await Promise.all(made);
  await sleep(Math.max(0, startMs + durationMs(ROUNDS) - Date.now()) + AFTERWARDS_MS);
  return done;
}

async function untilLive(reading: CameraLogReading): Promise<void> {
  const endMs = performance.now() + LIVE_WITHIN_MS;
  while (reading.seen < CAMERAS || reading.detected < CAMERAS) {
    if (performance.now() > endMs)
      throw new Error(
        `after ${LIVE_WITHIN_MS / 1_000} s ${reading.seen} of ${CAMERAS} cameras have a picture, ${reading.detected} a detection`,
      );
    await sleep(200);
  }
}

/**
 * Boxes in ClickHouse more than once, and detected frames whose boxes it lacks. Frames after the cameras were stopped do
 * not count: no rule sees them.
 */
async function inClickHouse(
  stack: OwnStack,
  { log, untilMs }: CameraRun,
): Promise<readonly [twice: number, missing: number]> {
  const client = clickHouseClient(stack.ready.addresses.clickHouse);
  const query = `SELECT concat(camera_id, ' ', toString(epoch), ' ', toString(sequence)) AS frame,
    toUInt32(count()) AS rows, toUInt32(uniqExact(box)) AS boxes
    FROM tracks WHERE store_id = '${TRIAL_STORE}' AND outcome = 'detected' GROUP BY frame`;
  const nameOf = (each: LoggedDetection): string => `${each.cameraId} ${each.epoch} ${each.sequence}`;
  const detected = log.detections.filter(each => each.outcome === 'detected' && each.loggedAtMs < untilMs);
  const expected = new Map(detected.map(each => [nameOf(each), each.boxes]));
  for (let waited = 0; ; waited++) {
    const answer = await client.query({ query, format: 'JSONEachRow' });
    const found = await answer.json<{ frame: string; rows: number; boxes: number }>();
    const boxes = new Map(found.map(each => [each.frame, each.boxes]));
    const missing = [...expected].filter(([frame, count]) => (boxes.get(frame) ?? 0) < count);
    if (missing.length === 0 || waited === 20) {
      for (const [frame, count] of missing.slice(0, SAID))
        say(`ClickHouse has ${boxes.get(frame) ?? 0} of ${count} boxes of ${frame}`);
      await client.close();
      return [found.reduce((sum, each) => sum + each.rows - each.boxes, 0), missing.length];
    }
    await sleep(500);
  }
}

interface Ran {
  readonly run: CameraRun;
  readonly troubles: readonly Done[];
  readonly rows: readonly [twice: number, missing: number];
}

async function play(trial: CameraTrial, stack: OwnStack, cell: Cell, control: ControlLog): Promise<Ran> {
  const { addresses } = trial;
  const limitMs = LIVE_WITHIN_MS + durationMs(ROUNDS) + 120_000;
  const reading = await CameraLogReading.open(
    cell,
    addresses.map(({ cameraId }) => cameraId),
    limitMs,
  );
  const configure = (active: boolean) => addresses.map(address => trialCamera(address, MAX_FPS, active));
  await control.append({ actor: 'chaos', changes: [trialStore, ...configure(true)], effectiveAtMs: 0 });
  await untilLive(reading);
  await sleep(SETTLES_MS);
  const fromMs = Date.now();
  const troubles = await makeAll(trial, stack);
  const untilMs = Date.now();
  await control.append({ actor: 'chaos', changes: configure(false), effectiveAtMs: 0 });
  const log = await reading.untilEnded();
  await reading.close();
  const cameras = addresses.map(({ cameraId }, camera) => ({
    ...{ cameraId, ...trial.pictures(camera) },
    troubles: troubles.filter(trouble => concerns(trouble, camera)).toSorted((a, b) => a.fromMs - b.fromMs),
  }));
  const inferenceKills = troubles.filter(({ kind }) => kind === 'inference-kill');
  const run = { log, cameras, inferenceKills, fromMs, untilMs };
  return { run, troubles, rows: await inClickHouse(stack, run) };
}

function concerns({ kind, camera }: Trouble, number: number): boolean {
  if (kind === 'ingest-kill') return true;
  return kind === 'restart' ? number < TROUBLED : camera === number;
}

/** Prints findings by kind. */
function report({ findings }: CameraVerdict): void {
  for (const [finding, all] of Map.groupBy(findings, each => each.finding))
    for (const { says } of all.slice(0, SAID)) say(`${finding}: ${says}`);
}

function figuresOf({ run, troubles, rows: [twice, missing] }: Ran, verdict: CameraVerdict): readonly Figure[] {
  const zero = (name: string, value: number): Figure => ({ name, value, unit: '', peer: 0, pass: value === 0 });
  const found = (name: string, ...kinds: readonly string[]): Figure =>
    zero(name, verdict.findings.filter(({ finding }) => kinds.includes(finding)).length);
  const late = verdict.lateMs.toSorted((a, b) => a - b);
  const back = [...verdict.backMs].map(([kind, ms]): Figure => {
    const { camera, ingest, inference } = BACK_WITHIN_MS;
    const withinMs = kind === 'ingest-kill' ? ingest : kind === 'inference-kill' ? inference : camera;
    const seconds = Math.max(0, ms) / 1_000;
    return {
      name: `back after ${kind}, slowest`,
      value: seconds,
      unit: 's',
      peer: withinMs / 1_000,
      pass: ms <= withinMs,
    };
  });
  const proven = troubles.filter(each => each.proven).length;
  return [
    { name: 'seed', value: seed, unit: '' },
    {
      name: 'troubles made and proven',
      value: proven,
      unit: '',
      peer: troubles.length,
      pass: proven === troubles.length,
    },
    { name: 'pictures in the log', value: verdict.pictures, unit: '', pass: verdict.pictures > 0 },
    found('pictures torn or unreadable', 'torn picture'),
    found('pictures not newer than the one before', 'old picture'),
    found('pictures or records read twice', 'read twice'),
    found('records out of order', 'out of order'),
    { name: 'gaps in the sequences', value: verdict.gaps, unit: 'slots' },
    found('epochs with gaps that are not counted', 'gap not counted'),
    found('undisturbed cameras: epochs with gaps', 'gap of an undisturbed camera'),
    { name: 'undisturbed: seen to stored, p95', value: quantile(late, 0.95), unit: 'ms' },
    { name: 'undisturbed: seen to stored, slowest', value: late.at(-1) ?? Number.NaN, unit: 'ms', peer: LATE_MS },
    found('pictures late, or of a wrong time', 'late picture'),
    found('pauses without a trouble', 'pause without a trouble'),
    ...back,
    found('not back in time', 'not back in time', 'inference not back in time'),
    found('down without a reason', 'down without a reason'),
    found('frames without their detection', 'frame without its detection', 'detection twice'),
    zero('ClickHouse: boxes twice', twice),
    zero('ClickHouse: frames that lack boxes', missing),
    ...DOCTORED_LOGS.map(({ name, finds, doctor }): Figure => {
      const count = ({ findings }: CameraVerdict): number => findings.filter(({ finding }) => finding === finds).length;
      const more = count(judgeCameras({ ...run, log: doctor(run) })) - count(verdict);
      return { name: `found when ${name}`, value: more, unit: '', pass: more > 0 };
    }),
  ];
}

say(`seed ${seed}: npm run chaos -- cameras --seed ${seed}${options.full ? ' --full' : ''} draws the same troubles`);
const trial = await CameraTrial.start(CAMERAS, TROUBLED, seeded(seed));
const stack = await startStack().catch(async (error: unknown) => {
  await trial.close();
  throw error;
});
try {
  const cell = await stack.connect();
  const control = await openControl(cell, error => say(String(error)));
  const ran = await play(trial, stack, cell, control);
  await control.close();
  await cell.close();
  const verdict = judgeCameras(ran.run);
  report(verdict);
  printFigures(figuresOf(ran, verdict), options);
} finally {
  await Promise.all([stack.stop(), trial.close()]);
}
