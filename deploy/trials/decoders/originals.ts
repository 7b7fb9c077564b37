import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createProxy } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRtspCamera, type TestClip, writeTestClip } from '@sightline/processors/ingest/testing';
import sharp from 'sharp';
import { mutated } from './mutations.ts';

/** Sound recordings, a kind each. */
const CLIPS: Readonly<Record<string, Partial<TestClip>>> = {
  'h264.mp4': {},
  'fast.mp4': { faststart: true },
  'h265.mp4': { codec: 'h265' },
  'h264.mkv': {},
  'vp8.webm': { codec: 'vp8' },
  'mpeg4.avi': { codec: 'mpeg4' },
  'mjpeg.avi': { codec: 'mjpeg' },
  'h264.ts': {},
  'h264.mov': {},
  'raw.mkv': { codec: 'raw', seconds: 1 },
};
const BOUNDARY = 'frame';

export interface Original {
  readonly name: string;
  readonly bytes: Buffer;
}

export async function makeRecordings(): Promise<readonly Original[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-originals-'));
  const made: Original[] = [];
  for (const [name, clip] of Object.entries(CLIPS)) {
    const path = join(folder, name);
    await writeTestClip({ seconds: 2, ...clip, path });
    made.push({ name, bytes: await readFile(path) });
  }
  await rm(folder, { recursive: true });
  return made;
}

/** What a camera sends over HTTP: Motion JPEG in parts. */
export async function makeMotionJpeg(): Promise<Original> {
  const background = { r: 30, g: 90, b: 60 };
  const create = { width: 320, height: 180, channels: 3, background } as const;
  const jpeg = await sharp({ create }).jpeg().toBuffer();
  const head = `--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
  const part = Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]);
  return { name: 'motion.mjpeg', bytes: Buffer.concat(new Array<Buffer>(20).fill(part)) };
}

/** Serves bytes as live streams over HTTP, each at an address of its own. */
export class StreamServer {
  readonly #server: Server;
  readonly #bytes = new Map<string, Buffer>();

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      const isParts = path.endsWith('.mjpeg');
      const type = isParts ? `multipart/x-mixed-replace; boundary=${BOUNDARY}` : 'application/octet-stream';
      response.writeHead(200, { 'content-type': type });
      response.write(this.#bytes.get(path) ?? Buffer.alloc(0)); // and stays open, as a camera does
    });
  }

  static async start(): Promise<StreamServer> {
    const own = new StreamServer();
    await new Promise<void>(resolve => own.#server.listen(0, '127.0.0.1', resolve));
    return own;
  }

  serve(name: string, bytes: Buffer): string {
    this.#bytes.set(`/${name}`, bytes);
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}`;
  }

  forget(name: string): void {
    this.#bytes.delete(`/${name}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

/** An RTSP camera behind a network that harms what it sends, from the first answer on. */
export async function startHarmedCamera(random: () => number): Promise<{ url: string; close(): Promise<void> }> {
  const camera = await startRtspCamera({ seconds: 2 });
  const { port } = new URL(camera.url);
  const sockets = new Set<{ destroy(): void }>();
  const proxy = createProxy(reader => {
    const wire = connect(Number(port), '127.0.0.1');
    for (const socket of [reader, wire]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        for (const each of [reader, wire]) {
          each.destroy();
          sockets.delete(each);
        }
      });
    }
    reader.pipe(wire);
    wire.on('data', piece => reader.write(random() < 0.1 ? mutated(piece, piece, random) : piece));
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `rtsp://127.0.0.1:${(proxy.address() as AddressInfo).port}/`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => proxy.close(resolve));
      await camera.close();
    },
  };
}
