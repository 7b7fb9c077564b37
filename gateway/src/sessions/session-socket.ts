import { type Camera, WEBCAM_URL } from '@sightline/schemas';
import type { WebSocket } from 'ws';
import type { PictureWatcher } from '../live/pictures.ts';
import type { CameraSession } from './camera-sessions.ts';
import { PictureRate } from './picture-rate.ts';
import { readSentPicture, type SentPicture } from './sent-picture.ts';
import type { SendOutcome, WebcamSender } from './webcam-sender.ts';

/** Above this many bytes in a client's socket, detections are left out. */
const MAX_BUFFERED_BYTES = 512 * 1024;
/** Messages in ten seconds. More than this, far above any camera's rate, ends the socket. */
const MAX_MESSAGES = 2_000;
const MESSAGE_WINDOW_MS = 10_000;

/** What an answer is about; nothing when that cannot be read. */
interface Of {
  readonly cameraId?: string;
  readonly capturedAtMs?: number;
}

interface Refusal extends Of {
  readonly code: string;
  readonly message: string;
}

const refusal = (code: string, message: string): Refusal => ({ code, message });

const REFUSALS: Readonly<Record<Exclude<SendOutcome, 'taken'>, Refusal>> = {
  unheard: refusal('UNAVAILABLE', 'nobody takes the pictures now: the camera is paused or new, or ingest is away'),
  replaced: refusal('REPLACED', 'a newer picture replaced this one: send the next after the answer'),
  'taken-over': refusal('TAKEN_OVER', 'another browser or script sends the pictures of this camera now'),
  'redis-away': refusal('UNAVAILABLE', 'the picture could not be passed on: Redis cannot be reached'),
};

export interface SessionSocketOptions {
  readonly socket: WebSocket;
  readonly session: CameraSession;
  /** The camera, if the viewer may see it now. */
  readonly visible: (cameraId: string) => Camera | undefined;
  /** True when the viewer may send pictures. */
  readonly maySend: () => boolean;
  readonly senderOf: (cameraId: string) => WebcamSender;
}

interface Accepted {
  readonly sending: Sending;
  readonly picture: SentPicture;
  readonly of: Of;
}

interface Sending {
  readonly sender: WebcamSender;
  readonly rate: PictureRate;
  readonly took: Promise<unknown>;
}

/** One client of a camera session: it gets detections and statuses, and may send the pictures of webcams. */
export class SessionSocket implements PictureWatcher {
  readonly #options: SessionSocketOptions;
  readonly #sending = new Map<string, Sending>();
  /** Cameras that another connection took, which was said. */
  readonly #takenOver = new Set<string>();
  #windowEndsMs = 0;
  #messages = 0;
  cameraIds: ReadonlySet<string> = new Set();

  constructor(options: SessionSocketOptions) {
    this.#options = options;
    const { session, visible } = options;
    const cameras = session.cameraIds.flatMap(cameraId => visible(cameraId) ?? []);
    this.text({
      ...{ type: 'session', sessionId: session.sessionId },
      cameras: cameras.map(camera => ({
        ...{ cameraId: camera.cameraId, name: camera.name, maxFps: camera.maxFps, active: camera.active },
        sendsPictures: camera.url === WEBCAM_URL && options.maySend(),
      })),
    });
  }

  text(message: object): void {
    const { socket } = this.#options;
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  picture(cameraId: string, message: Buffer): void {
    const { socket } = this.#options;
    if (!this.cameraIds.has(cameraId) || socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) return;
    const header = message.toString('utf8', 4, 4 + message.readUInt32BE(0));
    socket.send(`{"type":"detections",${header.slice(1)}`);
  }

  /** Takes a message of the client. Each picture gets one answer, `taken` or `refused`, in any order. */
  take(data: Buffer, isBinary: boolean, nowMs: number): void {
    if (this.#floods(nowMs)) {
      this.#options.socket.close(1008, 'too many messages');
      return;
    }
    const judged = isBinary ? this.#judge(data, nowMs) : refusal('BAD_INPUT', 'send pictures, as binary messages');
    if ('code' in judged) this.#refuse(judged);
    else void this.#send(judged);
  }

  #judge(data: Buffer, nowMs: number): Refusal | Accepted {
    const picture = readSentPicture(data, Date.now());
    if (typeof picture === 'string') return refusal('BAD_INPUT', picture);
    const { cameraIds } = this.#options.session;
    const cameraId = picture.cameraId ?? (cameraIds.length === 1 ? cameraIds[0] : undefined);
    const of: Of = { ...(cameraId !== undefined && { cameraId }), capturedAtMs: picture.capturedAtMs };
    const no = (code: string, message: string): Refusal => ({ ...of, ...refusal(code, message) });
    const camera = cameraId !== undefined && cameraIds.includes(cameraId) && this.#options.visible(cameraId);
    if (!camera) return no('NOT_FOUND', 'the header must name a camera of this session in cameraId');
    if (camera.url !== WEBCAM_URL)
      return no('BAD_INPUT', 'only a webcam takes pictures; this camera has an address of its own');
    if (!this.#options.maySend()) return no('FORBIDDEN', 'your role does not allow sending pictures');
    const sending = this.#senderOf(camera.cameraId);
    return sending.rate.takes(camera.maxFps, nowMs)
      ? { sending, picture, of }
      : no('TOO_MANY_REQUESTS', `the camera takes at most ${camera.maxFps} pictures a second`);
  }

  #senderOf(cameraId: string): Sending {
    const known = this.#sending.get(cameraId);
    if (known !== undefined) return known;
    const sender = this.#options.senderOf(cameraId);
    const sending = { sender, rate: new PictureRate(), took: sender.take().catch(() => {}) };
    this.#sending.set(cameraId, sending);
    return sending;
  }

  async #send({ sending, picture, of }: Accepted): Promise<void> {
    const { capturedAtMs, widthPx, heightPx, jpeg } = picture;
    await sending.took; // the first picture takes the camera from whoever sent before
    const outcome = await sending.sender.send({ capturedAtMs, widthPx, heightPx, jpeg });
    if (outcome === 'taken') this.text({ type: 'taken', ...of });
    else this.#refuse({ ...of, ...REFUSALS[outcome] });
  }

  #refuse(refused: Refusal): void {
    this.text({ type: 'refused', ...refused });
  }

  #floods(nowMs: number): boolean {
    if (nowMs >= this.#windowEndsMs) {
      this.#windowEndsMs = nowMs + MESSAGE_WINDOW_MS;
      this.#messages = 0;
    }
    return ++this.#messages > MAX_MESSAGES;
  }

  /** Keeps the cameras that it sends, and says once when another connection took one. Without Redis it goes on. */
  async renew(): Promise<void> {
    for (const [cameraId, { sender, took }] of this.#sending) {
      await took;
      const holds = await sender.renew().catch(() => true);
      if (holds) this.#takenOver.delete(cameraId);
      else if (!this.#takenOver.has(cameraId)) {
        this.#takenOver.add(cameraId);
        this.#refuse({ cameraId, ...REFUSALS['taken-over'] });
      }
    }
  }

  /** The socket closed: gives its cameras back. */
  async close(): Promise<void> {
    await Promise.all([...this.#sending.values()].map(({ sender }) => sender.leave()));
  }
}
