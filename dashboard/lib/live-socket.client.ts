import { backoffMs } from './backoff.ts';
import {
  decodeLiveStatus,
  type LiveFrame,
  LiveMessageError,
  type LiveStatus,
  liveFrame,
  splitLiveMessage,
} from './live-message.ts';
import { type VideoMessage, videoMessage } from './video-message.ts';

export type LinkState = 'idle' | 'connecting' | 'live' | 'offline';

/** After this time without a message, the connection counts as dead. */
const SILENCE_MS = 8_000;

type FrameListener = (frame: LiveFrame) => void;
type VideoListener = (message: VideoMessage) => void;

/**
 * The one WebSocket of this tab for live pictures and videos. It watches cameras that have listeners while the tab is visible, and
 * closes without any. The gateway sends a message every three seconds, so a longer silence means a dead connection. After
 * a loss it reconnects in 1 s, 2 s, 4 s ..., or at once when the browser goes online, and watches the same cameras.
 */
export class LiveSocket {
  readonly #path: string;
  readonly #frames = new Map<string, Set<FrameListener>>();
  readonly #videos = new Map<string, VideoListener>();
  readonly #changes = new Set<() => void>();
  #statuses: ReadonlyMap<string, LiveStatus> = new Map();
  #socket: WebSocket | undefined;
  #state: LinkState = 'idle';
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #sending = false;
  #silence: ReturnType<typeof setTimeout> | undefined;

  /** `path` on this origin. */
  constructor(path: string) {
    this.#path = path;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** The latest status of each camera; a new map with every change. */
  get statuses(): ReadonlyMap<string, LiveStatus> {
    return this.#statuses;
  }

  /** Starts to follow the tab's visibility and the network. Returns a function that stops it. */
  start(): () => void {
    document.addEventListener('visibilitychange', this.#update);
    window.addEventListener('online', this.#reconnectNow);
    window.addEventListener('offline', this.#lost);
    return () => {
      document.removeEventListener('visibilitychange', this.#update);
      window.removeEventListener('online', this.#reconnectNow);
      window.removeEventListener('offline', this.#lost);
      this.#frames.clear();
      this.#videos.clear();
      this.#close('idle');
    };
  }

  onChange(listener: () => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  /** Calls `listener` with every frame of the camera. Returns a function that stops it. */
  watch(cameraId: string, listener: FrameListener): () => void {
    const listeners = this.#frames.get(cameraId) ?? new Set();
    this.#frames.set(cameraId, listeners.add(listener));
    this.#update();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#frames.get(cameraId) === listeners) this.#frames.delete(cameraId);
      this.#update();
    };
  }

  /** Calls `listener` with what comes of the camera's video. The camera is watched, too. One listener a camera. */
  watchVideo(cameraId: string, listener: VideoListener): () => void {
    this.#videos.set(cameraId, listener);
    this.#update();
    return () => {
      if (this.#videos.get(cameraId) === listener) this.#videos.delete(cameraId);
      this.#update();
    };
  }

  /** Sends one message a moment later, since scrolling adds and removes many tiles at once. */
  readonly #update = (): void => {
    if (this.#sending) return;
    this.#sending = true;
    setTimeout(() => {
      this.#sending = false;
      const cameraIds = document.hidden ? [] : [...this.#frames.keys()];
      if (cameraIds.length === 0) this.#close('idle');
      else if (this.#socket?.readyState === WebSocket.OPEN) {
        this.#socket.send(JSON.stringify({ type: 'watch', cameraIds, videoIds: [...this.#videos.keys()] }));
      } else if (!this.#socket && this.#retry === undefined) this.#connect();
    }, 50);
  };

  readonly #reconnectNow = (): void => {
    if (this.#retry === undefined) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#connect();
  };

  #connect(): void {
    const socket = new WebSocket(new URL(this.#path, location.href.replace(/^http/, 'ws')));
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#become(this.#attempt === 0 ? 'connecting' : 'offline');
    this.#listenOn();
    socket.onopen = () => {
      this.#become('live');
      this.#update();
    };
    socket.onmessage = event => {
      if (this.#socket !== socket) return;
      this.#attempt = 0;
      this.#listenOn();
      this.#receive(event.data);
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost();
    };
  }

  #listenOn(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#lost, SILENCE_MS);
  }

  #receive(data: unknown): void {
    if (typeof data === 'string') this.#takeStatus(data);
    if (!(data instanceof ArrayBuffer)) return;
    const message = readMessage(data);
    if (message === undefined) return;
    if ('bytes' in message) this.#videos.get(message.header.cameraId)?.(message);
    else for (const listener of this.#frames.get(message.header.cameraId) ?? []) listener(message);
  }

  #takeStatus(text: string): void {
    const status = decodeLiveStatus(text);
    if (!status) return;
    this.#statuses = new Map(this.#statuses).set(status.cameraId, status);
    for (const listener of this.#changes) listener();
  }

  /** Drops a dead connection without waiting for its close, which may take minutes. */
  readonly #lost = (): void => {
    const socket = this.#socket;
    if (!socket) return;
    clearTimeout(this.#silence);
    this.#socket = undefined;
    socket.close();
    this.#retry = setTimeout(
      () => {
        this.#retry = undefined;
        this.#update();
      },
      backoffMs(this.#attempt++),
    );
    this.#become('offline');
  };

  #close(state: LinkState): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#retry = undefined;
    this.#attempt = 0;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#become(state);
  }

  #become(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#changes) listener();
  }
}

/** The frame or the piece of a video in a message; undefined: this page does not know its kind. */
function readMessage(data: ArrayBuffer): LiveFrame | VideoMessage | undefined {
  try {
    const parts = splitLiveMessage(data);
    return videoMessage(parts.json, parts.bytes) ?? liveFrame(parts);
  } catch (error) {
    if (error instanceof LiveMessageError) return undefined;
    throw error;
  }
}
