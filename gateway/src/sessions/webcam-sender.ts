import { randomUUID } from 'node:crypto';
import { webcamChannel, webcamMessage } from '@sightline/schemas';
import type { Redis } from 'ioredis';
import type { JpegSize } from './jpeg-size.ts';

/** A connection that gives no sign of life for this long loses its camera. */
const LEASE_MS = 8_000;

/** Publishes for the holder of the camera only: -1 when another connection holds it, else the number of receivers. */
const SEND = `
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return -1 end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
if ARGV[4] == '' then return 0 end
return redis.call('publish', ARGV[3], ARGV[4])`;

const LEAVE = `
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('del', KEYS[1])
return redis.call('publish', ARGV[2], ARGV[3])`;

export interface WebcamJpeg extends JpegSize {
  readonly capturedAtMs: number;
  readonly jpeg: Buffer;
}

/** What became of a picture. `unheard`: no ingest runs the camera now. `taken-over`: another connection has the camera. */
export type SendOutcome = 'taken' | 'unheard' | 'replaced' | 'taken-over' | 'redis-away';

/**
 * The one connection that sends a webcam's pictures. The newest one has the camera: Redis holds its id, and publishes
 * for no other, at whichever gateway. So the ingest that owns the camera hears one connection at a time.
 */
export class WebcamSender {
  readonly #redis: Redis;
  readonly #connectionId = randomUUID();
  readonly #holder: string;
  readonly #channel: string;
  #running: Promise<void> | undefined;
  #left = false;
  #waiting: { readonly picture: WebcamJpeg; readonly settle: (outcome: SendOutcome) => void } | undefined;
  #leftOut = 0;

  constructor(redis: Redis, prefix: string, cameraId: string) {
    this.#redis = redis;
    this.#holder = `${prefix}webcam-holder:${cameraId}`;
    this.#channel = webcamChannel(prefix, cameraId);
  }

  /** Takes the camera from whoever has it. */
  async take(): Promise<void> {
    await this.#redis.set(this.#holder, this.#connectionId, 'PX', LEASE_MS);
  }

  /** Prolongs the hold. False: another connection has the camera. */
  async renew(): Promise<boolean> {
    return Number(await this.#redis.eval(SEND, 1, this.#holder, this.#connectionId, LEASE_MS, '', '')) >= 0;
  }

  /** Sends a picture. While one is being sent only the newest waits. Never rejects. */
  send(picture: WebcamJpeg): Promise<SendOutcome> {
    if (this.#left) return Promise.resolve('taken-over');
    return new Promise(settle => {
      if (this.#waiting !== undefined) {
        this.#waiting.settle('replaced');
        this.#leftOut++;
      }
      this.#waiting = { picture, settle };
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting !== undefined) {
      const { picture, settle } = this.#waiting;
      this.#waiting = undefined;
      settle(await this.#publish(picture));
    }
    this.#running = undefined;
  }

  async #publish({ jpeg, ...picture }: WebcamJpeg): Promise<SendOutcome> {
    const leftOut = this.#leftOut;
    const message = webcamMessage({ kind: 'picture', connectionId: this.#connectionId, ...picture, leftOut }, jpeg);
    try {
      const hold = [this.#connectionId, LEASE_MS, this.#channel] as const;
      const receivers = Number(await this.#redis.eval(SEND, 1, this.#holder, ...hold, message));
      if (receivers < 0) return 'taken-over';
      this.#leftOut -= leftOut;
      return receivers === 0 ? 'unheard' : 'taken';
    } catch {
      return 'redis-away';
    }
  }

  /** Gives the camera back. Without Redis its lease ends by itself. */
  async leave(): Promise<void> {
    this.#left = true;
    await this.#running;
    const message = webcamMessage({ kind: 'left', connectionId: this.#connectionId });
    await this.#redis.eval(LEAVE, 1, this.#holder, this.#connectionId, this.#channel, message).catch(() => {});
  }
}
