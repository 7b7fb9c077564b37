/**
 * `npm run chaos -- decoders`: recordings and streams with harmed bytes are played as ingest plays them. Only decoders
 * may end because of them, and nothing may be left of them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DecoderPool, startRtspCamera } from '@sightline/processors/ingest/testing';
import { mutated } from '../decoders/mutations.ts';
import {
  makeMotionJpeg,
  makeRecordings,
  type Original,
  StreamServer,
  startHarmedCamera,
} from '../decoders/originals.ts';
import { type Outcome, playInput, WellCamera } from '../decoders/played.ts';
import { type Figure, printFigures } from '../tools/figure.ts';
import { seeded } from '../tools/seeded.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    seed: { type: 'string' },
  },
});

const INPUTS = options.full ? 2_000 : 120;
/** As many as ingest gives a decoder process. */
const CAMERAS_PER_DECODER = 8;
const AT_ONCE = 6;
const FILE_ENDS_WITHIN_MS = 60_000;
const LIVE_MS = 3_000;
/** The first part warms the process up, so that buffers and compiled code are not taken for a leak. */
const WARM_SHARE = 0.25;
const AIM_MB = 10;
const AIM_PAUSE_MS = 10_000;
const HOUR_S = 3_600;
const SAID_EVERY = 100;

const seed = Number(options.seed ?? Date.now() % 1_000_000);
const say = (text: string): void => console.error(text);
say(`seed ${seed}: npm run chaos -- decoders --seed ${seed} makes the same inputs`);

const folder = mkdtempSync(join(tmpdir(), 'sightline-decoders-'));
const pool = new DecoderPool(CAMERAS_PER_DECODER, [folder]);
const recordings = await makeRecordings();
const streams = [await makeMotionJpeg(), ...recordings.filter(({ name }) => /\.(ts|mkv|webm)$/.test(name))];
const server = await StreamServer.start();
const sound = await startRtspCamera({ seconds: 4 });
const well = new WellCamera(pool, { cameraId: 'well', source: 'live', url: sound.url });

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What this process holds while only the camera that is well plays. */
async function held(): Promise<{ readonly bytes: number; readonly handles: number }> {
  await sleep(3_000);
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { bytes: heapUsed + external, handles: readdirSync('/proc/self/fd').length };
}

/** Plays the harmed input of this number: six of ten a recording, three a stream over HTTP, one over RTSP. */
async function play(number: number): Promise<Outcome> {
  const random = seeded(seed * 10_007 + number);
  const kind = number % 10;
  const pick = (from: readonly Original[]): Original => from[Math.floor(random() * from.length)] as Original;
  if (kind === 9) {
    const camera = await startHarmedCamera(random);
    const outcome = await playInput(pool, { cameraId: `harmed-${number}`, source: 'live', url: camera.url }, LIVE_MS);
    await camera.close();
    return outcome;
  }
  const original = pick(kind < 6 ? recordings : streams);
  const bytes = mutated(original.bytes, pick(recordings).bytes, random);
  const name = `${number}-${original.name}`;
  if (kind >= 6) {
    const input = { cameraId: `harmed-${number}`, source: 'live', url: server.serve(name, bytes) } as const;
    const outcome = await playInput(pool, input, LIVE_MS);
    server.forget(name);
    return outcome;
  }
  const path = join(folder, name);
  writeFileSync(path, bytes, { mode: 0o644 });
  const hourAgo = Date.now() / 1_000 - HOUR_S; // else it may still grow
  utimesSync(path, hourAgo, hourAgo);
  const outcome = await playInput(
    pool,
    { cameraId: `harmed-${number}`, source: 'file', url: path },
    FILE_ENDS_WITHIN_MS,
  );
  rmSync(path);
  return outcome;
}

async function playAll(from: number, to: number): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < to) {
      outcomes.push(await play(next++));
      if (outcomes.length % SAID_EVERY === 0) say(`${from + outcomes.length} of ${INPUTS}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcomes;
}

function decodersLeft(): number {
  const children = execFileSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  return children.split('\n').filter(line => line.includes('ingest/decoder/main.ts')).length;
}

const none = (name: string, value: number): Figure => ({ name, value, unit: '', peer: 0, pass: value === 0 });

const warm = Math.round(INPUTS * WARM_SHARE);
const first = await playAll(0, warm);
const before = await held();
well.clear();
const outcomes = [...first, ...(await playAll(warm, INPUTS))];
const after = await held();
const { pictures, longestPauseMs } = well;
well.stop();
pool.close();
await Promise.all([server.close(), sound.close()]);
await sleep(2_000);
rmSync(folder, { recursive: true });

const count = (end: Outcome['end']): number => outcomes.filter(outcome => outcome.end === end).length;
const words = Map.groupBy(
  outcomes.filter(({ end }) => end === 'failed'),
  ({ message }) => message.replace(/[\d.]+/g, 'N'),
);
for (const [message, of] of [...words].toSorted((a, b) => b[1].length - a[1].length)) say(`${of.length} x ${message}`);
const grownMb = (after.bytes - before.bytes) / 1e6;
printFigures(
  [
    { name: 'seed', value: seed, unit: '' },
    { name: 'harmed inputs', value: outcomes.length, unit: '', peer: INPUTS, pass: outcomes.length === INPUTS },
    ...(['finished', 'failed', 'stopped'] as const).map(end => ({
      name: `inputs ${end}`,
      value: count(end),
      unit: '',
    })),
    { name: 'inputs with pictures', value: outcomes.filter(each => each.pictures > 0).length, unit: '' },
    { name: 'decoder processes ended', value: pool.crashes, unit: '' },
    { name: 'inputs that end each decoder', value: count('crashes'), unit: '' },
    none('recordings without an end', count('endless')),
    none('failures without a reason', outcomes.filter(each => each.end === 'failed' && each.message.length < 8).length),
    { name: 'the camera that is well: pictures', value: pictures, unit: '', pass: pictures > 0 },
    {
      ...{ name: 'the camera that is well: longest pause', value: longestPauseMs, unit: 'ms' },
      ...{ peer: AIM_PAUSE_MS, pass: longestPauseMs < AIM_PAUSE_MS },
    },
    none('handles left', Math.max(0, after.handles - before.handles)),
    { name: 'memory left', value: grownMb, unit: 'MB', peer: AIM_MB, pass: grownMb < AIM_MB },
    none('decoder processes left', decodersLeft()),
  ],
  options,
);
process.exit();
