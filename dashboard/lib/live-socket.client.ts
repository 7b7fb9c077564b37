import { backoffMs } from './backoff.ts';
import { decodeLiveMessage, decodeLiveStatus, type LiveFrame, type LiveStatus } from './live-message.ts';

export type LinkState = 'idle' | 'connecting' | 'live' | 'offline';

type FrameListener = (frame: LiveFrame) => void;

/**
 * The one WebSocket of this tab for live pictures. Cameras are watched while someone listens to them and the tab is
 * visible; without any the socket is closed. A lost connection is tried again after 2 s, 4 s, 8 s ..., at once when
 * the browser says it is online, and goes on with what is watched then.
 */
export class LiveSocket {
  readonly #path: string;
  readonly #frames = new Map<string, Set<FrameListener>>();
  readonly #changes = new Set<() => void>();
  #statuses: ReadonlyMap<string, LiveStatus> = new Map();
  #socket: WebSocket | undefined;
  #state: LinkState = 'idle';
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #sending = false;

  /** `path` on this origin. */
  constructor(path: string) {
    this.#path = path;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Cameras' sources as the gateway last told of them; a new map with every change. */
  get statuses(): ReadonlyMap<string, LiveStatus> {
    return this.#statuses;
  }

  /** Begins to follow the tab's visibility and the network; returns how to stop. */
  start(): () => void {
    document.addEventListener('visibilitychange', this.#update);
    window.addEventListener('online', this.#reconnectNow);
    return () => {
      document.removeEventListener('visibilitychange', this.#update);
      window.removeEventListener('online', this.#reconnectNow);
      this.#frames.clear();
      this.#close('idle');
    };
  }

  onChange(listener: () => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  /** Gives every frame of the camera from now on; returns how to stop watching it. */
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

  /** Many tiles come and go at once while scrolling: one message a moment later says it all. */
  readonly #update = (): void => {
    if (this.#sending) return;
    this.#sending = true;
    setTimeout(() => {
      this.#sending = false;
      const cameraIds = document.hidden ? [] : [...this.#frames.keys()];
      if (cameraIds.length === 0) this.#close('idle');
      else if (this.#socket?.readyState === WebSocket.OPEN) {
        this.#socket.send(JSON.stringify({ type: 'watch', cameraIds }));
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
    socket.onopen = () => {
      this.#attempt = 0;
      this.#become('live');
      this.#update();
    };
    socket.onmessage = event => this.#receive(event.data);
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost();
    };
  }

  #receive(data: unknown): void {
    if (typeof data === 'string') this.#takeStatus(data);
    if (!(data instanceof ArrayBuffer)) return;
    const frame = decodeLiveMessage(data);
    for (const listener of this.#frames.get(frame.header.cameraId) ?? []) listener(frame);
  }

  #takeStatus(text: string): void {
    const status = decodeLiveStatus(text);
    if (!status) return;
    this.#statuses = new Map(this.#statuses).set(status.cameraId, status);
    for (const listener of this.#changes) listener();
  }

  #lost(): void {
    this.#socket = undefined;
    this.#retry = setTimeout(
      () => {
        this.#retry = undefined;
        this.#update();
      },
      backoffMs(this.#attempt++),
    );
    this.#become('offline');
  }

  #close(state: LinkState): void {
    clearTimeout(this.#retry);
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
