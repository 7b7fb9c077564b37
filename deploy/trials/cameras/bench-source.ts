import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../local/ports.ts';
import type { BenchCamera } from './live-measures.ts';
import { encodeClip, RtspServer } from './rtsp-server.ts';

const CLIP_SECONDS = 60;
const SIZE = [640, 360] as const;

/** An RTSP server that plays clips of one rate, encoded once: cameras with motion first, then still ones. */
export class BenchSource {
  readonly #folder: string;
  readonly #fps: number;
  readonly #port: number;
  readonly #moving: number;
  readonly server: RtspServer;

  private constructor(folder: string, fps: number, port: number, moving: number, server: RtspServer) {
    this.#folder = folder;
    this.#fps = fps;
    this.#port = port;
    this.#moving = moving;
    this.server = server;
  }

  /** `moving` and `still`: how many cameras it has of each. */
  static async start(fps: number, moving: number, still: number): Promise<BenchSource> {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-cameras-'));
    const clips = ['moving', 'still'].map(name => join(folder, name));
    const [movingClip = '', stillClip = ''] = clips;
    const common = { sizeWh: SIZE, fps, pictures: CLIP_SECONDS * fps };
    await Promise.all([
      encodeClip({ ...common, path: movingClip }),
      encodeClip({ ...common, path: stillClip, still: true }),
    ]);
    const [port = 0] = await freePorts(1);
    const server = await RtspServer.start({ port, fps, clips, cameras: moving + still, still });
    return new BenchSource(folder, fps, port, moving, server);
  }

  /** Its first cameras with motion, and its first still ones. */
  cameras(moving: number, still: number): readonly BenchCamera[] {
    const camera = (number: number): BenchCamera => ({
      ...{ cameraId: `bench-${this.#fps}-${number}`, url: `rtsp://127.0.0.1:${this.#port}/${number}`, fps: this.#fps },
      ...{ shift: number * this.#fps, pictures: CLIP_SECONDS * this.#fps, moves: number < this.#moving },
    });
    const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => camera(first + index));
    return [...from(0, moving), ...from(this.#moving, still)];
  }

  async close(): Promise<void> {
    await this.server.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
