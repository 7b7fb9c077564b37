import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraStatus } from '@sightline/schemas';
import type { ControlLog } from '../../control/index.ts';
import type { Logger } from '../../process/index.ts';
import type { StatusLog } from '../status-log.ts';
import { isVideoName } from './camera-name.ts';
import { type Decision, decide, type Recording, type Surroundings } from './decide.ts';
import { FileNotices } from './file-notices.ts';
import { filesIn, type SeenFile, Settling, sha256Of } from './folder-scan.ts';
import { probeFile } from './probe-file.ts';
import { changesFor, type Start, VIDEOS_STORE } from './take-up.ts';

const SCAN_EVERY_MS = 300;
const SETTLE_MS = 1_000;
const RETRY_MS = 2_000;
const ATTEMPTS = 5;

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

/** Creates cameras from recordings placed in a folder. It reports files that it cannot read and leaves them there. */
export class VideosWatcher {
  readonly #options: WatcherOptions;
  readonly #settling = new Settling(SETTLE_MS);
  /** SHA-256 of the present files by name; absent while a file is new, changed or incomplete. */
  readonly #verified = new Map<string, string>();
  /** The problems of the folder's files, by name. */
  readonly #troubles = new Map<string, string>();
  readonly #notices: FileNotices;
  /** The configuration changed since the files were looked at. */
  #changed = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#notices = new FileNotices(options);
    options.control.onChange(() => {
      this.#changed = true;
    });
  }

  get troubles(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#troubles);
  }

  /** May a camera of this recording be read now? Not while its file may be another one, or half copied. */
  mayRead(fileName: string, sha256: string | null): boolean {
    if (sha256 === null || this.#verified.get(fileName) === sha256) return true;
    return !existsSync(join(this.#options.folder, fileName)); // the reader then reports the missing file
  }

  async run(): Promise<void> {
    const { folder, signal } = this.#options;
    this.#notices.forgetAllBut(new Set((await filesIn(folder)).map(({ fileName }) => fileName)));
    while (!signal.aborted) {
      const { settled, changed, gone } = this.#settling.scan(await filesIn(folder), performance.now());
      for (const fileName of [...changed, ...gone]) this.#verified.delete(fileName);
      for (const fileName of gone) this.#forget(fileName);
      for (const file of settled) await this.#orLater(file.fileName, this.#look(file));
      await this.#lookAgain();
      await sleep(SCAN_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** A change of the configuration may concern a file that was looked at: its camera was removed, or is back. */
  async #lookAgain(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    for (const [fileName, sha256] of this.#verified) await this.#orLater(fileName, this.#takeUp({ fileName, sha256 }));
  }

  /** When it fails, e.g. because the log is down, the file is looked at once more. */
  async #orLater(fileName: string, work: Promise<void>): Promise<void> {
    const { signal, logger } = this.#options;
    await work.catch(async error => {
      if (signal.aborted) return;
      logger.warn({ fileName, err: error }, 'recording not taken up yet');
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
      this.#settling.again(fileName);
    });
  }

  async #look({ fileName, sizeBytes }: SeenFile): Promise<void> {
    const { folder, signal } = this.#options;
    if (!isVideoName(fileName))
      return this.#report(fileName, 'is no video: place .mp4, .mov, .avi, .mkv, .webm or .ts', false);
    if (sizeBytes === 0) return this.#report(fileName, 'is empty: copy it again', true);
    const path = join(folder, fileName);
    const failure = await probeFile(path);
    if (failure !== null)
      return this.#report(fileName, `cannot be read (${failure}): copy it again or replace it`, true);
    const sha256 = await sha256Of(path, signal);
    await this.#takeUp({ fileName, sha256 });
    this.#verified.set(fileName, sha256);
  }

  async #takeUp(recording: Recording): Promise<void> {
    const { control, logger } = this.#options;
    const { fileName, sha256 } = recording;
    this.#troubles.delete(fileName);
    for (let attempt = 1; ; attempt++) {
      const decision = decide(recording, this.#surroundings());
      const storeExists = control.fold.entity('store', VIDEOS_STORE) !== undefined;
      const changes = changesFor(decision, recording, this.#start(decision), storeExists);
      if (changes.length === 0) return this.#say(decision, fileName);
      const result = await control.append({ actor: 'ingest', changes, effectiveAtMs: this.#options.now() });
      if (result.outcome === 'accepted') {
        logger.info({ fileName, sha256, what: decision.kind }, 'recording taken up');
        this.#notices.clear(fileName);
        return;
      }
      if (attempt === ATTEMPTS)
        throw new Error(`the control log refused the change for ${fileName}: ${result.outcome}`);
    }
  }

  /** Tells people why a recording is no camera of its own. */
  #say(decision: Decision, fileName: string): void {
    if (decision.kind !== 'duplicate' && decision.kind !== 'removed') {
      this.#notices.clear(fileName);
      return;
    }
    const { cameraId, name, storeId } = decision.camera;
    const message =
      decision.kind === 'duplicate'
        ? `${fileName} holds the same recording as the camera ${name}, so it is not read again`
        : `${fileName} holds the recording of the camera ${name}, which was removed, so it is not read again`;
    this.#options.logger.info({ fileName, cameraId, reason: message }, 'recording is no camera of its own');
    this.#notices.tell(fileName, { message, storeId, sameAs: cameraId });
  }

  /** A new epoch and start for a recording: the clock, but never below the camera's last epoch. */
  #start(decision: Decision): Start {
    const { now, site, maxFps, statuses } = this.#options;
    const cameraId =
      decision.kind === 'create' ? decision.cameraId : decision.kind === 'renew' ? decision.camera.cameraId : '';
    const status = statuses.get(cameraId);
    const lastEpoch = Math.max(status?.epoch ?? 0, (decision.kind === 'renew' && decision.camera.fileEpoch) || 0);
    return {
      epoch: Math.max(now(), lastEpoch + 1),
      startedAtMs: Math.max(now(), status?.lastCapturedAtMs ?? 0),
      site,
      maxFps,
    };
  }

  #surroundings(): Surroundings {
    const { control, folder } = this.#options;
    const { fold } = control;
    return {
      cameras: fold.all('camera'),
      removed: fold.allRemoved('camera'),
      isThere: fileName => existsSync(join(folder, fileName)),
    };
  }

  /** `shown`: people see it, too, not only health. */
  #report(fileName: string, what: string, shown: boolean): void {
    const message = `${fileName} ${what}`;
    this.#troubles.set(fileName, message);
    this.#options.logger.warn({ fileName, reason: message }, 'recording not taken up');
    if (shown) this.#notices.tell(fileName, { message, storeId: VIDEOS_STORE, sameAs: null });
  }

  #forget(fileName: string): void {
    this.#troubles.delete(fileName);
    this.#notices.forget(fileName);
  }
}
