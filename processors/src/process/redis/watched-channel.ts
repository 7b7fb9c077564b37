import { Redis } from 'ioredis';
import type { Logger } from '../run/logger.ts';

const LOOK_EVERY_MS = 1_000;
const RECONNECT_MAX_MS = 5_000;

export interface WatchedChannelOptions {
  readonly url: string;
  /** The sorted set of watched cameras (score: end of the lease, in ms), and the channel that tells of changes. */
  readonly watchKey: string;
  /** What is published, for people. */
  readonly what: string;
  /** With more messages than this unanswered, Redis is too slow: more are left out. */
  readonly unansweredAtMost: number;
  readonly logger: Logger;
  /** The clock of the leases. */
  now(): number;
}

/**
 * Publishes in Redis for the cameras that somebody watches. Gateways keep them in a sorted set and publish each change.
 * Without Redis no camera is watched, and everything else goes on.
 */
export class WatchedChannel {
  readonly #options: WatchedChannelOptions;
  readonly #commands: Redis;
  readonly #subscriber: Redis;
  readonly #looking: NodeJS.Timeout;
  #watched: ReadonlySet<string> = new Set();
  #unanswered = 0;
  published = 0;
  leftOut = 0;
  /** The present problem with Redis, or undefined. */
  trouble: string | undefined;

  constructor(options: WatchedChannelOptions) {
    this.#options = options;
    const connection = {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times: number) => Math.min(100 * 2 ** times, RECONNECT_MAX_MS),
    };
    this.#commands = new Redis(options.url, connection);
    this.#subscriber = new Redis(options.url, { ...connection, autoResubscribe: false });
    for (const redis of [this.#commands, this.#subscriber]) redis.on('error', error => this.#failed(error));
    this.#commands.on('ready', () => {
      this.trouble = undefined;
      void this.#look();
    });
    this.#subscriber.on('ready', () => this.#subscriber.subscribe(options.watchKey).catch(() => {}));
    this.#subscriber.on('message', () => void this.#look());
    this.#looking = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  #failed(error: Error): void {
    const { logger, what } = this.#options;
    if (this.trouble === undefined) logger.warn({ reason: error.message }, `Redis is away: no ${what}`);
    this.trouble = `Redis is away, so there are no ${what}: ${error.message || 'connection lost'}`;
    this.#watched = new Set();
  }

  async #look(): Promise<void> {
    if (this.#commands.status !== 'ready') return;
    const { watchKey, now } = this.#options;
    try {
      this.#watched = new Set(await this.#commands.zrangebyscore(watchKey, now(), '+inf'));
    } catch {
      this.#watched = new Set(); // the connection's error event reports why
    }
  }

  watches(cameraId: string): boolean {
    return this.#watched.has(cameraId);
  }

  /** False: it is left out. */
  publish(channel: string, message: Buffer): boolean {
    if (this.#commands.status !== 'ready' || this.#unanswered >= this.#options.unansweredAtMost) {
      this.leftOut++;
      return false;
    }
    this.#unanswered++;
    this.#commands
      .publish(channel, message)
      .then(() => {
        this.published++;
      })
      .catch(() => {
        this.leftOut++;
      })
      .finally(() => {
        this.#unanswered--;
      });
    return true;
  }

  close(): void {
    clearInterval(this.#looking);
    this.#commands.disconnect();
    this.#subscriber.disconnect();
  }
}
