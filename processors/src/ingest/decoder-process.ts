import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Confinement, inheritedPath, withFolders } from '../confinement/confinement.ts';
import { type DecoderMessage, type DecoderRequest, MessageParser, STUCK_FD } from './decoder/protocol.ts';

const ENTRY = join(import.meta.dirname, 'decoder/main.ts');
/** The pipe for messages, after stdin, stdout and stderr. */
const MESSAGES_FD = 3;
/** A decoder without a sign of life for this long hangs. It gives one every second, and its step watch tells sooner. */
const HUNG_AFTER_MS = 8_000;
/** The limit for a decoder that starts, and for one of a single source, which holds up no other. */
const HUNG_ALONE_AFTER_MS = 20_000;
const ANSWERS_WITHIN_MS = 2_000;
/** Reading a live stream holds a thread of libuv's pool: one per camera, and these for the rest. */
const SPARE_THREADS = 4;

export interface DecoderEvents {
  onMessage(message: DecoderMessage, jpeg: Buffer | undefined): void;
  /** A step of this source does not end, so no source of the process goes on. */
  onStuck?(playId: number): void;
  /** Called once when the process has ended for any reason, also after `kill`. */
  onExit(reason: string): void;
}

/** A child process that decodes. Its crash is only an event in this process. */
export class DecoderProcess {
  readonly #child: ChildProcess;
  readonly #pipe: Readable;
  readonly #events: DecoderEvents;
  readonly #confinement: Confinement;
  readonly #cameras: number;
  #watchdog: NodeJS.Timeout | undefined;
  #heardAtMs = performance.now();
  #started = false;
  #hung = false;
  #paused = false;
  #gone = false;

  constructor(cameras: number, confinement: Confinement, events: DecoderEvents) {
    this.#events = events;
    this.#confinement = confinement;
    this.#cameras = cameras;
    const [execPath, ...execArgv] = confinement.argv;
    this.#child = withFolders(confinement.folders, descriptors =>
      fork(ENTRY, [], {
        execPath,
        execArgv,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc', ...descriptors],
        env: { ...confinement.env, UV_THREADPOOL_SIZE: String(cameras + SPARE_THREADS) },
      }),
    );
    this.#child.stderr?.on('data', data => process.stderr.write(data)); // it may not write files; our stderr may be one
    const stuck = this.#child.stdio[STUCK_FD] as Readable;
    stuck.on('data', (line: Buffer) => {
      if (!this.#gone) events.onStuck?.(Number.parseInt(line.toString(), 10));
    });
    this.#pipe = this.#child.stdio[MESSAGES_FD] as Readable;
    const parser = new MessageParser();
    this.#pipe.on('data', (chunk: Buffer) => {
      this.#started = true;
      this.#watch();
      for (const { message, jpeg } of this.#messages(parser, chunk)) if (!this.#gone) events.onMessage(message, jpeg);
    });
    this.#pipe.on('error', () => {}); // the exit event reports it
    this.#child.on('error', error => this.#exited(error.message));
    this.#child.on('exit', (code, signal) => this.#exited(this.#hung ? 'it hung' : (signal ?? `exit code ${code}`)));
    this.#watch();
  }

  /** The messages of these bytes. A decoder that sends something else is ended; its cameras then start another. */
  #messages(parser: MessageParser, chunk: Buffer): ReturnType<MessageParser['push']> {
    try {
      return parser.push(chunk);
    } catch {
      this.#pipe.destroy();
      this.kill();
      return [];
    }
  }

  send(request: DecoderRequest): void {
    const given = this.#asInherited(request);
    if (!this.#gone) this.#child.send(given, () => {}); // a failed send is followed by the exit event
  }

  #asInherited(request: DecoderRequest): DecoderRequest {
    const at = (path: string): string => inheritedPath(path, this.#confinement.folders);
    if (request.kind === 'probe') return { ...request, url: at(request.url) };
    if (request.kind === 'range') return { ...request, range: { ...request.range, url: at(request.range.url) } };
    if (request.kind === 'play') return { ...request, play: { ...request.play, url: at(request.play.url) } };
    return request;
  }

  /** Stops reading its messages. The pipe fills, and the decoder then leaves out live pictures. */
  pause(): void {
    this.#paused = true;
    this.#pipe.pause();
    clearTimeout(this.#watchdog);
  }

  resume(): void {
    this.#paused = false;
    this.#pipe.resume();
    this.#watch();
  }

  /** -1 when it never started. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** False: it gave no sign of life lately, so its cameras cannot send pictures. */
  get answers(): boolean {
    return this.#paused || performance.now() - this.#heardAtMs < ANSWERS_WITHIN_MS;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    if (this.#paused || this.#gone) return;
    this.#heardAtMs = performance.now();
    const limitMs = this.#started && this.#cameras > 1 ? HUNG_AFTER_MS : HUNG_ALONE_AFTER_MS;
    this.#watchdog = setTimeout(() => this.#endHung(), limitMs).unref();
  }

  #endHung(): void {
    this.#hung = true;
    this.kill();
  }

  #exited(reason: string): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#watchdog);
    this.#events.onExit(reason);
  }
}
