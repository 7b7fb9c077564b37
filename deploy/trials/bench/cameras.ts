/**
 * `npm run bench -- cameras`: live cameras with the kitchen model: from the moment a picture is seen to its detection in
 * the log and to its pixels in Chromium, and what each process costs.
 */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlLog, openControl } from '@sightline/processors/control';
import type { Page } from 'playwright-core';
import { BenchSource } from '../cameras/bench-source.ts';
import { type BenchCamera, LiveMeasures } from '../cameras/live-measures.ts';
import { readBackCanvases, takeDrawn } from '../cameras/shown-pictures.ts';
import { shownAtMs } from '../cameras/strip.ts';
import { treeCpuSeconds } from '../cameras/tree-usage.ts';
import { trialCamera, trialStore } from '../cameras/trial-cameras.ts';
import { type OwnStack, startStack } from '../installations/stack.ts';
import { launchBrowser, signIn } from '../pages/browser.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';
import { quantile } from '../truth/violation-score.ts';

const options = figureOptions();

const SECONDS = options.full ? 60 : 20;
/** Pictures a second that cameras send, and that are sampled. */
const SENT_FPS = 10;
const SAMPLED_FPS = 5;
const FAST_FPS = 30;
const SETTLES_MS = 8_000;
const LIVE_WITHIN_MS = 120_000;
const AIM_MS = 200;
const AIM_DROPPED = 0.05;
const AIM_STILL_PERCENT = 1.5;
/** Of more cameras than this, a fifth has motion. */
const ALL_MOVE = 16;

interface Stage {
  readonly name: string;
  readonly cameras: readonly BenchCamera[];
  readonly maxFps: number;
  /** The page of the camera, which plays its video; else the wall. */
  readonly alone?: boolean;
}

interface Bench {
  readonly stack: OwnStack;
  readonly control: ControlLog;
  readonly measures: LiveMeasures;
  readonly page: Page;
  /** Pids of what is measured, by name. */
  readonly pids: () => ReadonlyMap<string, number | undefined>;
}

interface Measured {
  readonly detectionMs: readonly number[];
  readonly pixelMs: readonly number[];
  readonly droppedShare: number;
  /** Percent of a core, by process. */
  readonly cpu: ReadonlyMap<string, number>;
}

async function measure(
  { stack, control, measures, page, pids }: Bench,
  { cameras, maxFps, alone }: Stage,
): Promise<Measured> {
  const configure = (active: boolean) =>
    control.append({
      actor: 'bench',
      changes: cameras.map(camera => trialCamera(camera, maxFps, active)),
      effectiveAtMs: 0,
    });
  await configure(true);
  const startMs = Date.now();
  while (measures.live(cameras, startMs) < cameras.length) {
    if (Date.now() - startMs > LIVE_WITHIN_MS)
      throw new Error(`${measures.live(cameras, startMs)} of ${cameras.length} cameras came to life`);
    await sleep(200);
  }
  const [only] = cameras;
  await page.goto(`${stack.ready.url}/app${alone && only ? `/cameras/${only.cameraId}` : ''}`);
  await sleep(SETTLES_MS);
  measures.clear();
  await takeDrawn(page);
  const cpuOf = (): ReadonlyMap<string, number> => {
    const used = [...pids()].map(([name, pid]) => [name, pid === undefined ? 0 : treeCpuSeconds(pid)] as const);
    const listed = used.reduce((sum, [, seconds]) => sum + seconds, 0);
    return new Map([...used, ['Chromium and the bench', treeCpuSeconds(process.pid) - listed]]);
  };
  const [before, fromMs] = [cpuOf(), Date.now()];
  await sleep(SECONDS * 1_000);
  const [after, untilMs] = [cpuOf(), Date.now()];
  const drawn = await takeDrawn(page);
  await configure(false);
  const { detectionMs, detected } = await measures.delivered(cameras, { fromMs, untilMs });
  const byId = new Map(cameras.map(camera => [camera.cameraId, camera]));
  const pixelMs = drawn.flatMap(({ cameraId, number, atMs }) => {
    const camera = byId.get(cameraId);
    return camera?.moves ? [atMs - shownAtMs(number, camera, atMs)] : [];
  });
  const seconds = (untilMs - fromMs) / 1_000;
  const wanted = cameras.filter(({ moves }) => moves).length * maxFps * seconds;
  const cpu = [...after].map(([name, used]) => [name, ((used - (before.get(name) ?? 0)) / seconds) * 100] as const);
  return {
    ...{ detectionMs, pixelMs: pixelMs.toSorted((a, b) => a - b), cpu: new Map(cpu) },
    droppedShare: wanted === 0 ? 0 : Math.max(0, 1 - detected / wanted),
  };
}

