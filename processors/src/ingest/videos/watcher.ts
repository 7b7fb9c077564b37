import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Camera, type CameraStatus, MAX_AHEAD_MS } from '@sightline/schemas';
import type { ControlLog } from '../../control/index.ts';
import type { Logger } from '../../process/index.ts';
import { isRead, type StatusLog } from '../status-log.ts';
import { type Readable, shownName } from '../video-file.ts';
import { beginningBytes, type Decision, decide, type Recording, type Surroundings } from './decide.ts';
import { FileNotices } from './file-notices.ts';
import { FileReader } from './file-reader.ts';
import { filesIn, type SeenFile, Settling } from './folder-scan.ts';
import { KnownFiles } from './known-files.ts';
import { changesFor, type Start, VIDEOS_STORE } from './take-up.ts';

const SCAN_EVERY_MS = 300;
const SETTLE_MS = 1_000;
const RETRY_MS = 2_000;
const ATTEMPTS = 5;
/** First and longest wait before a file is opened again that no decoder told about. */
const OPEN_AGAIN_MS = [5_000, 300_000] as const;

export interface WatcherOptions {
  readonly folder: string;
  readonly site: string;
  readonly maxFps: number;
  readonly control: ControlLog;
  readonly statuses: StatusLog;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  now(): number;
  /** Queues a status; null removes the present one. */
  publish(cameraId: string, status: CameraStatus | null): void;
}

/**
 * Creates cameras from recordings placed in a folder. Files are read side by side and judged one after another. It
 * reports files that it cannot read and leaves them there.
 */
