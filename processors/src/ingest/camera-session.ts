import {
  type Camera,
  type CameraState,
  type CameraStatus,
  MAX_AHEAD_MS,
  type VideoHeader,
  WEBCAM_URL,
} from '@sightline/schemas';
import { Backoff } from './backoff.ts';
import { CameraClock } from './camera-clock.ts';
import { type CapturePosition, notAhead } from './capture-position.ts';
import type { Gap, MeasuredStream, SampledFrame, VideoFragment, VideoPlace } from './decoder/protocol.ts';
import type { Playing, PlayListener } from './decoder-pool.ts';
import { framesUpTo, sequenceOfEnd, sequenceOfFrame } from './file-sequence.ts';
import { LiveTroubles, NOBODY_SENDS, SILENT_AFTER_MS } from './live-troubles.ts';
import { type PublishFrame, SessionRecords } from './session-records.ts';

/** Status message of a stopped camera; a recording that was read to its end has another. */
export const STOPPED = 'stopped in the configuration';

/**
 * Interval of the records and statuses that show a camera is alive. It is checked five times a second, so a record
 * comes at least every second.
 */
const SIGN_EVERY_MS = 800;
const STATUS_EVERY_MS = 1_800;
/** A connected stream without a picture for this long gives records without one, and its status becomes `down`. */
const QUIET_AFTER_MS = 1_000;
/** The same limit for streams with one picture a second or less, whose next picture may be a little late. */
const QUIET_AFTER_SLOW_MS = 1_500;
/** A recording is given up when the decoder crashes this often without getting further. */
const GIVE_UP_AFTER_CRASHES = 3;

/** Where and how a source is played. */
export interface PlayFrom {
  /** Number and position of a file's last published frame. */
  readonly frame: number;
  readonly mediaTimeMs: number;
  /** How long a live camera may be silent. */
  readonly silentMs: number;
}

export interface SessionOutlets {
  readonly publish: PublishFrame;
  status(status: CameraStatus): void;
  /** True while so many records wait for acknowledgement that records without a picture are left out. */
  readonly congested: boolean;
  /** What browsers are told of the camera's video. */
  video(header: VideoHeader, bytes?: Buffer): void;
  /** Starts decoding. */
  play(from: PlayFrom, listener: PlayListener): Playing;
}

/**
 * One camera in this process: the only author of its epochs, sequence numbers and times. The decoder reports frames;
 * this class decides what to publish. All times given to it are ingest's clock in ms since 1970.
 */
export class CameraSession implements PlayListener {
  readonly camera: Camera;
  readonly #outlets: SessionOutlets;
  #clock: CameraClock;
  readonly #now: () => number;
  readonly #elapsed: () => number;
  readonly #backoff = new Backoff();
  readonly #records: SessionRecords;
  #state: CameraState = 'connecting';
  #message: string | null = null;
  #playing: Playing | undefined;
  #videoWatched = false;
  #connections = 0;
  #stream: MeasuredStream | null = null;
  /** Time of the decoder's last frame or connection. */
  #lastPictureAtMs = 0;
  #lastStatusAtMs = Number.NEGATIVE_INFINITY;
  readonly #troubles: LiveTroubles;
  #crashesHere = 0;
  #over = false;

  /**
   * `last`: the camera's last record, written by any process; for a file, the last of its one epoch. `now` is the
   * machine's clock, for published times; `elapsed` never goes back, for waiting: both in ms.
   */
  constructor(
    camera: Camera,
    last: CapturePosition | undefined,
    outlets: SessionOutlets,
    now: () => number,
    elapsed: () => number,
  ) {
    this.camera = camera;
    this.#troubles = new LiveTroubles(camera.url === WEBCAM_URL ? NOBODY_SENDS : undefined);
    this.#outlets = outlets;
    this.#now = now;
    this.#elapsed = elapsed;
    this.#records = new SessionRecords(camera, last, outlets.publish, elapsed);
    this.#clock = new CameraClock(this.#position.capturedAtMs);
  }

