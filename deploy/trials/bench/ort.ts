/**
 * `npm run bench -- ort`: recordings through the whole product as fast as they go, nothing skipped, beside a plain Python
 * loop; inference on waiting pictures beside ONNX Runtime alone.
 */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, type ControlLog, openControl } from '@sightline/processors/control';
import { foundIn, topics } from '@sightline/schemas';
import { DataFolder, root } from '../../local/folder.ts';
import { trialCamera, trialStore } from '../cameras/trial-cameras.ts';
import { type OwnStack, startStack } from '../installations/stack.ts';
import { installPeer, type PeerBox, type PeerRun, runAlone, runPeer } from '../peer-loop/peer.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';
import { takeTopic } from '../tools/read-topic.ts';

const options = figureOptions();

/** The same recording for each: their pictures lie in several partitions, so that every thread of inference has some. */
const CAMERAS = 4;
const FPS = 30;
const SECONDS = options.full ? 60 : 20;
const FRAMES = SECONDS * FPS;
const ALONE_S = options.full ? 20 : 8;
const THREADS = availableParallelism();
/** Pictures before a process is warm, of all cameras together. */
const WARM = 200;
const LIMIT_MS = 600_000;
const HOUR_MS = 3_600_000;
const AIM_INFERENCE = 0.85;
/** Lowest confidence of a box that must be there in both, and least overlap with its like. */
const SURE = 0.5;
const ALIKE = 0.8;
const AIM_ALIKE = 0.98;
const MODELS = [
  { name: 'kitchen', card: 'kitchen-v1.json', aim: 1.4 },
  { name: 'coco-nanodet', card: 'coco-nanodet.json', aim: 1.2 },
] as const;

const say = (text: string): void => console.error(text);
const work = mkdtempSync(join(tmpdir(), 'sightline-ort-'));
const video = join(work, 'kitchen.mp4');

interface Looked {
  readonly cameraId: string;
  readonly sequence: number;
  readonly loggedAtMs: number;
  readonly boxes: readonly PeerBox[];
}

/** Plays the recording for all cameras. `hold` keeps inference back until every picture waits in the log. */
async function play(stack: OwnStack, control: ControlLog, model: string, hold: boolean): Promise<readonly Looked[]> {
  const cell = await stack.connect();
  const ids = Array.from({ length: CAMERAS }, (_, number) => `ort-${model}-${hold ? 'waiting' : 'whole'}-${number}`);
  const mine = new Set(ids);
  let [frames, looked] = [0, 0];
  const pictures = await takeTopic(cell, topics.frames, ({ cameraId, jpeg }) => {
    if (mine.has(cameraId) && jpeg !== null) frames++;
  });
  const detections = await takeTopic(cell, topics.detections, (value, { timestampMs }): Looked | undefined => {
    if (!mine.has(value.cameraId) || value.outcome !== 'detected') return undefined;
    looked++;
    const boxes = value.results.flatMap(({ payload }) => foundIn(payload)?.boxes ?? []);
    return {
      ...{ cameraId: value.cameraId, sequence: value.sequence, loggedAtMs: timestampMs },
      boxes: boxes.map(each => [each.className, each.confidence, each.x1Px, each.y1Px, each.x2Px, each.y2Px]),
    };
  });
  const vision = stack.pidOf('vision');
  if (hold && vision !== undefined) process.kill(vision, 'SIGSTOP');
  const changes = ids.map((cameraId): Change => recorded(cameraId, model));
  await control.append({ actor: 'bench', changes, effectiveAtMs: 0 });
  const all = CAMERAS * FRAMES;
  await pictures.until(
    () => frames >= all,
    LIMIT_MS,
    () => `${frames} of ${all} pictures are in the log`,
  );
  if (hold && vision !== undefined) process.kill(vision, 'SIGCONT');
  await detections.until(
    () => looked >= all,
    LIMIT_MS,
    () => `${looked} of ${all} pictures were looked at`,
  );
  await Promise.all([pictures.close(), detections.close()]);
  await cell.close();
  return detections.values.filter(each => each !== undefined);
}

/** A camera that reads the recording, every frame of it. */
function recorded(cameraId: string, model: string): Change {
  const change = trialCamera({ cameraId, url: 'scenes:kitchen.mp4' }, FPS);
  if (change.kind !== 'camera' || change.value === null) return change;
  const [step] = change.value.plan ?? [];
  const plan = step === undefined ? [] : [{ ...step, model }];
  return { ...change, value: { ...change.value, source: 'file', fileStartedAtMs: Date.now() - HOUR_MS, plan } };
}

