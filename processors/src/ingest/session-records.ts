import type { Camera, CameraStatus, Frame, NoPictureReason } from '@sightline/schemas';
import { RateMeter } from '../process/index.ts';
import { type CapturePosition, filePosition, NO_POSITION, withDrops } from './capture-position.ts';

/** Queues a record; `onAcked` is called after its acknowledgement. */
export type PublishFrame = (frame: Frame, onAcked: () => void) => void;

/** What a status says of the records. */
export type RecordFigures = Pick<
  CameraStatus,
  'epoch' | 'lastCapturedAtMs' | 'lastSequence' | 'fps' | 'framesPublished' | 'drops'
>;

/** The records of one camera's session: where they stand, and which of them Kafka has. */
export class SessionRecords {
  readonly #camera: Camera;
  readonly #send: PublishFrame;
  readonly #elapsed: () => number;
  readonly #rate = new RateMeter();
  #position: CapturePosition;
  #acked: CapturePosition;
  #published = 0;
  /** When the last record was written, by `elapsed`. */
  lastAtMs: number;

  /** `last`: as of CameraSession. `elapsed`: a clock that never goes back, in ms. */
  constructor(camera: Camera, last: CapturePosition | undefined, send: PublishFrame, elapsed: () => number) {
    this.#camera = camera;
    this.#send = send;
    this.#elapsed = elapsed;
    this.#position = camera.source === 'file' ? filePosition(camera, last) : (last ?? NO_POSITION);
    this.#acked = this.#position;
    this.lastAtMs = elapsed();
  }

  /** The last record, acknowledged or not. */
  get position(): CapturePosition {
    return this.#position;
  }
  get fps(): number {
    return this.#rate.perSecond(this.#elapsed());
  }
  get figures(): RecordFigures {
    const { epoch } = this.#position;
    const acked = this.#acked.epoch === epoch ? this.#acked : NO_POSITION;
    return {
      ...{ epoch, lastCapturedAtMs: this.#acked.capturedAtMs, lastSequence: acked.sequence },
      ...{ fps: this.fps, framesPublished: this.#published, drops: acked.drops },
    };
  }

  /** Goes on at this position, in a new epoch. */
  begin(position: CapturePosition): void {
    this.#position = position;
    this.#published = 0;
  }

  /** What was written counts as acknowledged: a status behind it in the queue is, too. */
  settle(): void {
    this.#acked = this.#position;
  }

  /** Counts slots that were left out before the next record. */
  drop(drops: Readonly<Record<string, number>>): void {
    this.#position = { ...this.#position, drops: withDrops(this.#position.drops, drops) };
  }

  /** The log is away: what would wait for it without bound is a gap in the sequence, and counted. */
  leaveOut(): void {
    this.drop({ 'publisher-behind': 1 });
    this.#position = { ...this.#position, sequence: this.#position.sequence + 1 };
    this.lastAtMs = this.#elapsed();
  }

  publishEmpty(reason: NoPictureReason, sequence: number, capturedAtMs: number): void {
    const { widthPx, heightPx } = this.#position;
    const none = { anchored: false, mediaTimeMs: null, cameraClockMs: null, sha256: null, jpeg: null };
    this.publish({ ...none, sequence, capturedAtMs, widthPx, heightPx, reason });
  }

  publish(record: Omit<Frame, 'cameraId' | 'epoch' | 'source'>): void {
    const { cameraId, source } = this.#camera;
    const { epoch, drops } = this.#position;
    const { sequence, capturedAtMs, widthPx, heightPx } = record;
    const ended = record.reason === 'ended';
    const position = { epoch, sequence, capturedAtMs, ended, widthPx, heightPx, drops };
    this.#position = position;
    this.lastAtMs = this.#elapsed();
    this.#send({ cameraId, source, epoch, ...record }, () => {
      if (epoch > this.#position.epoch) return; // of a clock that was set right since
      this.#acked = position;
      if (record.reason !== null) return;
      this.#published++;
      this.#rate.count(this.#elapsed());
    });
  }
}
