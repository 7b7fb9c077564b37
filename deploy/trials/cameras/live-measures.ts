import type { Cell } from '@sightline/processors/process';
import { topics } from '@sightline/schemas';
import { takeTopic } from '../tools/read-topic.ts';
import { readPicture, shownAtMs } from './strip.ts';

/** A camera of a bench, and what to know to read its pictures. */
export interface BenchCamera {
  readonly cameraId: string;
  readonly url: string;
  readonly fps: number;
  readonly shift: number;
  readonly pictures: number;
  readonly moves: boolean;
}

interface KeptFrame {
  readonly cameraId: string;
  readonly frame: string;
  readonly loggedAtMs: number;
  readonly jpeg: Buffer;
}

interface KeptDetection {
  readonly cameraId: string;
  readonly frame: string;
  readonly loggedAtMs: number;
}

/** What became of the pictures of cameras with motion in a window of time. */
export interface Delivered {
  /** From seen to the detection in the log, in ms, ascending. */
  readonly detectionMs: readonly number[];
  /** Pictures that a model looked at. */
  readonly detected: number;
  readonly unreadable: number;
}

interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Keeps pictures and detections of a window; decodes pictures only after it, so that it costs the product nothing. */
export class LiveMeasures {
  readonly #cell: Cell;
  readonly #frames: KeptFrame[] = [];
  readonly #detections: KeptDetection[] = [];
  #over = false;
  readonly #read: Promise<unknown>;

  private constructor(cell: Cell, limitMs: number) {
    this.#cell = cell;
    this.#read = this.#follow(limitMs);
    this.#read.catch(() => {}); // `close` reports it
  }

  static open = (cell: Cell, limitMs: number): LiveMeasures => new LiveMeasures(cell, limitMs);

  async #follow(limitMs: number): Promise<void> {
    const nameOf = (one: { cameraId: string; epoch: number; sequence: number }): string =>
      `${one.cameraId} ${one.epoch} ${one.sequence}`;
    const frames = await takeTopic(this.#cell, topics.frames, (value, { timestampMs }) => {
      if (value.jpeg === null) return;
      const jpeg = Buffer.from(value.jpeg); // a copy: the record is a slice of a larger buffer
      this.#frames.push({ cameraId: value.cameraId, frame: nameOf(value), loggedAtMs: timestampMs, jpeg });
    });
    const detections = await takeTopic(this.#cell, topics.detections, (value, { timestampMs }) => {
      if (value.outcome !== 'detected') return;
      this.#detections.push({ cameraId: value.cameraId, frame: nameOf(value), loggedAtMs: timestampMs });
    });
    const readings = [frames, detections];
    await Promise.all(
      readings.map(reading =>
        reading.until(
          () => this.#over,
          limitMs,
          () => '',
        ),
      ),
    );
    for (const reading of readings) await reading.close();
  }

  /** Number of these cameras with a detection since `sinceMs`. */
  live(cameras: readonly BenchCamera[], sinceMs: number): number {
    const seen = new Set(this.#detections.filter(each => each.loggedAtMs >= sinceMs).map(each => each.cameraId));
    return cameras.filter(({ cameraId }) => seen.has(cameraId)).length;
  }

  /** Forgets what it has. */
  clear(): void {
    this.#frames.length = 0;
    this.#detections.length = 0;
  }

  async delivered(cameras: readonly BenchCamera[], { fromMs, untilMs }: Window): Promise<Delivered> {
    const moving = new Map(cameras.filter(({ moves }) => moves).map(camera => [camera.cameraId, camera]));
    const frames = new Map(this.#frames.map(each => [each.frame, each]));
    const detectionMs: number[] = [];
    let unreadable = 0;
    for (const { cameraId, frame, loggedAtMs } of this.#detections) {
      const camera = moving.get(cameraId);
      const kept = frames.get(frame);
      if (camera === undefined || kept === undefined || loggedAtMs < fromMs || loggedAtMs >= untilMs) continue;
      const { number } = await readPicture(kept.jpeg);
      if (number === undefined) unreadable++;
      else detectionMs.push(loggedAtMs - shownAtMs(number, camera, loggedAtMs));
    }
    return {
      detectionMs: detectionMs.toSorted((a, b) => a - b),
      detected: detectionMs.length + unreadable,
      unreadable,
    };
  }

  async close(): Promise<void> {
    this.#over = true;
    await this.#read;
  }
}
