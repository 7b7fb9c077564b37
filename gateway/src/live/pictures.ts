import type { Follower } from '@sightline/processors/log';
import type { Cell } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';
import type { Redis } from 'ioredis';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Viewer } from '../auth/viewer.ts';
import type { CameraStatuses } from './camera-statuses.ts';
import { JudgedPictures } from './judged-pictures.ts';
import { PictureClient } from './picture-client.ts';
import { decodePicture, encodePicture } from './picture-message.ts';
import { Videos } from './videos.ts';
import { WatchLeases } from './watch-leases.ts';

const MAX_CAMERAS = 64;
/** Interval of heartbeats, so that a page notices a dead connection within ten seconds. */
const BEAT_MS = 3_000;
const SILENCE_MS = 9_000;

/** Videos are for cameras that are looked at alone. */
const MAX_VIDEOS = 4;

/** A browser's message: the cameras that it shows from now on, and those of them whose video it plays. */
const Watch = z.object({
  type: z.literal('watch'),
  cameraIds: z.array(z.string().max(200)).max(MAX_CAMERAS),
  videoIds: z.array(z.string().max(200)).max(MAX_VIDEOS).default([]),
});

/** Who follows the pictures of cameras. */
export interface PictureWatcher {
  cameraIds: ReadonlySet<string>;
  /** `message`: as `encodePicture` makes it. */
  picture(cameraId: string, message: Buffer): void;
  text(message: object): void;
}

export interface PicturesOptions {
  readonly cell: Cell;
  readonly redis: Redis;
  /** A separate connection, since a subscribed one takes no other commands. */
  readonly subscriber: Redis;
  readonly prefix: string;
  readonly statuses: CameraStatuses;
  readonly visible: (viewer: Viewer, cameraId: string) => boolean;
}

/**
 * Sends live pictures with what the rules saw. Each browser has one socket for all its cameras. A picture and its boxes
 * are one message; the message says when no rule judged the picture in time.
 */
export class Pictures {
  readonly #options: PicturesOptions;
  readonly #clients = new Set<PictureClient>();
  readonly #watchers = new Map<string, Set<PictureWatcher>>();
  readonly #leases: WatchLeases;
  readonly #stopStatuses: () => void;
  readonly #judged: JudgedPictures;
  readonly #tracks: Follower;
  readonly #videos: Videos;
  #expiry: NodeJS.Timeout | undefined;
  /** Numbers of pictures sent with what the rules saw and without it, and of messages that could not be read. */
  readonly counts = { judged: 0, notJudged: 0, unreadable: 0 };

  constructor(options: PicturesOptions) {
    this.#options = options;
    this.#leases = new WatchLeases(options.redis, `${options.prefix}live:watch`, () => this.#watchers.keys());
    options.subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => this.#deliver(channel, message));
    this.#videos = new Videos(options);
    this.#judged = new JudgedPictures((cameraId, picture, track) => {
      this.counts[track === undefined ? 'notJudged' : 'judged']++;
      const message = encodePicture(picture, track);
      for (const client of this.#watchers.get(cameraId) ?? []) client.picture(cameraId, message);
    });
    this.#tracks = options.cell.follow(topics.tracks, {
      from: 'latest',
      wants: cameraId => this.#judged.watches(cameraId),
      handle: ({ value }) => this.#judged.takeTrack(value),
    });
    this.#stopStatuses = options.statuses.onChange(status => {
      for (const client of this.#watchers.get(status.cameraId) ?? []) client.text({ type: 'camera', ...status });
    });
  }

  get connections(): number {
    return this.#clients.size;
  }
  get unreadableVideos(): number {
    return this.#videos.unreadable;
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
      // Stops cameras for which the viewer lost the grant.
      this.#watchBoth(client, viewer, client.cameraIds, client.videoIds);
    }, BEAT_MS);
    socket.on('pong', hear);
    socket.on('message', (data, isBinary) => {
      hear();
      const watch = isBinary ? undefined : parseWatch(String(data));
      if (watch === undefined) client.text({ type: 'error', message: 'say {"type":"watch","cameraIds":[...]}' });
      else this.#watchBoth(client, viewer, watch.cameraIds, watch.videoIds);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(pinging);
      this.watch(client, new Set());
      this.#videos.watch(client, new Set());
      this.#clients.delete(client);
    });
  }

  /** Leaves out what the viewer may not see. */
  #watchBoth(client: PictureClient, viewer: Viewer, cameraIds: Iterable<string>, videoIds: Iterable<string>): void {
    const seen = (ids: Iterable<string>): ReadonlySet<string> =>
      new Set([...ids].filter(cameraId => this.#options.visible(viewer, cameraId)));
    this.watch(client, seen(cameraIds));
    this.#videos.watch(client, seen(videoIds));
  }

  async close(): Promise<void> {
    clearTimeout(this.#expiry);
    this.#leases.close();
    this.#videos.close();
    this.#stopStatuses();
    await this.#tracks.close();
  }

  /** The watcher follows these cameras from now on, and no others. The caller checks who may. */
  watch(client: PictureWatcher, cameraIds: ReadonlySet<string>): void {
    const before = client.cameraIds;
    client.cameraIds = cameraIds;
    const added = [...cameraIds].filter(cameraId => !before.has(cameraId));
    for (const cameraId of before) if (!cameraIds.has(cameraId)) this.#leave(client, cameraId);
    for (const cameraId of added) this.#join(client, cameraId);
    if (added.length > 0) this.#leases.renew();
  }

  #join(client: PictureWatcher, cameraId: string): void {
    const watchers = this.#watchers.get(cameraId) ?? new Set();
    this.#watchers.set(cameraId, watchers.add(client));
    this.#judged.watch(cameraId);
    if (watchers.size === 1) this.#options.subscriber.subscribe(this.#channel(cameraId)).catch(() => {}); // each new connection subscribes again
    const status = this.#options.statuses.get(cameraId);
    if (status !== undefined) client.text({ type: 'camera', ...status });
  }

  #leave(client: PictureWatcher, cameraId: string): void {
    const watchers = this.#watchers.get(cameraId);
    watchers?.delete(client);
    if (watchers?.size !== 0) return;
    this.#watchers.delete(cameraId);
    this.#judged.leave(cameraId);
    this.#options.subscriber.unsubscribe(this.#channel(cameraId)).catch(() => {});
  }

  #deliver(channel: Buffer, message: Buffer): void {
    const name = channel.toString('utf8');
    if (!name.startsWith(this.#channel(''))) return; // a video
    const cameraId = name.slice(this.#channel('').length);
    const picture = decodePicture(message);
    if (picture === undefined) this.counts.unreadable++;
    else this.#judged.takePicture(cameraId, picture, performance.now());
    this.#expireLater();
  }

  #expireLater(): void {
    const dueAtMs = this.#judged.nextDueAtMs;
    if (this.#expiry !== undefined || dueAtMs === undefined) return;
    const expire = (): void => {
      this.#expiry = undefined;
      this.#judged.expire(performance.now());
      this.#expireLater();
    };
    this.#expiry = setTimeout(expire, Math.max(1, dueAtMs - performance.now()));
  }

  #channel(cameraId: string): string {
    return `${this.#options.prefix}live:${cameraId}`;
  }
}

function parseWatch(text: string): z.infer<typeof Watch> | undefined {
  try {
    return Watch.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
