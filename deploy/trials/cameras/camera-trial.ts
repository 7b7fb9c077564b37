import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../local/ports.ts';
import type { OwnStack } from '../installations/stack.ts';
import { FaultyWire, type Harm } from './faulty-wire.ts';
import { type Clip, encodeClip, RtspServer } from './rtsp-server.ts';
import type { TrialAddress } from './trial-cameras.ts';
import type { Trouble } from './troubles.ts';

export const FPS = 10;
const PICTURES = 600;
const AGAIN_WITHIN_MS = 60_000;

/** Cameras with troubles at one server behind wires, and cameras without at another. */
export class CameraTrial {
  readonly #folder: string;
  readonly #calm: RtspServer;
  readonly #troubled: RtspServer;
  readonly #wires: readonly FaultyWire[];
  readonly addresses: readonly TrialAddress[];

  private constructor(
    folder: string,
    servers: readonly [calm: RtspServer, troubled: RtspServer],
    wires: readonly FaultyWire[],
    addresses: readonly TrialAddress[],
  ) {
    this.#folder = folder;
    [this.#calm, this.#troubled] = servers;
    this.#wires = wires;
    this.addresses = addresses;
  }

  /** The first `troubled` cameras have troubles. `random` chooses which bytes a wire harms. */
  static async start(cameras: number, troubled: number, random: () => number): Promise<CameraTrial> {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-cameras-'));
    const clip = (name: string, sizeWh: Clip['sizeWh']): Clip => {
      return { path: join(folder, name), sizeWh, fps: FPS, pictures: PICTURES };
    };
    const clips = [clip('wide', [640, 360]), clip('narrow', [480, 360])];
    await Promise.all(clips.map(encodeClip));
    const [calmPort = 0, troubledPort = 0] = await freePorts(2);
    const common = { fps: FPS, clips: clips.map(({ path }) => path) };
    const servers = await Promise.all([
      RtspServer.start({ ...common, port: calmPort, first: troubled, cameras: cameras - troubled }),
      RtspServer.start({ ...common, port: troubledPort, cameras: troubled }),
    ]);
    const wires = await Promise.all(Array.from({ length: troubled }, () => FaultyWire.open(troubledPort, random)));
    const addresses = Array.from({ length: cameras }, (_, camera) => ({
      cameraId: `trial-${camera}`,
      url: `rtsp://127.0.0.1:${wires[camera]?.port ?? calmPort}/${camera}`,
    }));
    return new CameraTrial(folder, servers, wires, addresses);
  }

  /** What to know of camera N to read its pictures. */
  pictures = (camera: number) => ({ fps: FPS, shift: camera * FPS, pictures: PICTURES });

  /** Makes a trouble until it is over. True: it is proven to have happened. */
  async make({ kind, camera, fromMs, untilMs }: Trouble, stack: OwnStack): Promise<boolean> {
    const lastsMs = untilMs - fromMs;
    if (kind === 'ingest-kill') return killed(stack, 'ingest');
    if (kind === 'inference-kill') return killed(stack, 'vision');
    if (kind === 'restart') {
      await this.#troubled.kill();
      await sleep(lastsMs);
      await this.#troubled.start();
      return true;
    }
    const wire = this.#wires[camera ?? -1];
    if (wire === undefined || camera === undefined) return false;
    const before = wire.harmed;
    if (kind === 'cut') wire.cut();
    else if (kind === 'resolution') return this.#changeResolution(camera, lastsMs);
    else await harm(wire, kind, lastsMs);
    return wire.harmed > before;
  }

  async #changeResolution(camera: number, lastsMs: number): Promise<boolean> {
    this.#troubled.play(camera, 1);
    await sleep(lastsMs);
    this.#troubled.play(camera, 0);
    return true;
  }

  async close(): Promise<void> {
    for (const wire of this.#wires) wire.close();
    await Promise.all([this.#calm.kill(), this.#troubled.kill()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function harm(wire: FaultyWire, kind: Harm, lastsMs: number): Promise<void> {
  wire.harm = kind;
  await sleep(lastsMs);
  wire.harm = 'none';
}

/** kill -9; true once another process has taken its place. */
async function killed(stack: OwnStack, name: string): Promise<boolean> {
  const pid = stack.pidOf(name);
  if (pid === undefined) return false;
  process.kill(pid, 'SIGKILL');
  for (let waitedMs = 0; waitedMs < AGAIN_WITHIN_MS; waitedMs += 100) {
    const next = stack.pidOf(name);
    if (next !== undefined && next !== pid) return true;
    await sleep(100);
  }
  return false;
}
