import type { ControlFold } from '@sightline/schemas/control';
import type { Redis } from 'ioredis';
import type { WebSocket } from 'ws';
import { currentViewer, mayEdit, type Viewer } from '../auth/viewer.ts';
import type { Pictures } from '../live/pictures.ts';
import { visibleCamera } from '../queries/configuration.ts';
import type { CameraSession, CameraSessions } from './camera-sessions.ts';
import { SessionSocket } from './session-socket.ts';
import { WebcamSender } from './webcam-sender.ts';

/** Interval of heartbeats and of the look at the session. */
const BEAT_MS = 2_000;
/** A client that answers no ping for this long is gone; noticed at the next beat, so within 8 s. */
const SILENCE_MS = 5_000;
/** Close code of a session that was stopped or deleted, or that ended. */
const SESSION_OVER = 4410;

export interface SessionSocketsOptions {
  readonly fold: ControlFold;
  readonly redis: Redis;
  readonly prefix: string;
  readonly sessions: CameraSessions;
  readonly pictures: Pictures;
}

/** The open sockets of camera sessions at this gateway. */
export class SessionSockets {
  readonly #options: SessionSocketsOptions;
  /** Sessions of the open sockets. */
  readonly #open = new Map<WebSocket, string>();

  constructor(options: SessionSocketsOptions) {
    this.#options = options;
  }

  /** Number of sessions with an open socket. */
  get sessions(): number {
    return new Set(this.#open.values()).size;
  }

  /** Serves a socket until it closes, the session ends, or its client is silent. */
  serve(socket: WebSocket, viewer: Viewer, session: CameraSession): void {
    const { fold, redis, prefix, pictures, sessions } = this.#options;
    this.#open.set(socket, session.sessionId);
    socket.once('close', () => this.#open.delete(socket));
    const now = (): Viewer | undefined => currentViewer(fold, viewer);
    const visible = (cameraId: string) => visibleCamera(fold, now(), cameraId);
    const client = new SessionSocket({
      ...{ socket, session, visible },
      maySend: () => mayEdit(now()),
      senderOf: cameraId => new WebcamSender(redis, prefix, cameraId),
    });
    const watch = (): void =>
      pictures.watch(client, new Set(session.cameraIds.filter(cameraId => visible(cameraId) !== undefined)));
    let heardAtMs = performance.now();
    const beat = async (): Promise<void> => {
      if (performance.now() - heardAtMs > SILENCE_MS) return socket.terminate();
      socket.ping();
      client.text({ type: 'heartbeat', atMs: Date.now() });
      watch();
      await client.renew();
      const known = await sessions.use(viewer.userId, session.sessionId, Date.now()).catch(() => session); // Redis is away
      if (known?.state !== 'started') socket.close(SESSION_OVER, 'the session was stopped or has ended');
    };
    const beating = setInterval(() => void beat(), BEAT_MS);
    socket.on('pong', () => {
      heardAtMs = performance.now();
    });
    socket.on('message', (data, isBinary) => {
      heardAtMs = performance.now();
      client.take(Buffer.isBuffer(data) ? data : Buffer.from(String(data)), isBinary, heardAtMs);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(beating);
      pictures.watch(client, new Set());
      void client.close();
    });
    watch();
    void beat();
  }
}
