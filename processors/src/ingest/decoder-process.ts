import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type DecoderMessage, type DecoderRequest, MessageParser } from './decoder/protocol.ts';
import { type Confinement, inheritedPath, withFolders } from './decoder-confinement.ts';

const ENTRY = join(import.meta.dirname, 'decoder/main.ts');
/** The pipe for messages, after stdin, stdout and stderr. */
const MESSAGES_FD = 3;
/** A decoder without a sign of life for this long hangs in native code. */
const HUNG_AFTER_MS = 20_000;
/** Reading a live stream holds a thread of libuv's pool: one per camera, and these for the rest. */
const SPARE_THREADS = 4;

export interface DecoderEvents {
  onMessage(message: DecoderMessage, jpeg: Buffer | undefined): void;
  /** Called once when the process has ended for any reason, also after `kill`. */
  onExit(reason: string): void;
}

/** A child process that decodes. Its crash is only an event in this process. */
export class DecoderProcess {
  readonly #child: ChildProcess;
  readonly #pipe: Readable;
  readonly #events: DecoderEvents;
  readonly #confinement: Confinement;
  #watchdog: NodeJS.Timeout | undefined;
  #paused = false;
  #gone = false;

  constructor(cameras: number, confinement: Confinement, events: DecoderEvents) {
    this.#events = events;
    this.#confinement = confinement;
    const [execPath, ...execArgv] = confinement.argv;
    this.#child = withFolders(confinement.folders, descriptors =>
      fork(ENTRY, [], {
        execPath,
        execArgv,
        stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'ipc', ...descriptors],
        env: { ...confinement.env, UV_THREADPOOL_SIZE: String(cameras + SPARE_THREADS) },
      }),
    );
    this.#child.stderr?.on('data', data => process.stderr.write(data)); // it may not write files; our stderr may be one
    this.#pipe = this.#child.stdio[MESSAGES_FD] as Readable;
    const parser = new MessageParser();
    this.#pipe.on('data', (chunk: Buffer) => {
      this.#watch();
      for (const { message, jpeg } of this.#messages(parser, chunk)) if (!this.#gone) events.onMessage(message, jpeg);
    });
    this.#pipe.on('error', () => {}); // the exit event reports it
    this.#child.on('error', error => this.#exited(error.message));
    this.#child.on('exit', (code, signal) => this.#exited(signal ?? `exit code ${code}`));
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

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    if (this.#paused || this.#gone) return;
    this.#watchdog = setTimeout(() => this.kill(), HUNG_AFTER_MS).unref();
  }

  #exited(reason: string): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#watchdog);
    this.#events.onExit(reason);
  }
}
