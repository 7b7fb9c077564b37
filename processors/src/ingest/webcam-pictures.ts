import { createHash } from 'node:crypto';
import { type Camera, isTime, readWebcamMessage, type WebcamPicture, webcamChannel } from '@sightline/schemas';
import { Redis } from 'ioredis';
import { type Came, StreamMeter } from './decoder/stream-meter.ts';
import type { Playing, PlayListener } from './decoder-pool.ts';
import { NOBODY_SENDS } from './live-troubles.ts';

/** Without a picture for this long, or for two periods of a slow webcam, nobody sends any more. */
const SILENT_MS = 2_000;
/** What it sends is measured over this long. */
const STREAM_EVERY_MS = 4_000;
const RECONNECT_MAX_MS = 5_000;
const NO_COST = { sourceFrames: 1, damaged: 0, decodeMs: 0, scaleMs: 0, gateMs: 0, jpegMs: 0 };

/**
 * Pictures of webcams, as gateways publish them in Redis. A gateway publishes only for the connection that holds the
 * camera, so each new connection in the channel begins a new epoch, and no older one comes after it. It connects to
 * Redis when the first webcam plays.
 */
export class WebcamPictures {
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #subscriber: Redis;
  readonly #plays = new Map<string, WebcamPlay>();
  /** While true, pictures are left out and counted. */
  paused = false;

  constructor(url: string, prefix: string, now: () => number) {
    this.#prefix = prefix;
    this.#now = now;
    this.#subscriber = new Redis(url, {
      lazyConnect: true,
      maxRetriesPerRequest: null,
      retryStrategy: times => Math.min(100 * 2 ** times, RECONNECT_MAX_MS),
    });
    this.#subscriber.on('error', error => {
      const reason = error.message || 'connection lost';
      for (const play of this.#plays.values()) play.trouble(`Redis is away, so no picture arrives: ${reason}`);
    });
    this.#subscriber.on('ready', () => {
      for (const play of this.#plays.values()) play.wait();
    });
    this.#subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      const read = readWebcamMessage(message);
      const play = this.#plays.get(channel.toString('utf8'));
      if (read === undefined || play === undefined) return;
      if (read.header.kind === 'left') play.leave(read.header.connectionId);
      else if (this.paused) play.leaveOut();
      else play.take(read.header, read.jpeg, this.#now());
    });
  }

  /** Takes the camera's pictures until it is stopped. */
  play(camera: Camera, listener: PlayListener): Playing {
    const channel = webcamChannel(this.#prefix, camera.cameraId);
    const play = new WebcamPlay(camera, listener);
    this.#plays.set(channel, play);
    this.#subscriber.subscribe(channel).catch(() => {}); // each new connection subscribes again
    return {
      answers: true,
      watchVideo: watched => {
        if (watched) setImmediate(() => listener.onNoVideo?.('a webcam sends pictures'));
      },
      stop: () => {
        play.stop();
        if (this.#plays.get(channel) !== play) return;
        this.#plays.delete(channel);
        this.#subscriber.unsubscribe(channel).catch(() => {});
      },
    };
  }

  close(): void {
    this.#subscriber.disconnect();
  }
}

/** One webcam, whichever connection sends its pictures. */
class WebcamPlay {
  readonly #listener: PlayListener;
  readonly #silentMs: number;
  #connectionId: string | undefined;
  #firstCapturedAtMs = 0;
  #frames = 0;
  #leftOut = 0;
  #troubled = false;
  #came: Came = { packets: 0, bytes: 0 };
  #meter = new StreamMeter(0);
  #measuredAtMs = 0;
  #silence: NodeJS.Timeout | undefined;

  constructor({ maxFps }: Camera, listener: PlayListener) {
    this.#listener = listener;
    this.#silentMs = Math.max(SILENT_MS, 2_000 / maxFps);
    this.wait();
  }

  /** Waits for the next picture. */
  wait(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.trouble(NOBODY_SENDS), this.#silentMs).unref();
  }

  trouble(message: string): void {
    this.#troubled = true;
    this.#listener.onTrouble(message);
  }

  /** Kafka is away: the next picture says that this one is missing. */
  leaveOut(): void {
    this.#leftOut++;
    this.wait();
  }

  take(header: WebcamPicture, jpeg: Buffer, nowMs: number): void {
    const { connectionId, capturedAtMs, widthPx, heightPx } = header;
    this.wait();
    if (connectionId !== this.#connectionId) this.#begin(connectionId, capturedAtMs, nowMs);
    else if (this.#troubled) this.#listener.onTrouble(null);
    this.#troubled = false;
    const drops = {
      ...(header.leftOut > 0 && { 'gateway-behind': header.leftOut }),
      ...(this.#leftOut > 0 && { 'publisher-behind': this.#leftOut }),
    };
    this.#leftOut = 0;
    this.#measure(header, jpeg.length, nowMs);
    const sampled = {
      ...({ kind: 'picture', playId: 0, frameNumber: this.#frames++, arrivedAtMs: nowMs } as const),
      mediaTimeMs: capturedAtMs - this.#firstCapturedAtMs,
      ...(isTime(capturedAtMs) && { cameraClockMs: capturedAtMs }),
      ...{ widthPx, heightPx, drops, cost: NO_COST },
      sha256: createHash('sha256').update(jpeg).digest('hex'),
    };
    this.#listener.onFrame(sampled, jpeg);
  }

  #begin(connectionId: string, capturedAtMs: number, nowMs: number): void {
    this.#connectionId = connectionId;
    this.#firstCapturedAtMs = capturedAtMs;
    this.#frames = 0;
    this.#came = { packets: 0, bytes: 0 };
    this.#meter = new StreamMeter(nowMs);
    this.#measuredAtMs = nowMs;
    this.#listener.onOpened();
  }

  #measure({ widthPx, heightPx }: WebcamPicture, bytes: number, nowMs: number): void {
    this.#came = { packets: this.#came.packets + 1, bytes: this.#came.bytes + bytes };
    if (nowMs - this.#measuredAtMs < STREAM_EVERY_MS) return;
    this.#measuredAtMs = nowMs;
    const measured = this.#meter.take(this.#came, nowMs);
    this.#listener.onStream({ codec: 'mjpeg', widthPx, heightPx, ...measured, clockRate: null });
  }

  /** The connection ended, and no other has the camera. */
  leave(connectionId: string): void {
    if (connectionId !== this.#connectionId) return;
    clearTimeout(this.#silence);
    this.#connectionId = undefined;
    this.trouble(NOBODY_SENDS);
  }

  stop(): void {
    clearTimeout(this.#silence);
  }
}
