import type { Track } from '@sightline/schemas';
import type { PictureMessage } from './picture-message.ts';

/** Longest wait of a picture for its track; the graph commits every 40 ms. Afterwards it is sent as not judged. */
const WAIT_MS = 150;
/** Largest number of waiting pictures of one camera; more than the fastest camera sends within the wait. */
const MAX_WAITING = 8;
/** Tracks of one camera that came before their picture, or whose picture may come again. */
const MAX_TRACKS = 16;
/** Largest size of waiting JPEGs, of all cameras together. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

interface Waiting {
  readonly picture: PictureMessage;
  readonly frame: string;
  readonly dueAtMs: number;
}

interface WatchedCamera {
  readonly waiting: Waiting[];
  /** By frame, newest last. */
  readonly tracks: Map<string, Track>;
}

/** `track`: what the rules saw of the picture's own frame; undefined: it did not come in time. */
export type SendPicture = (cameraId: string, picture: PictureMessage, track: Track | undefined) => void;

/**
 * Joins pictures of watched cameras with the tracks of the same frames. Pictures of a camera keep their order. A
 * picture is sent with its track; without it after 150 ms, or at once when the track of a later one is there, because
 * tracks come in order too. `nowMs` is of a clock that never goes back. Beyond the memory limit pictures are sent
 * early, as not judged.
 */
export class JudgedPictures {
  readonly #send: SendPicture;
  readonly #cameras = new Map<string, WatchedCamera>();
  #waitingBytes = 0;

  constructor(send: SendPicture) {
    this.#send = send;
  }

  /** Size of the waiting JPEGs. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Time at which `expire` must be called next. */
  get nextDueAtMs(): number | undefined {
    const heads = [...this.#cameras.values()].flatMap(({ waiting }) => waiting[0]?.dueAtMs ?? []);
    return heads.length === 0 ? undefined : Math.min(...heads);
  }

  watches(cameraId: string): boolean {
    return this.#cameras.has(cameraId);
  }

  /** Accepts pictures and tracks of the camera from now on. */
  watch(cameraId: string): void {
    if (!this.watches(cameraId)) this.#cameras.set(cameraId, { waiting: [], tracks: new Map() });
  }

  /** Forgets the camera; its waiting pictures are not sent. */
  leave(cameraId: string): void {
    for (const { picture } of this.#cameras.get(cameraId)?.waiting ?? []) this.#waitingBytes -= picture.jpeg.length;
    this.#cameras.delete(cameraId);
  }

  takePicture(cameraId: string, picture: PictureMessage, nowMs: number): void {
    const camera = this.#cameras.get(cameraId);
    if (camera === undefined) return;
    const frame = frameOf(picture.header);
    camera.waiting.push({ picture, frame, dueAtMs: nowMs + WAIT_MS });
    this.#waitingBytes += picture.jpeg.length;
    const isFull = this.#waitingBytes > MAX_WAITING_BYTES;
    if (isFull || camera.tracks.has(frame)) this.#release(cameraId, camera, camera.waiting.length);
    else this.#release(cameraId, camera, camera.waiting.length - MAX_WAITING);
  }

  takeTrack(track: Track): void {
    const camera = this.#cameras.get(track.cameraId);
    if (camera === undefined) return;
    const frame = frameOf(track);
    camera.tracks.set(frame, track);
    for (const oldest of camera.tracks.keys()) {
      if (camera.tracks.size <= MAX_TRACKS) break;
      camera.tracks.delete(oldest);
    }
    this.#release(track.cameraId, camera, camera.waiting.findLastIndex(one => one.frame === frame) + 1);
  }

  /** Sends the pictures that have waited long enough. */
  expire(nowMs: number): void {
    for (const [cameraId, camera] of this.#cameras) {
      const isDue = ({ dueAtMs }: Waiting): boolean => dueAtMs <= nowMs;
      this.#release(cameraId, camera, camera.waiting.findLastIndex(isDue) + 1);
    }
  }

  /** Sends the first `count` waiting pictures. */
  #release(cameraId: string, { waiting, tracks }: WatchedCamera, count: number): void {
    for (const { picture, frame } of waiting.splice(0, Math.max(0, count))) {
      this.#waitingBytes -= picture.jpeg.length;
      this.#send(cameraId, picture, tracks.get(frame));
    }
  }
}

/** Identifies a camera's frame by epoch and sequence. */
const frameOf = ({ epoch, sequence }: { readonly epoch: number; readonly sequence: number }): string =>
  `${epoch} ${sequence}`;
