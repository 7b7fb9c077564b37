import { readVideoHeader, type VideoHeader, videoChannel, videoWatchKey } from '@sightline/schemas';
import type { Redis } from 'ioredis';
import { WatchLeases } from './watch-leases.ts';

/** Pictures since a camera's last key frame are kept for browsers that come later, up to this size. */
const KEPT_BYTES_AT_MOST = 4 * 1024 * 1024;
const KEPT_AT_MOST = 600;

/** Who follows the videos of cameras. */
export interface VideoWatcher {
  videoIds: ReadonlySet<string>;
  /** `message`: as it came from ingest. */
  video(header: VideoHeader, message: Buffer): void;
}

interface Kept {
  readonly header: VideoHeader;
  readonly message: Buffer;
}

interface WatchedVideo {
  readonly watchers: Set<VideoWatcher>;
  /** From the last key frame on; empty: they were too many. */
  kept: Kept[];
  keptBytes: number;
}

export interface VideosOptions {
  readonly redis: Redis;
  /** A separate connection, since a subscribed one takes no other commands. */
  readonly subscriber: Redis;
  readonly prefix: string;
}

/** Passes the videos of watched cameras on. A browser that comes later gets the pictures since the last key frame at once. */
export class Videos {
  readonly #options: VideosOptions;
  readonly #cameras = new Map<string, WatchedVideo>();
  readonly #leases: WatchLeases;
  unreadable = 0;

  constructor(options: VideosOptions) {
    const { redis, subscriber, prefix } = options;
    this.#options = options;
    this.#leases = new WatchLeases(redis, videoWatchKey(prefix), () => this.#cameras.keys());
    subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      const name = channel.toString('utf8');
      if (name.startsWith(this.#channel(''))) this.#deliver(name.slice(this.#channel('').length), message);
    });
  }

  /** The watcher follows these videos from now on, and no others. The caller checks who may. */
  watch(watcher: VideoWatcher, cameraIds: ReadonlySet<string>): void {
    const before = watcher.videoIds;
    watcher.videoIds = cameraIds;
    const added = [...cameraIds].filter(cameraId => !before.has(cameraId));
    for (const cameraId of before) if (!cameraIds.has(cameraId)) this.#leave(watcher, cameraId);
    for (const cameraId of added) this.#join(watcher, cameraId);
    if (added.length > 0) this.#leases.renew();
  }

  #join(watcher: VideoWatcher, cameraId: string): void {
    const camera = this.#cameras.get(cameraId);
    if (camera !== undefined) {
      camera.watchers.add(watcher);
      for (const { header, message } of camera.kept) watcher.video(header, message);
      return;
    }
    this.#cameras.set(cameraId, { watchers: new Set([watcher]), kept: [], keptBytes: 0 });
    this.#options.subscriber.subscribe(this.#channel(cameraId)).catch(() => {}); // each new connection subscribes again
  }

  #leave(watcher: VideoWatcher, cameraId: string): void {
    const camera = this.#cameras.get(cameraId);
    camera?.watchers.delete(watcher);
    if (camera?.watchers.size !== 0) return;
    this.#cameras.delete(cameraId);
    this.#options.subscriber.unsubscribe(this.#channel(cameraId)).catch(() => {});
  }

  #deliver(cameraId: string, message: Buffer): void {
    const camera = this.#cameras.get(cameraId);
    const header = readVideoHeader(message);
    if (header?.cameraId !== cameraId) this.unreadable++;
    else if (camera !== undefined) {
      keep(camera, { header, message });
      for (const watcher of camera.watchers) watcher.video(header, message);
    }
  }

  #channel(cameraId: string): string {
    return videoChannel(this.#options.prefix, cameraId);
  }

  close(): void {
    this.#leases.close();
  }
}

function keep(camera: WatchedVideo, { header, message }: Kept): void {
  const begins = header.kind === 'no-video' || (header.kind === 'video' && header.isKey);
  if (begins) camera.kept = [];
  if (begins) camera.keptBytes = 0;
  else if (camera.kept.length === 0) return; // nothing to add to
  camera.kept.push({ header, message });
  camera.keptBytes += message.length;
  if (camera.keptBytes > KEPT_BYTES_AT_MOST || camera.kept.length > KEPT_AT_MOST) camera.kept = [];
}
