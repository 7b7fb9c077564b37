import type { CameraState, CameraStatus } from '@sightline/schemas';
import type { StatusLog } from '../status-log.ts';
import { plainName } from '../video-file.ts';

/** What people are told about a file that is no camera of its own. */
export interface FileNotice {
  readonly message: string;
  /** Store whose people see it. */
  readonly storeId: string;
  /** Camera, present or removed, that has the file's recording; null: none. */
  readonly sameAs: string | null;
  /** connecting: it is being read. broken: it cannot be read. ended: its recording belongs to a camera. */
  readonly state: CameraState;
}

export interface FileNoticesOptions {
  readonly site: string;
  readonly statuses: Pick<StatusLog, 'all'>;
  now(): number;
  /** Queues a status; null removes the present one. */
  publish(id: string, status: CameraStatus | null): void;
}

/** Tells of files in the folder that are no camera of their own, each by a record of `camera-status`. */
export class FileNotices {
  readonly #options: FileNoticesOptions;
  /** What was told last of each file of the folder; null: nothing is to be told. */
  readonly #told = new Map<string, string | null>();

  constructor(options: FileNoticesOptions) {
    this.#options = options;
  }

  /** False: the same was told before. */
  tell(fileName: string, { message, storeId, sameAs, state }: FileNotice): boolean {
    if (this.#told.get(fileName) === message) return false;
    this.#told.set(fileName, message);
    const { publish, now } = this.#options;
    const cameraId = this.#idOf(fileName);
    const none = {
      epoch: 0,
      lastCapturedAtMs: 0,
      lastSequence: -1,
      fps: 0,
      framesPublished: 0,
      drops: {},
      attempts: 0,
      connections: 0,
      stream: null,
    };
    publish(cameraId, { cameraId, storeId, state, atMs: now(), ...none, message, fileName, sameAs, fileSha256: null });
    return true;
  }

  /** Nothing is to be told about the file. */
  clear(fileName: string): void {
    if (this.#told.get(fileName) === null) return;
    const id = this.#idOf(fileName);
    const wasTold = this.#told.has(fileName) || this.#options.statuses.all().some(({ cameraId }) => cameraId === id);
    this.#told.set(fileName, null);
    if (wasTold) this.#options.publish(id, null);
  }

  /** The file is gone. */
  forget(fileName: string): void {
    this.clear(fileName);
    this.#told.delete(fileName);
  }

  /** Takes back what an earlier process told about files that are not in the folder any more. */
  forgetAllBut(fileNames: ReadonlySet<string>): void {
    for (const { cameraId, fileName } of this.#options.statuses.all())
      if (fileName !== null && cameraId === this.#idOf(fileName) && !fileNames.has(fileName)) this.forget(fileName);
  }

  /** No camera has such an id. */
  #idOf(fileName: string): string {
    return `videos:${this.#options.site}/${plainName(fileName)}`;
  }
}