function figuresOf(name: string, { detectionMs, pixelMs, droppedShare, cpu }: Measured): readonly Figure[] {
  const spread = (what: string, sorted: readonly number[]): readonly Figure[] =>
    [0.5, 0.95].map(q => {
      const value = quantile(sorted, q);
      const aim = q === 0.95 ? { peer: AIM_MS, ratio: value / AIM_MS, pass: value < AIM_MS } : {};
      return { name: `${name}: seen to ${what} p${q * 100}`, value, unit: 'ms', count: sorted.length, ...aim };
    });
  return [
    ...spread('detection', detectionMs),
    ...spread('pixel', pixelMs),
    {
      name: `${name}: dropped`,
      value: droppedShare,
      unit: 'share',
      peer: AIM_DROPPED,
      pass: droppedShare < AIM_DROPPED,
    },
    ...[...cpu].map(([process, percent]) => ({
      name: `${name}: CPU of ${process}`,
      value: percent,
      unit: '% of core',
    })),
  ];
}

/** What a still camera costs in ingest and inference. The aim is meant without decoding, which is in the figure. */
function stillFigures(name: string, cameras: number, { cpu }: Measured): readonly Figure[] {
  const percent = ((cpu.get('vision') ?? 0) + (cpu.get('ingest') ?? 0)) / cameras;
  const aim = { peer: AIM_STILL_PERCENT, pass: percent <= AIM_STILL_PERCENT };
  return [{ name: `${name}: cost of one, with decoding`, value: percent, unit: '% of core', ...aim }];
}

function stages(source: BenchSource, fast: BenchSource): readonly Stage[] {
  const stage = (count: number): Stage => {
    const moving = count <= ALL_MOVE ? count : Math.ceil(count / 5);
    const name = `${count} cameras, ${moving} with motion`;
    return { name, cameras: source.cameras(moving, count - moving), maxFps: SAMPLED_FPS };
  };
  const counts = options.full ? [1, 2, 4, 8, 16, 32, 48, 64] : [4, 16];
  // First, while the wall has no paused cameras that would push it out of sight.
  const one: Stage = { name: `one camera, ${FAST_FPS} a second`, cameras: fast.cameras(1, 0), maxFps: FAST_FPS };
  return [one, ...counts.map(stage), { ...one, name: `${one.name}, its video`, alone: true }];
}

console.error(`load of this machine before: ${loadavg()[0]?.toFixed(1)}`);
const source = await BenchSource.start(SENT_FPS, ALL_MOVE, 64);
const fast = await BenchSource.start(FAST_FPS, 1, 1);
const stack = await startStack();
const browser = await launchBrowser();
try {
  const cell = await stack.connect();
  const control = await openControl(cell, error => console.error(String(error)));
  await control.append({ actor: 'bench', changes: [trialStore], effectiveAtMs: 0 });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 1600 } })).newPage();
  await readBackCanvases(page);
  await signIn(page, stack);
  const measures = LiveMeasures.open(cell, 3_600_000);
  const ours = ['ingest', 'vision', 'violations', 'sinks', 'gateway', 'kafka', 'clickhouse', 'redis'];
  const pids = () =>
    new Map<string, number | undefined>([
      ...ours.map(name => [name, stack.pidOf(name)] as const),
      ['the RTSP servers', source.server.pid],
    ]);
  const bench: Bench = { stack, control, measures, page, pids };
  const figures: Figure[] = [];
  for (const stage of stages(source, fast)) {
    console.error(stage.name);
    figures.push(...figuresOf(stage.name, await measure(bench, stage)));
  }
  const still: Stage = { name: '16 still cameras', cameras: source.cameras(0, 16), maxFps: SAMPLED_FPS };
  figures.push(...stillFigures(still.name, still.cameras.length, await measure(bench, still)));
  figures.push({ name: 'load of this machine', value: loadavg()[0] ?? Number.NaN, unit: '' });
  await measures.close();
  await control.close();
  await cell.close();
  printFigures(figures, options);
} finally {
  await browser.close();
  await Promise.all([stack.stop(), source.close(), fast.close()]);
}