/** Pictures per second after the first ones, by the times of the log. */
function rate(detections: readonly Looked[]): number {
  const timesMs = detections.map(({ loggedAtMs }) => loggedAtMs).toSorted((a, b) => a - b);
  return ((timesMs.length - 1 - WARM) / ((timesMs.at(-1) ?? 0) - (timesMs[WARM] ?? 0))) * 1_000;
}

function overlap(a: PeerBox, b: PeerBox): number {
  const side = (from: 2 | 3, to: 4 | 5): number => Math.max(0, Math.min(a[to], b[to]) - Math.max(a[from], b[from]));
  const area = (box: PeerBox): number => (box[4] - box[2]) * (box[5] - box[3]);
  const both = side(2, 4) * side(3, 5);
  return both / (area(a) + area(b) - both);
}

/** The share of sure boxes of either side that the other has too. The product's pictures were JPEGs meanwhile. */
function alike(detections: readonly Looked[], peer: PeerRun): number {
  let [boxes, found] = [0, 0];
  const [first] = detections;
  for (const { sequence, boxes: ours } of detections.filter(each => each.cameraId === first?.cameraId)) {
    const theirs = peer.boxes[(sequence - 1) / 2] ?? []; // frame n of a file has the sequence 2n + 1
    for (const [some, others] of [
      [ours, theirs],
      [theirs, ours],
    ] as const)
      for (const box of some.filter(([, confidence]) => confidence >= SURE)) {
        boxes++;
        if (others.some(other => other[0] === box[0] && overlap(box, other) >= ALIKE)) found++;
      }
  }
  return found / boxes;
}

async function measure(
  stack: OwnStack,
  control: ControlLog,
  python: string,
  model: (typeof MODELS)[number],
): Promise<readonly Figure[]> {
  const { name, card, aim } = model;
  const path = join(root, 'models/cards', card);
  say(`${name}: the Python loop`);
  const before = await runPeer(python, video, path, THREADS);
  say(`${name}: the whole way`);
  const whole = await play(stack, control, name, false);
  say(`${name}: inference on waiting pictures`);
  const waiting = await play(stack, control, name, true);
  say(`${name}: ONNX Runtime alone`);
  const alone = await runAlone(python, path, ALONE_S, THREADS);
  say(`${name}: the Python loop again`);
  const after = await runPeer(python, video, path, THREADS);
  const peer = (before.frames + after.frames) / (before.seconds + after.seconds);
  const against = (figure: string, value: number, other: number, target: number): Figure => {
    return {
      name: `${name}: ${figure}`,
      value,
      unit: '/s',
      peer: other,
      ratio: value / other,
      pass: value / other >= target,
      aim: target,
    };
  };
  const same = alike(whole, before);
  return [
    against('whole way, beside the loop', rate(whole), peer, aim),
    against('inference, beside ONNX Runtime alone', rate(waiting), alone, AIM_INFERENCE),
    { name: `${name}: boxes as the loop's`, value: same, unit: 'share', peer: AIM_ALIKE, pass: same >= AIM_ALIKE },
  ];
}

process.env.FILE_SPEED = '0';
process.env.MOTION_GATE = 'false';
process.env.INFERENCE_WORKERS = String(THREADS);
say(`load of this machine before: ${loadavg()[0]?.toFixed(1)}`);
say('the recording is rendered');
execFileSync(process.execPath, [
  join(root, 'models/scenes/write-clip.ts'),
  '--out',
  video,
  '--seconds',
  String(SECONDS),
  '--fps',
  String(FPS),
  '--bare-hands',
  '1',
]);
const python = await installPeer();
const folder = DataFolder.make(join(work, 'data'));
linkSync(video, join(folder.recordings('scenes'), 'kitchen.mp4'));
const stack = await startStack({ folder: folder.path });
try {
  const cell = await stack.connect();
  const control = await openControl(cell, error => say(String(error)));
  await control.append({ actor: 'bench', changes: [trialStore], effectiveAtMs: 0 });
  const figures: Figure[] = [];
  for (const model of MODELS) figures.push(...(await measure(stack, control, python, model)));
  figures.push({ name: 'load of this machine', value: loadavg()[0] ?? Number.NaN, unit: '' });
  await control.close();
  await cell.close();
  printFigures(figures, options);
} finally {
  await stack.stop();
  await sleep(500);
  rmSync(work, { recursive: true, force: true });
}
