import { z } from 'zod';
import { deleteSession, SessionError, startSession } from './session-api.client.ts';
import type { GrabbedPicture, PictureSource } from './webcam.client.ts';

export type WebcamView =
  /** `problem`: why it ended; null: a person ended it, or it never began. */
  | { readonly kind: 'off'; readonly problem: string | null }
  | { readonly kind: 'starting' }
  /** `fps`: pictures taken a second. `note`: why pictures are not looked at; null: they are. */
  | { readonly kind: 'sending'; readonly fps: number; readonly note: string | null }
  | { readonly kind: 'lost'; readonly problem: string; readonly retryAtMs: number };

const Message = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('session'),
    cameras: z.array(z.object({ maxFps: z.number(), active: z.boolean(), sendsPictures: z.boolean() })),
  }),
  z.object({ type: z.literal('taken') }),
  z.object({ type: z.literal('refused'), code: z.string(), message: z.string() }),
]);

/** The gateway sends a heartbeat every two seconds. */
const SILENCE_MS = 6_000;
/** Pictures without an answer, at most: the next one is grabbed after an answer, so nothing old queues up. */
const MAX_UNANSWERED = 2;
const MAX_BUFFERED_BYTES = 256 * 1024;
const FPS_WINDOW_MS = 5_000;
const SIGNED_OUT = 4401;
const RIGHTS_CHANGED = 4403;
const SESSION_OVER = 4410;
const FINAL_CLOSES: Readonly<Record<number, string>> = {
  [SIGNED_OUT]: 'You were signed out.',
  [RIGHTS_CHANGED]: 'Your rights were changed.',
  [SESSION_OVER]: 'The session was stopped.',
};
/** Refusals after which sending on changes nothing. */
const FINAL_CODES: ReadonlySet<string> = new Set(['TAKEN_OVER', 'FORBIDDEN', 'BAD_INPUT', 'NOT_FOUND']);

/** Wait before try `attempt` (0 is the first after a loss): 2 s, 4 s, 8 s ... 30 s. */
export const retryMs = (attempt: number): number => Math.min(30_000, 2_000 * 2 ** Math.min(attempt, 8));

/**
 * Sends the pictures of a source as those of one camera, until it is stopped. A lost connection is made anew in 2 s,
 * 4 s, 8 s ...; a refusal that trying again cannot change ends it.
 */
export class WebcamLink {
  readonly #cameraId: string;
  readonly #open: () => Promise<PictureSource>;
  readonly #changes = new Set<() => void>();
  #view: WebcamView = { kind: 'off', problem: null };
  /** Another number after each start and stop, so that what a former run waited for is ignored. */
  #run = 0;
  #source: PictureSource | undefined;
  #sessionId: string | undefined;
  #socket: WebSocket | undefined;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #silence: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #unanswered = 0;
  #takenAtMs: number[] = [];

  /** `open` asks for the source. */
  constructor(cameraId: string, open: () => Promise<PictureSource>) {
    this.#cameraId = cameraId;
    this.#open = open;
  }

  get view(): WebcamView {
    return this.#view;
  }

