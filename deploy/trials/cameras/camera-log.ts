import type { Cell } from '@sightline/processors/process';
import { type CameraState, foundIn, type NoPictureReason, type Outcome, topics } from '@sightline/schemas';
import { type TopicReading, takeTopic } from '../tools/read-topic.ts';
import { readPicture, type Shown } from './strip.ts';

interface OfCamera {
  readonly cameraId: string;
  readonly epoch: number;
  /** When the log stored the record, in ms since 1970. */
  readonly loggedAtMs: number;
}

/** A record of `frames`. */
export interface LoggedFrame extends OfCamera {
  readonly sequence: number;
  readonly capturedAtMs: number;
  readonly reason: NoPictureReason | null;
  /** What its picture shows; undefined: it has none. */
  readonly shown: Shown | undefined;
}

/** A record of `detections`. */
export interface LoggedDetection extends OfCamera {
  readonly sequence: number;
  readonly outcome: Outcome;
  /** Boxes of all its models. */
  readonly boxes: number;
}

/** A record of `camera-status`. */
export interface LoggedStatus extends OfCamera {
  readonly state: CameraState;
  readonly lastSequence: number;
  readonly drops: number;
  readonly message: string | null;
}

/** What the log says of the cameras. */
export interface CameraLog {
  readonly frames: readonly LoggedFrame[];
  readonly detections: readonly LoggedDetection[];
  readonly statuses: readonly LoggedStatus[];
}

/** Reads the three topics while the trial runs. */
export class CameraLogReading {
  readonly #readings: readonly [TopicReading<LoggedFrame>, TopicReading<LoggedDetection>, TopicReading<LoggedStatus>];
  readonly #cameraIds: readonly string[];
  readonly #read: Promise<unknown>;

  private constructor(
    readings: readonly [TopicReading<LoggedFrame>, TopicReading<LoggedDetection>, TopicReading<LoggedStatus>],
    cameraIds: readonly string[],
    limitMs: number,
  ) {
    this.#readings = readings;
    this.#cameraIds = cameraIds;
    this.#read = Promise.all(
      readings.map(reading =>
        reading.until(
          () => this.#hasEnded(reading.values),
          limitMs,
          () => 'not all cameras have an end in the log',
        ),
      ),
    );
    this.#read.catch(() => {}); // `untilEnded` reports it
  }

  static async open(cell: Cell, cameraIds: readonly string[], limitMs: number): Promise<CameraLogReading> {
    const readings = await Promise.all([
      takeTopic(cell, topics.frames, async ({ cameraId, epoch, sequence, capturedAtMs, reason, jpeg }, record) => ({
        ...{ cameraId, epoch, sequence, capturedAtMs, reason, loggedAtMs: record.timestampMs },
        shown: jpeg === null ? undefined : await readPicture(Buffer.from(jpeg)),
      })),
      takeTopic(cell, topics.detections, ({ cameraId, epoch, sequence, outcome, results }, record) => ({
        ...{ cameraId, epoch, sequence, outcome, loggedAtMs: record.timestampMs },
        boxes: results.reduce((sum, { payload }) => sum + (foundIn(payload)?.boxes.length ?? 0), 0),
      })),
      takeTopic(cell, topics.cameraStatus, ({ cameraId, epoch, state, lastSequence, drops, message }, record) => ({
        ...{ cameraId, epoch, state, lastSequence, message, loggedAtMs: record.timestampMs },
        drops: Object.values(drops).reduce((sum, count) => sum + count, 0),
      })),
    ]);
    return new CameraLogReading(readings, cameraIds, limitMs);
  }

  #hasEnded(values: readonly (LoggedFrame | LoggedDetection | LoggedStatus)[]): boolean {
    const ended = values.filter(value =>
      'reason' in value ? value.reason === 'ended' : ('outcome' in value ? value.outcome : value.state) === 'ended',
    );
    return this.#cameraIds.every(cameraId => ended.some(value => value.cameraId === cameraId));
  }

  /** Number of cameras with a picture. */
  get seen(): number {
    const [frames] = this.#readings;
    return new Set(frames.values.filter(({ shown }) => shown !== undefined).map(({ cameraId }) => cameraId)).size;
  }

  /** Number of cameras with a picture that a model looked at. */
  get detected(): number {
    const [, detections] = this.#readings;
    const looked = detections.values.filter(({ outcome }) => outcome === 'detected');
    return new Set(looked.map(({ cameraId }) => cameraId)).size;
  }

  /** The log, once every camera has ended in all three topics. */
  async untilEnded(): Promise<CameraLog> {
    await this.#read;
    const [frames, detections, statuses] = this.#readings;
    return { frames: frames.values, detections: detections.values, statuses: statuses.values };
  }

  async close(): Promise<void> {
    for (const reading of this.#readings) await reading.close();
  }
}
