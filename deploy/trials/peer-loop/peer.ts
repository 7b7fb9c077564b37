import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../local/folder.ts';

const run = promisify(execFile);
const HERE = import.meta.dirname;
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** A box of a picture, in pixels of the picture. */
export type PeerBox = readonly [name: string, confidence: number, x1: number, y1: number, x2: number, y2: number];

export interface PeerRun {
  /** Frames in the measured seconds, without the first ones. */
  readonly frames: number;
  readonly seconds: number;
  /** Of each frame of the video, the first ones included. */
  readonly boxes: readonly (readonly PeerBox[])[];
}

/** Python with the peer's packages, installed into the cache from the lock file with its hashes. */
export async function installPeer(): Promise<string> {
  const folder = join(process.env.SIGHTLINE_CACHE ?? join(root, '.sightline/cache'), 'peer-loop');
  const python = join(folder, 'bin/python');
  if (!existsSync(join(folder, 'done'))) {
    await run('python3', ['-m', 'venv', folder]);
    const lock = join(HERE, 'requirements.lock');
    await run(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--requirement', lock]);
    await run('touch', [join(folder, 'done')]);
  }
  return python;
}

/** One plain loop over the video. */
export async function runPeer(python: string, video: string, card: string, threads: number): Promise<PeerRun> {
  const args = [join(HERE, 'loop.py'), video, card, String(threads)];
  const { stdout } = await run(python, args, { maxBuffer: OUTPUT_BYTES });
  return JSON.parse(stdout) as PeerRun;
}

/** Runs of the model per second by ONNX Runtime alone, with as many sessions of one thread. */
export async function runAlone(python: string, card: string, seconds: number, threads: number): Promise<number> {
  const { stdout } = await run(python, [join(HERE, 'alone.py'), card, String(seconds), String(threads)]);
  return Number(stdout);
}