  /** The last record, acknowledged or not. */
  get position(): CapturePosition {
    return this.#records.position;
  }
  get #position(): CapturePosition {
    return this.#records.position;
  }
  get state(): CameraState {
    return this.#state;
  }
  get message(): string | null {
    return this.#message;
  }
  /** True when nothing more will come: a file was read to its end or given up, or the camera was stopped. */
  get over(): boolean {
    return this.#over;
  }
  get fps(): number {
    return this.#records.fps;
  }
  get status(): CameraStatus {
    const { cameraId, storeId, fileSha256 } = this.camera;
    return {
      ...{ cameraId, storeId, state: this.#state, atMs: this.#now(), ...this.#records.figures },
      ...{ attempts: this.#backoff.attempts, connections: this.#connections, stream: this.#stream },
      ...{ message: this.#message, fileName: null, sameAs: null, fileSha256 },
    };
  }
  /** How far the camera's time is ahead of the clock, in ms. */
  get aheadMs(): number {
    return this.#clock.aheadMs;
  }

  /** Called several times a second: starts the source when it is due, and writes the regular records. */
  tick(): void {
    if (this.#over) return;
    const elapsedMs = this.#elapsed();
    this.#followClock();
    if (this.#playing === undefined && this.#backoff.due(elapsedMs)) this.#play();
    if (this.camera.source !== 'file') this.#signOfLife(elapsedMs);
    if (elapsedMs - this.#lastStatusAtMs >= STATUS_EVERY_MS && !this.#outlets.congested) this.#tellStatus();
  }

  #play(): void {
    const { sequence, capturedAtMs } = this.#position;
    const mediaTimeMs = Math.max(0, capturedAtMs - (this.camera.fileStartedAtMs ?? capturedAtMs));
    // Only a file numbers its frames: the sequence of a stream counts slots of its session.
    const frame = this.camera.source === 'file' ? framesUpTo(sequence) - 1 : -1;
    this.#playing = this.#outlets.play({ frame, mediaTimeMs, silentMs: this.#troubles.silentMs }, this);
    if (this.#videoWatched) this.#playing.watchVideo(true);
  }

  /** Its video is sent while somebody watches it. */
  watchVideo(watched: boolean): void {
    if (watched === this.#videoWatched) return;
    this.#videoWatched = watched;
    this.#playing?.watchVideo(watched);
  }

  onVideo({ generation, timeTicks, number, isKey, codec, widthPx, heightPx, initBytes }: VideoFragment, bytes: Buffer) {
    const { cameraId } = this.camera;
    const described = { codec, widthPx, heightPx, initBytes };
    this.#outlets.video({ kind: 'video', cameraId, generation, timeTicks, number, isKey, ...described }, bytes);
  }

  onNoVideo(reason: string): void {
    this.#outlets.video({ kind: 'no-video', cameraId: this.camera.cameraId, reason });
  }

  onOpened(): void {
    if (this.camera.source === 'live') this.#connections++;
    if (this.camera.source !== 'file') this.#startEpoch();
    this.#lastPictureAtMs = this.#elapsed();
    this.#troubles.opened(this.#lastPictureAtMs);
    this.#enter('connected', null);
  }

  onStream(stream: MeasuredStream): void {
    this.#stream = stream;
  }

  onTrouble(trouble: string | null): void {
    this.#troubles.told(trouble);
    const isWebcam = this.camera.url === WEBCAM_URL;
    // A decoder tells what is wrong with a stream that comes; of a webcam it is said that none comes.
    if (isWebcam && trouble !== null) this.#enter('down', trouble);
    else if (this.#state === 'connected') this.#enter('connected', this.#troubles.hint);
    else this.#enter('down', this.#troubles.silence(this.#playing?.answers !== false));
  }

  /**
   * Begins a new epoch at the clock when the camera is more than a day ahead of it. Every reader would refuse its
   * records. The one epoch of a file is changed by the videos watcher.
   */
  #followClock(): void {
    if (this.camera.source === 'file') return;
    const position = notAhead(this.#position, this.#now());
    if (position === this.#position) return;
    this.#clock = new CameraClock(position.capturedAtMs);
    this.#records.begin(position);
    this.#records.settle();
  }

  #startEpoch(): void {
    this.#followClock();
    if (this.#position.epoch > 0) this.#tellStatus(); // what the last epoch dropped
    const epoch = Math.max(this.#now(), this.#position.epoch + 1);
    this.#records.begin({ ...this.#position, epoch, sequence: -1, drops: {} });
    this.#clock.restart();
  }

  onFrame(frame: SampledFrame, jpeg: Buffer | undefined): void {
    const file = this.camera.source === 'file';
    if (file && this.#waitsForClock(frame)) return;
    this.#followClock();
    this.#backoff.succeeded();
    this.#crashesHere = 0;
    this.#lastPictureAtMs = this.#elapsed();
    if (this.camera.source === 'live') {
      this.#troubles.picture(frame.sha256, this.#lastPictureAtMs);
      this.#enter('connected', this.#troubles.hint); // a silent stream may send pictures again
    } else if (this.#state !== 'connected') this.#enter('connected', null);
    const dropped = Object.values(frame.drops).reduce((sum, count) => sum + count, 0);
    this.#records.drop(frame.drops);
    const { capturedAtMs, anchored } = file
      ? this.#fileTime(frame)
      : this.#clock.at(frame.mediaTimeMs, frame.arrivedAtMs);
    this.#records.publish({
      sequence: file ? sequenceOfFrame(frame.frameNumber) : this.#position.sequence + 1 + dropped,
      capturedAtMs,
      anchored,
      mediaTimeMs: this.camera.source === 'live' ? null : Math.round(frame.mediaTimeMs),
      cameraClockMs: frame.cameraClockMs ?? null,
      widthPx: frame.widthPx,
      heightPx: frame.heightPx,
      reason: frame.kind === 'unchanged' ? 'unchanged' : null,
      sha256: frame.sha256 ?? null,
      jpeg: jpeg ?? null,
    });
    if (frame.video !== undefined) this.#markVideo(frame.video);
  }

  /** Says which record is the picture at this place of the video. */
  #markVideo({ generation, timeTicks }: VideoPlace): void {
    const { epoch, sequence, capturedAtMs } = this.#position;
    const { cameraId } = this.camera;
    this.#outlets.video({ kind: 'mark', cameraId, generation, timeTicks, epoch, sequence, capturedAtMs });
  }

  /** The time of a file's frame: recorded start plus position. */
  #fileTime(frame: { readonly mediaTimeMs: number }): { capturedAtMs: number; anchored: boolean } {
    return { capturedAtMs: this.#clock.later((this.camera.fileStartedAtMs ?? 0) + frame.mediaTimeMs), anchored: false };
  }

  /** True, and the recording is read later: a record of this time would be more than a day ahead of the clock. */
  #waitsForClock({ mediaTimeMs }: { readonly mediaTimeMs: number }): boolean {
    const timeMs = Math.max(this.#position.epoch, (this.camera.fileStartedAtMs ?? 0) + mediaTimeMs);
    if (timeMs <= this.#now() + MAX_AHEAD_MS) return false;
    this.#stopped();
    this.#down(
      'its times are more than a day ahead of the clock: it goes on when the clock is there; FILE_SPEED 1 keeps its pace',
    );
    return true;
  }

  onFinished(frames: number, mediaTimeMs: number): void {
    if (this.camera.source === 'loop') return; // the decoder opens the next pass itself
    if (this.#waitsForClock({ mediaTimeMs })) return;
    if (this.#position.sequence >= sequenceOfEnd(frames))
      this.#close(null); // its end was written before
    else this.#finish(null, sequenceOfEnd(frames), this.#fileTime({ mediaTimeMs }).capturedAtMs);
  }

  onFailed(message: string, opened: boolean): void {
    this.#stopped();
    this.#troubles.failed(this.#elapsed());
    const { name, source } = this.camera;
    if (source !== 'file')
      this.#down(source === 'loop' ? `the recording cannot be read: ${message}` : this.#backoff.advice(message));
    else if (opened) {
      this.#endHere(`the recording ${name} breaks off, and what came before was taken: ${message}`);
    } else {
      this.#backoff.failed(this.#elapsed());
      this.#enter('broken', `the recording ${name} cannot be read: ${message}`);
    }
  }

  onCrashed(reason: string): void {
    this.#stopped();
    this.#crashesHere++;
    const hopeless = this.camera.source === 'file' && this.#crashesHere >= GIVE_UP_AFTER_CRASHES;
    if (hopeless) this.#endHere(`the decoder dies of this recording (${reason}): re-encode the file`);
    else this.#down(`its decoder process ended (${reason}); starting it again`);
  }

  onGap({ gapMs, countsMs }: Gap, mediaTimeMs: number): void {
    const [gapS, countsS, atS] = [gapMs, countsMs, mediaTimeMs].map(ms => (ms / 1_000).toFixed(1));
    const counts = countsMs < gapMs ? ` and counts as ${countsS} s` : '';
    this.#enter('connected', `the recording has a gap of ${gapS} s after ${atS} s: it is not waited for${counts}`);
  }

  onTooSlow(stepMs: number): void {
    this.#stopped();
    const seconds = (stepMs / 1_000).toFixed(1);
    this.#down(
      `one picture took ${seconds} s or more to decode: it goes on in a decoder process of its own; make its pictures smaller`,
    );
  }

  onHeldUp(): void {
    this.#stopped();
    this.#enter('down', 'another source held up its decoder process; starting it again'); // at once: nothing failed here
  }

  #down(message: string): void {
    this.#backoff.failed(this.#elapsed());
    this.#enter('down', message);
  }

  #stopped(): void {
    this.#playing?.stop();
    this.#playing = undefined;
  }

  #signOfLife(elapsedMs: number): void {
    const connected = this.#state === 'connected';
    const quietMs = elapsedMs - this.#records.lastAtMs;
    const quietAfterMs = this.camera.maxFps < 2 ? QUIET_AFTER_SLOW_MS : QUIET_AFTER_MS;
    if (quietMs < (connected ? quietAfterMs : SIGN_EVERY_MS)) return;
    if (connected && elapsedMs - this.#lastPictureAtMs >= SILENT_AFTER_MS)
      this.#enter('down', this.#troubles.silence(this.#playing?.answers !== false));
    if (this.#position.epoch === 0) this.#startEpoch();
    if (this.#outlets.congested) this.#records.leaveOut();
    else this.#records.publishEmpty('down', this.#position.sequence + 1, this.#clock.now(this.#now()));
  }

  /** The camera was stopped or removed: writes its last record, if it ever had one. */
  end(): void {
    this.#followClock();
    if (!this.#over) this.#endHere(STOPPED);
  }

  /** Stops without a last record: another process goes on with the camera. */
  release(): void {
    this.#over = true;
    this.#stopped();
  }

  /**
   * Writes the end of the camera after its last record, which may be of an earlier epoch. Writes none when that record
   * is an end, or when there is no record.
   */
  #endHere(message: string): void {
    const { ended, sequence, capturedAtMs } = this.#position;
    if (ended || (sequence < 0 && capturedAtMs === 0)) this.#close(message);
    else if (this.camera.source === 'file') this.#finish(message, sequenceOfEnd(framesUpTo(sequence)), capturedAtMs);
    else this.#finish(message, sequence + 1, this.#clock.now(this.#now()));
  }

  #finish(message: string | null, sequence: number, capturedAtMs: number): void {
    this.#records.publishEmpty('ended', sequence, capturedAtMs);
    this.#close(message);
  }

  #close(message: string | null): void {
    this.#stopped();
    this.#over = true;
    this.#state = 'ended';
    this.#message = message;
    this.#records.settle(); // the status is queued behind that record, so it is acknowledged later
    this.#tellStatus();
  }

  #enter(state: CameraState, message: string | null): void {
    if (state === this.#state && message === this.#message) return;
    this.#state = state;
    this.#message = message;
    if (state !== 'connected') this.#stream = null;
    this.#tellStatus();
  }

  #tellStatus(): void {
    this.#lastStatusAtMs = this.#elapsed();
    this.#outlets.status(this.status);
  }
}
