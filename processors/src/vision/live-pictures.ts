import { type Detection, foundIn } from '@sightline/schemas';
import { Redis } from 'ioredis';
import type { Logger } from '../process/index.ts';

const LOOK_EVERY_MS = 1_000;
/** With more messages than this unanswered, Redis is too slow: pictures are left out. */
const MAX_UNANSWERED = 64;
const RECONNECT_MAX_MS = 5_000;

/**
 * The bytes of one picture on channel `live:<cameraId>`: uint32 length of the JSON header, header, JPEG. The boxes are
 * the models' own; the rules have not judged them yet.
 */
export function liveMessage(
  detection: Detection,
  jpeg: Buffer | null,
  cameraClockMs: number | null,
  publishedAtMs: number,
): Buffer {
  const { cameraId, epoch, sequence, capturedAtMs, widthPx, heightPx, outcome, results } = detection;
  const model = results[0]?.model ?? null;
  const boxes = results.flatMap(({ payload }) => foundIn(payload)?.boxes ?? []);
  const times = { capturedAtMs, cameraClockMs, publishedAtMs };
  const header = { cameraId, epoch, sequence, ...times, widthPx, heightPx, outcome, model, boxes };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat(jpeg === null ? [length, json] : [length, json, jpeg]);
}

/**
 * Publishes pictures with the models' boxes for watched cameras. The gateway keeps the watched cameras in the sorted set
 * `live:watch` (score: end of the lease, in ms) and publishes each change on the channel of that name. Without Redis no
 * camera is watched, and everything else goes on.
 */
export class LivePictures {
  readonly #prefix: string;
  readonly #commands: Redis;
  readonly #subscriber: Redis;
  readonly #looking: NodeJS.Timeout;
  readonly #now: () => number;
  #watched: ReadonlySet<string> = new Set();
  #unanswered = 0;
  published = 0;
  leftOut = 0;
  /** The present problem with Redis, or undefined. */
  trouble: string | undefined;

  constructor(url: string, prefix: string, logger: Logger, now: () => number) {
    this.#prefix = prefix;
    this.#now = now;
    const options = {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times: number) => Math.min(100 * 2 ** times, RECONNECT_MAX_MS),
    };
    this.#commands = new Redis(url, options);
    this.#subscriber = new Redis(url, { ...options, autoResubscribe: false });
    for (const redis of [this.#commands, this.#subscriber]) redis.on('error', error => this.#failed(error, logger));
    this.#commands.on('ready', () => {
      this.trouble = undefined;
      void this.#look();
    });
    this.#subscriber.on('ready', () => this.#subscriber.subscribe(this.#watchKey).catch(() => {}));
    this.#subscriber.on('message', () => void this.#look());
    this.#looking = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  get #watchKey(): string {
    return `${this.#prefix}live:watch`;
  }

  #failed(error: Error, logger: Logger): void {
    if (this.trouble === undefined) logger.warn({ reason: error.message }, 'Redis is away: no live pictures');
    this.trouble = `Redis is away, so there are no live pictures: ${error.message || 'connection lost'}`;
    this.#watched = new Set();
  }

  async #look(): Promise<void> {
    if (this.#commands.status !== 'ready') return;
    try {
      this.#watched = new Set(await this.#commands.zrangebyscore(this.#watchKey, this.#now(), '+inf'));
    } catch {
      this.#watched = new Set(); // the connection's error event reports why
    }
  }

  watches(cameraId: string): boolean {
    return this.#watched.has(cameraId);
  }

  /** `cameraClockMs`: of the frame. */
  publish(detection: Detection, jpeg: Buffer | null, cameraClockMs: number | null = null): void {
    if (!this.watches(detection.cameraId)) return;
    if (this.#commands.status !== 'ready' || this.#unanswered >= MAX_UNANSWERED) {
      this.leftOut++;
      return;
    }
    this.#unanswered++;
    this.#commands
      .publish(`${this.#prefix}live:${detection.cameraId}`, liveMessage(detection, jpeg, cameraClockMs, this.#now()))
      .then(() => {
        this.published++;
      })
      .catch(() => {
        this.leftOut++;
      })
      .finally(() => {
        this.#unanswered--;
      });
  }

  close(): void {
    clearInterval(this.#looking);
    this.#commands.disconnect();
    this.#subscriber.disconnect();
  }
}
