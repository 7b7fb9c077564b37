import { headedMessage, type VideoHeader, videoChannel, videoWatchKey } from '@sightline/schemas';
import { type Logger, WatchedChannel } from '../process/index.ts';

/** More pictures than a second of a few watched cameras. */
const MAX_UNANSWERED = 128;

/** Publishes the video of watched cameras. What Redis is too slow for is left out up to the next key frame. */
export class LiveVideos {
  readonly #prefix: string;
  readonly #channel: WatchedChannel;
  /** Cameras whose next picture must be a key frame. */
  readonly #broken = new Set<string>();

  constructor(url: string, prefix: string, logger: Logger, now: () => number) {
    this.#prefix = prefix;
    const [watchKey, what] = [videoWatchKey(prefix), 'live videos'];
    this.#channel = new WatchedChannel({ url, watchKey, what, unansweredAtMost: MAX_UNANSWERED, logger, now });
  }

  watches(cameraId: string): boolean {
    return this.#channel.watches(cameraId);
  }

  publish(header: VideoHeader, bytes?: Buffer): void {
    const { cameraId } = header;
    if (!this.watches(cameraId)) return void this.#broken.delete(cameraId);
    const isPicture = header.kind === 'video';
    if (isPicture && !header.isKey && this.#broken.has(cameraId)) return;
    const sent = this.#channel.publish(videoChannel(this.#prefix, cameraId), headedMessage(header, bytes));
    if (isPicture && sent) this.#broken.delete(cameraId);
    else if (isPicture) this.#broken.add(cameraId);
  }

  close(): void {
    this.#channel.close();
  }
}
