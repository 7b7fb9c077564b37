import type { Redis } from 'ioredis';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Viewer } from '../context.ts';
import type { CameraStatuses } from './camera-statuses.ts';
import { PictureClient } from './picture-client.ts';
import { WatchLeases } from './watch-leases.ts';

const MAX_CAMERAS = 64;
/** A page tells silence from stillness within ten seconds, and so does the gateway. */
const BEAT_MS = 3_000;
const SILENCE_MS = 9_000;

/** What a browser says: the cameras it shows from now on. */
const Watch = z.object({ type: z.literal('watch'), cameraIds: z.array(z.string().max(200)).max(MAX_CAMERAS) });

export interface PicturesOptions {
  readonly redis: Redis;
  /** A connection of its own: one that is subscribed can do nothing else. */
  readonly subscriber: Redis;
  readonly prefix: string;
  readonly statuses: CameraStatuses;
  readonly visible: (viewer: Viewer, cameraId: string) => boolean;
}

/** Live pictures with their boxes: one socket per browser, all its cameras in it, bytes as inference published them. */
export class Pictures {
  readonly #options: PicturesOptions;
  readonly #clients = new Set<PictureClient>();
  readonly #watchers = new Map<string, Set<PictureClient>>();
  readonly #leases: WatchLeases;
  readonly #stopStatuses: () => void;

  constructor(options: PicturesOptions) {
    this.#options = options;
    this.#leases = new WatchLeases(options.redis, options.prefix, () => this.#watchers.keys());
    options.subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => this.#deliver(channel, message));
    this.#stopStatuses = options.statuses.onChange(status => {
      for (const client of this.#watchers.get(status.cameraId) ?? []) client.text({ type: 'camera', ...status });
    });
  }

  get connections(): number {
    return this.#clients.size;
  }

  /** Serves a socket until it closes. */
  serve(socket: WebSocket, viewer: Viewer): void {
    const client = new PictureClient(socket);
    this.#clients.add(client);
    let heardAtMs = performance.now();
    const hear = (): void => {
      heardAtMs = performance.now();
    };
    const pinging = setInterval(() => {
      if (performance.now() - heardAtMs > SILENCE_MS) return socket.terminate();
      socket.ping();
      client.text({ type: 'heartbeat', atMs: Date.now() });
      // A grant taken back holds from here on.
      this.#watch(client, new Set([...client.cameraIds].filter(cameraId => this.#options.visible(viewer, cameraId))));
    }, BEAT_MS);
    socket.on('pong', hear);
    socket.on('message', (data, isBinary) => {
      hear();
      const cameraIds = isBinary ? undefined : parseWatch(String(data));
      if (cameraIds === undefined) client.text({ type: 'error', message: 'say {"type":"watch","cameraIds":[...]}' });
      else this.#watch(client, new Set(cameraIds.filter(cameraId => this.#options.visible(viewer, cameraId))));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(pinging);
      this.#watch(client, new Set());
      this.#clients.delete(client);
    });
  }

  close(): void {
    this.#leases.close();
    this.#stopStatuses();
  }

  #watch(client: PictureClient, cameraIds: ReadonlySet<string>): void {
    const before = client.cameraIds;
    client.cameraIds = cameraIds;
    const added = [...cameraIds].filter(cameraId => !before.has(cameraId));
    for (const cameraId of before) if (!cameraIds.has(cameraId)) this.#leave(client, cameraId);
    for (const cameraId of added) this.#join(client, cameraId);
    if (added.length > 0) this.#leases.renew();
  }

  #join(client: PictureClient, cameraId: string): void {
    const watchers = this.#watchers.get(cameraId) ?? new Set();
    this.#watchers.set(cameraId, watchers.add(client));
    if (watchers.size === 1) this.#options.subscriber.subscribe(this.#channel(cameraId)).catch(() => {}); // again with each connection
    const status = this.#options.statuses.get(cameraId);
    if (status !== undefined) client.text({ type: 'camera', ...status });
  }

  #leave(client: PictureClient, cameraId: string): void {
    const watchers = this.#watchers.get(cameraId);
    watchers?.delete(client);
    if (watchers?.size !== 0) return;
    this.#watchers.delete(cameraId);
    this.#options.subscriber.unsubscribe(this.#channel(cameraId)).catch(() => {});
  }

  #deliver(channel: Buffer, message: Buffer): void {
    const cameraId = channel.toString('utf8').slice(this.#channel('').length);
    for (const client of this.#watchers.get(cameraId) ?? []) client.picture(cameraId, message);
  }

  #channel(cameraId: string): string {
    return `${this.#options.prefix}live:${cameraId}`;
  }
}

function parseWatch(text: string): readonly string[] | undefined {
  try {
    return Watch.safeParse(JSON.parse(text)).data?.cameraIds;
  } catch {
    return undefined;
  }
}