export class VideosWatcher {
  readonly #options: WatcherOptions;
  readonly #settling = new Settling(SETTLE_MS);
  readonly #files = new KnownFiles();
  readonly #reader: FileReader;
  /** How often each file was not answered for. */
  readonly #unanswered = new Map<string, number>();
  /** The problems of the folder's files, by name. */
  readonly #troubles = new Map<string, string>();
  readonly #notices: FileNotices;
  /** The configuration or a file changed since the recordings were judged. */
  #changed = false;
  /** The clock at the last scan. */
  #scannedAtMs = 0;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#reader = new FileReader(options.signal);
    this.#notices = new FileNotices(options);
    options.control.onChange(() => {
      this.#changed = true;
    });
  }

  get troubles(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#troubles);
  }

  /** May a camera of this recording be read now? A missing file may: the reader reports that it is missing. */
  readable(fileName: string, sha256: string | null): Readable {
    const isUnseen = (): boolean => existsSync(join(this.#options.folder, fileName));
    return this.#files.readable(fileName, sha256) ?? (isUnseen() ? 'later' : 'yes');
  }

  async run(): Promise<void> {
    const { folder, signal } = this.#options;
    this.#notices.forgetAllBut(new Set((await filesIn(folder)).map(({ fileName }) => fileName)));
    while (!signal.aborted) {
      const { settled, changed, gone } = this.#settling.scan(await filesIn(folder), performance.now());
      for (const file of changed) this.#unread(file);
      for (const fileName of gone) this.#gone(fileName);
      for (const file of settled) void this.#look(file);
      for (const [fileName, percent] of this.#reader.slowOnes())
        this.#notices.tell(fileName, {
          message: `${shownName(fileName)} is being read, ${percent} %`,
          ...OF_NO_CAMERA,
          state: 'connecting',
        });
      this.#lookAtClock();
      await this.#judgeAll();
      await sleep(SCAN_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** A clock that was set back may have left recordings ahead of it. */
  #lookAtClock(): void {
    const nowMs = this.#options.now();
    if (nowMs < this.#scannedAtMs) this.#changed = true;
    this.#scannedAtMs = nowMs;
  }

  #unread({ fileName, sizeBytes }: SeenFile): void {
    this.#reader.stop(fileName);
    this.#files.unread(fileName, sizeBytes);
  }

  #gone(fileName: string): void {
    this.#reader.stop(fileName);
    this.#unanswered.delete(fileName);
    this.#files.gone(fileName);
    this.#troubles.delete(fileName);
    this.#notices.forget(fileName);
    this.#changed = true;
  }

  /** Reads a file. It is looked at once more when that fails, e.g. since it went meanwhile. */
  async #look(file: SeenFile): Promise<void> {
    const { folder, signal, logger, control } = this.#options;
    const { fileName, sizeBytes } = file;
    const found = await this.#reader.read(
      join(folder, fileName),
      file,
      beginningBytes(file, control.fold.all('camera')),
    );
    if (found.kind === 'stopped') return;
    if (found.kind === 'failed') {
      logger.warn({ fileName: shownName(fileName), err: found.error }, 'recording not read yet');
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
      return this.#settling.again(file);
    }
    if (found.kind === 'recording') this.#files.recording({ fileName, sizeBytes, ...found });
    else this.#files.none(fileName);
    if (found.kind !== 'recording') this.#report(fileName, found.message, found.shown);
    this.#changed = true; // other files may have waited for this one
    if (found.kind === 'unanswered') await this.#openAgain(file);
    else this.#unanswered.delete(fileName);
  }

  /** Has the file looked at again after a while, unless it changed meanwhile. */
  async #openAgain(file: SeenFile): Promise<void> {
    const times = this.#unanswered.get(file.fileName) ?? 0;
    this.#unanswered.set(file.fileName, times + 1);
    const [firstMs, longestMs] = OPEN_AGAIN_MS;
    const waitMs = Math.min(firstMs * 2 ** times, longestMs);
    await sleep(waitMs, undefined, { signal: this.#options.signal }).catch(() => {});
    this.#settling.again(file);
  }

  /**
   * Judges every recording: a change of the configuration or of another file may concern it. It tries again when that
   * fails, e.g. because the log is down.
   */
  async #judgeAll(): Promise<void> {
    if (!this.#changed) return;
    const { signal, logger } = this.#options;
    this.#changed = false;
    let failed = false;
    for (const recording of this.#files.recordings()) {
      await this.#judge(recording).catch(error => {
        if (signal.aborted) return;
        logger.warn({ fileName: shownName(recording.fileName), err: error }, 'recording not taken up yet');
        failed = true;
      });
    }
    if (!failed) return;
    this.#changed = true;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }

  async #judge(recording: Recording): Promise<void> {
    const { control, logger } = this.#options;
    const { fileName, sha256 } = recording;
    this.#troubles.delete(fileName);
    for (let attempt = 1; ; attempt++) {
      const decision = decide(recording, this.#surroundings());
      const storeExists = control.fold.entity('store', VIDEOS_STORE) !== undefined;
      const changes = changesFor(decision, recording, this.#start(decision), storeExists);
      if (decision.kind !== 'wait' && changes.length === 0) this.#files.judged(fileName);
      if (changes.length === 0) return this.#say(decision, fileName);
      const result = await control.append({ actor: 'ingest', changes, effectiveAtMs: this.#options.now() });
      if (result.outcome === 'accepted') {
        logger.info({ fileName: shownName(fileName), sha256, what: decision.kind }, 'recording taken up');
        this.#files.judged(fileName);
        this.#notices.clear(fileName);
        return;
      }
      if (attempt === ATTEMPTS)
        throw new Error(`the control log refused the change for ${shownName(fileName)}: ${result.outcome}`);
    }
  }

  /** Tells people why a recording is no camera of its own. */
  #say(decision: Decision, fileName: string): void {
    if (decision.kind !== 'duplicate' && decision.kind !== 'removed') {
      this.#notices.clear(fileName);
      return;
    }
    const { cameraId, name, storeId } = decision.camera;
    const shown = shownName(fileName);
    const message =
      decision.kind === 'duplicate'
        ? `${shown} holds the same recording as the camera ${name}, so it is not read again`
        : `${shown} holds the recording of the camera ${name}, which was removed, so it is not read again`;
    if (this.#notices.tell(fileName, { message, storeId, sameAs: cameraId, state: 'ended' }))
      this.#options.logger.info({ fileName: shown, cameraId, reason: message }, 'recording is no camera of its own');
  }

  /**
   * A new epoch and start for a recording: the clock, but never below the camera's last epoch, unless that is of a
   * clock that was set back by more than a day since.
   */
  #start(decision: Decision): Start {
    const { now, site, maxFps, statuses } = this.#options;
    const cameraId =
      decision.kind === 'create' ? decision.cameraId : decision.kind === 'renew' ? decision.camera.cameraId : '';
    const status = statuses.get(cameraId);
    const lastEpoch = Math.max(status?.epoch ?? 0, (decision.kind === 'renew' && decision.camera.fileEpoch) || 0);
    const nowMs = now();
    const kept = (ms: number): number => (ms > nowMs + MAX_AHEAD_MS ? 0 : ms);
    return {
      epoch: Math.max(nowMs, kept(lastEpoch) + 1),
      startedAtMs: Math.max(nowMs, kept(status?.lastCapturedAtMs ?? 0)),
      site,
      maxFps,
    };
  }

  #surroundings(): Surroundings {
    const { fold } = this.#options.control;
    return {
      cameras: fold.all('camera'),
      removed: fold.allRemoved('camera'),
      holds: (fileName, sha256) => this.#files.holds(fileName, sha256),
      isThere: sha256 => this.#files.isThere(sha256),
      isAhead: camera => this.#isAhead(camera),
    };
  }

  #isAhead(camera: Camera): boolean {
    const status = this.#options.statuses.get(camera.cameraId);
    if (status !== undefined && isRead(status, camera)) return false;
    return Math.max(camera.fileEpoch ?? 0, camera.fileStartedAtMs ?? 0) > this.#options.now() + MAX_AHEAD_MS;
  }

  /** `shown`: people see it, too, not only health. */
  #report(fileName: string, what: string, shown: boolean): void {
    const message = `${shownName(fileName)} ${what}`;
    this.#troubles.set(fileName, message);
    this.#options.logger.warn({ fileName: shownName(fileName), reason: message }, 'recording not taken up');
    if (shown) this.#notices.tell(fileName, { message, ...OF_NO_CAMERA, state: 'broken' });
    else this.#notices.clear(fileName);
  }
}

const OF_NO_CAMERA = { storeId: VIDEOS_STORE, sameAs: null };