  onChange(listener: () => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  async start(): Promise<void> {
    if (this.#view.kind !== 'off') return;
    const run = ++this.#run;
    this.#become({ kind: 'starting' });
    try {
      const source = await this.#open();
      if (run !== this.#run) return source.close();
      this.#source = source;
      source.onEnded(() => run === this.#run && this.stop('The webcam ended: it was unplugged or switched off.'));
    } catch (error) {
      if (run === this.#run) this.stop(error instanceof Error ? error.message : String(error));
      return;
    }
    await this.#connect(run);
  }

  /** Ends everything: the webcam's light goes off. */
  stop(problem: string | null = null): void {
    this.#run++;
    this.#source?.close();
    this.#source = undefined;
    this.#disconnect();
    this.#attempt = 0;
    this.#become({ kind: 'off', problem });
  }

  async #connect(run: number): Promise<void> {
    try {
      const sessionId = await startSession(this.#cameraId);
      if (run !== this.#run) return deleteSession(sessionId);
      this.#sessionId = sessionId;
      this.#listen(run, new WebSocket(new URL(`/ws/${sessionId}`, location.href.replace(/^http/, 'ws'))));
    } catch (error) {
      if (run !== this.#run) return;
      if (error instanceof SessionError && !error.retriable) this.stop(error.message);
      else this.#lost(run, error instanceof Error ? error.message : String(error));
    }
  }

  #listen(run: number, socket: WebSocket): void {
    this.#socket = socket;
    const heard = (): void => {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => this.#lost(run, 'Sightline does not answer'), SILENCE_MS);
    };
    heard();
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      heard();
      this.#take(String(data));
    };
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return;
      const final = FINAL_CLOSES[code];
      if (final !== undefined) this.stop(final);
      else this.#lost(run, 'The connection was lost');
    };
  }

  #take(text: string): void {
    const message = Message.safeParse(JSON.parse(text)).data;
    if (message?.type === 'session') this.#begin(message.cameras[0]);
    else if (message?.type === 'taken') {
      this.#unanswered--;
      this.#attempt = 0;
      this.#takenAtMs.push(performance.now());
      if (this.#view.kind === 'sending' && this.#view.note !== null) this.#become({ ...this.#view, note: null });
    } else if (message?.type === 'refused') {
      this.#unanswered--;
      if (FINAL_CODES.has(message.code)) this.stop(`Stopped: ${message.message}.`);
      else if (message.code === 'UNAVAILABLE' && this.#view.kind === 'sending')
        this.#become({ ...this.#view, note: message.message });
    }
  }

  #begin(camera: { readonly maxFps: number; readonly sendsPictures: boolean } | undefined): void {
    if (!camera?.sendsPictures) {
      this.stop(camera ? 'Your role does not allow sending pictures.' : 'The camera is not there any more.');
      return;
    }
    this.#unanswered = 0;
    this.#takenAtMs = [];
    this.#become({ kind: 'sending', fps: 0, note: null });
    this.#timers = [
      setInterval(() => void this.#sendNext(), 1_000 / camera.maxFps),
      setInterval(() => this.#tellRate(), 1_000),
    ];
  }

  async #sendNext(): Promise<void> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > MAX_BUFFERED_BYTES) return;
    if (this.#unanswered >= MAX_UNANSWERED) return;
    this.#unanswered++;
    const picture = await this.#source?.grab();
    if (this.#socket !== socket) return;
    if (picture === undefined) this.#unanswered--;
    else socket.send(pictureMessage(this.#cameraId, picture));
  }

  #tellRate(): void {
    const sinceMs = performance.now() - FPS_WINDOW_MS;
    this.#takenAtMs = this.#takenAtMs.filter(atMs => atMs >= sinceMs);
    if (this.#view.kind === 'sending')
      this.#become({ ...this.#view, fps: (this.#takenAtMs.length * 1_000) / FPS_WINDOW_MS });
  }

  #lost(run: number, problem: string): void {
    if (run !== this.#run) return;
    this.#disconnect();
    const waitMs = retryMs(this.#attempt++);
    this.#timers = [setTimeout(() => void this.#connect(run), waitMs)];
    this.#become({ kind: 'lost', problem, retryAtMs: Date.now() + waitMs });
  }

  #disconnect(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    if (this.#sessionId !== undefined) deleteSession(this.#sessionId);
    this.#sessionId = undefined;
  }

  #become(view: WebcamView): void {
    this.#view = view;
    for (const listener of this.#changes) listener();
  }
}

/** The gateway's format: length of the header in bytes (4 bytes, big endian), header as JSON, JPEG. */
function pictureMessage(cameraId: string, { jpeg, capturedAtMs }: GrabbedPicture): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(JSON.stringify({ cameraId, capturedAtMs }));
  const message = new Uint8Array(4 + header.length + jpeg.byteLength);
  new DataView(message.buffer).setUint32(0, header.length);
  message.set(header, 4);
  message.set(new Uint8Array(jpeg), 4 + header.length);
  return message;
}
