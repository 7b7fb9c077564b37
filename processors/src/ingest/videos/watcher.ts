import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Camera, CameraStatus } from '@sightline/schemas';
import type { ControlLog } from '../../control/index.ts';
import type { Logger } from '../../process/index.ts';
import type { StatusLog } from '../status-log.ts';
import { isVideoName, slug, stemOf } from './camera-name.ts';
import { type Decision, decide, type Recording, type Surroundings } from './decide.ts';
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

  constructor(options: WatcherOptions) {
    this.#options = options;
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
    const { folder, signal, logger } = this.#options;
    while (!signal.aborted) {
      const { settled, changed, gone } = this.#settling.scan(await filesIn(folder), performance.now());
      for (const fileName of [...changed, ...gone]) this.#verified.delete(fileName);
      for (const fileName of gone) this.#forget(fileName);
      for (const file of settled) {
        await this.#look(file).catch(async error => {
          if (signal.aborted) return;
          logger.warn({ fileName: file.fileName, err: error }, 'recording not taken up yet');
          await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
          this.#settling.again(file.fileName);
        });
      }
      await sleep(SCAN_EVERY_MS, undefined, { signal }).catch(() => {});
    }
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
    this.#troubles.delete(recording.fileName);
    for (let attempt = 1; ; attempt++) {
      const decision = decide(recording, this.#surroundings());
      const storeExists = control.fold.entity('store', VIDEOS_STORE) !== undefined;
      const changes = changesFor(decision, recording, this.#start(decision), storeExists);
      if (changes.length === 0) return this.#say(decision, recording);
      const result = await control.append({ actor: 'ingest', changes, effectiveAtMs: this.#options.now() });
      if (result.outcome === 'accepted') {
        logger.info(
          { fileName: recording.fileName, sha256: recording.sha256, what: decision.kind },
          'recording taken up',
        );
        return;
      }
      if (attempt === ATTEMPTS)
        throw new Error(`the control log refused the change for ${recording.fileName}: ${result.outcome}`);
    }
  }

  #say(decision: Decision, { fileName }: Recording): void {
    const { logger } = this.#options;
    if (decision.kind !== 'duplicate' && decision.kind !== 'removed') return;
    const why =
      decision.kind === 'duplicate' ? 'the same recording is a camera already' : 'its camera was removed by a person';
    logger.info({ fileName, cameraId: decision.cameraId }, why);
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
      removed: cameraId => fold.removedCamera(cameraId),
      isThere: fileName => existsSync(join(folder, fileName)),
    };
  }

  /** `asCamera`: also shows the file as a broken camera, when no camera has its name. */
  #report(fileName: string, what: string, asCamera: boolean): void {
    const { logger, publish, now } = this.#options;
    const message = `${fileName} ${what}`;
    this.#troubles.set(fileName, message);
    logger.warn({ fileName, reason: message }, 'recording not taken up');
    const cameraId = slug(stemOf(fileName));
    if (!asCamera || this.#cameraOf(cameraId) !== undefined) return;
    const none = {
      epoch: 0,
      lastCapturedAtMs: 0,
      lastSequence: -1,
      fps: 0,
      framesPublished: 0,
      drops: {},
      attempts: 0,
    };
    publish(cameraId, { cameraId, storeId: VIDEOS_STORE, state: 'broken', atMs: now(), ...none, message });
  }

  /** The file is gone: also removes a status that only reported it as broken. */
  #forget(fileName: string): void {
    this.#troubles.delete(fileName);
    const cameraId = slug(stemOf(fileName));
    const status = this.#options.statuses.get(cameraId);
    if (status?.state === 'broken' && status.epoch === 0 && this.#cameraOf(cameraId) === undefined)
      this.#options.publish(cameraId, null);
  }

  #cameraOf(cameraId: string): Camera | undefined {
    return this.#options.control.fold.entity('camera', cameraId)?.value;
  }
}
