import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { childEnv } from '../../local/environment.mjs';
import { root } from '../../local/folder.ts';

const SCRIPT = join(import.meta.dirname, 'rtsp-server.py');
/** Debian's Python, which has the bindings of GStreamer. */
const PYTHON = '/usr/bin/python3';
const BACKGROUND = join(root, 'models/goldens/kitchen-v1.jpg');
const READY_WITHIN_MS = 20_000;

/** A clip that cameras play again and again. */
export interface Clip {
  readonly path: string;
  readonly sizeWh: readonly [w: number, h: number];
  readonly fps: number;
  readonly pictures: number;
  /** Its pictures are all the same. */
  readonly still?: boolean;
}

/** Draws and encodes a clip: a kitchen with a square that moves, and the picture's number. */
export async function encodeClip({ path, sizeWh, fps, pictures, still = false }: Clip): Promise<void> {
  const size = ['--size', sizeWh.join('x'), '--fps', String(fps), '--pictures', String(pictures)];
  const args = [SCRIPT, 'encode', '--picture', BACKGROUND, '--out', path, ...size, ...(still ? ['--still'] : [])];
  await promisify(execFile)(PYTHON, args, { env: childEnv() });
}

export interface ServerOptions {
  readonly port: number;
  readonly fps: number;
  readonly clips: readonly string[];
  readonly cameras: number;
  /** Number of the first camera. Default 0. */
  readonly first?: number;
  /** So many of the last cameras play the last clip. */
  readonly still?: number;
}

/** GStreamer's RTSP server with its cameras, as a process. It ends with this one. */
export class RtspServer {
  readonly #options: ServerOptions;
  #child: ChildProcess | undefined;
  /** How late pictures were sent, at worst in ten seconds, in ms. */
  latestMs = 0;

  private constructor(options: ServerOptions) {
    this.#options = options;
  }

  static async start(options: ServerOptions): Promise<RtspServer> {
    const server = new RtspServer(options);
    await server.start();
    return server;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it, also again after `kill`. */
  async start(): Promise<void> {
    const { port, fps, clips, cameras, first = 0, still = 0 } = this.#options;
    const numbers = Object.entries({ port, fps, cameras, first, still });
    const args = [...numbers.flatMap(([name, value]) => [`--${name}`, String(value)]), '--clips', clips.join(',')];
    const child = spawn(PYTHON, [SCRIPT, 'serve', ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: childEnv(),
    });
    this.#child = child;
    child.stdin.on('error', () => {}); // it was killed
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', line => {
        if (line === 'ready') resolve();
        const [word, , worst] = line.split(' ');
        if (word === 'late') this.latestMs = Math.max(this.latestMs, Number(worst));
      });
      child.once('close', code => reject(new Error(`the RTSP server ended with ${code}`)));
      setTimeout(() => reject(new Error('the RTSP server did not start')), READY_WITHIN_MS).unref();
    });
    await ready;
  }

  /** From its next key frame on, the camera plays this clip. */
  play(camera: number, clip: number): void {
    this.#child?.stdin?.write(`clip ${camera} ${clip}\n`);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}
