import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Packet } from 'node-av';
import { askCamera } from './http-camera.ts';
import { JpegSplitter } from './jpeg-splitter.ts';
import { SILENT, UnsupportedVideoError } from './open-video.ts';
import { type LiveSource, PacketQueue } from './packet-queue.ts';

const MS_PER_SECOND = 1_000;
const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);
const TRY_AGAIN_MS = 10;

interface Options {
  readonly maxFps: number;
  /** It breaks when nothing came for this long. */
  readonly silentMs: number;
  readonly signal: AbortSignal;
}

/**
 * Pictures of a camera on HTTP: one JPEG after the other in one answer (Motion JPEG, in parts or not), or one picture an
 * answer, which is then asked for `maxFps` times a second.
 */
export class HttpPictures implements LiveSource {
  readonly #url: string;
  readonly #everyMs: number;
  readonly #silentMs: number;
  readonly #stopping = new AbortController();
  readonly packets = new PacketQueue();
  #reading: Promise<void> = Promise.resolve();
  #splitter = new JpegSplitter();
  #answer: AsyncIterator<Buffer> | undefined;
  #askedAtMs = performance.now();
  /** Pictures of the present answer. */
  #pictures = 0;
  #isSingle = false;
  #silence: NodeJS.Timeout | undefined;
  #isSilent = false;

  private constructor(url: string, { maxFps, silentMs }: Options) {
    this.#url = url;
    this.#everyMs = MS_PER_SECOND / maxFps;
    this.#silentMs = silentMs;
  }

  /** Resolves when the first picture is there; with undefined when the address gives something else than JPEG pictures. */
  static async open(url: string, options: Options): Promise<HttpPictures | undefined> {
    const source = new HttpPictures(url, options);
    const stop = (): void => source.interrupt();
    options.signal.addEventListener('abort', stop, { once: true });
    try {
      const found = await source.#begin();
      if (!found) await source.close();
      else source.#reading = source.#readOn();
      return found ? source : undefined;
    } catch (error) {
      await source.close();
      throw source.#reason(error);
    } finally {
      options.signal.removeEventListener('abort', stop);
    }
  }

  async #begin(): Promise<boolean> {
    const type = (await this.#ask()).headers['content-type'] ?? '';
    refuseText(type);
    const isPictures = /^(multipart|image)\//i.test(type);
    for (let isFirst = true; ; isFirst = false) {
      const chunk = await this.#read();
      if (isFirst && chunk !== undefined && !isPictures) {
        if (/^\s*<(!doctype|html)/i.test(chunk.toString('latin1', 0, 64))) refuseText('text/html');
        if (!startsWithPicture(chunk)) return false;
      }
      if (!this.packets.isEmpty) return true;
      if (chunk === undefined) throw new UnsupportedVideoError(NO_PICTURE);
    }
  }

  async #ask(): Promise<IncomingMessage> {
    this.#askedAtMs = performance.now();
    this.#splitter = new JpegSplitter();
    this.#pictures = 0;
    this.#watch();
    const answer = await askCamera(this.#url, this.#stopping.signal);
    this.#answer = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    return answer;
  }

  /** From now on, nothing for so long breaks it. */
  #watch(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#isSilent = true;
      this.interrupt();
    }, this.#silentMs);
  }

  /** The next bytes of the answer, whose pictures then wait; undefined at its end. */
  async #read(): Promise<Buffer | undefined> {
    const part = await this.#answer?.next();
    this.#silence?.refresh();
    if (part === undefined || part.done) return undefined;
    for (const jpeg of this.#splitter.push(part.value)) this.#add(jpeg);
    return part.value;
  }

  #add(jpeg: Buffer): void {
    const packet = new Packet();
    packet.alloc();
    packet.data = jpeg;
    packet.isKeyframe = true;
    this.#pictures++;
    this.packets.push(packet, true);
  }

  async #readOn(): Promise<void> {
    try {
      for (;;) {
        const goesOn = (await this.#read()) !== undefined || (await this.#askAgain());
        if (!goesOn) break;
        while (this.packets.isFull) await sleep(TRY_AGAIN_MS, undefined, { signal: this.#stopping.signal });
      }
      this.packets.end();
    } catch (error) {
      this.packets.end(this.#reason(error));
    }
  }

  #reason(error: unknown): unknown {
    return this.#isSilent ? new UnsupportedVideoError(SILENT) : error;
  }

  /** Asks for the next picture when an answer has one. False: it had many, and they ended. */
  async #askAgain(): Promise<boolean> {
    this.#isSingle ||= this.#pictures === 1;
    if (!this.#isSingle || this.#pictures === 0) return false;
    clearTimeout(this.#silence);
    const restMs = this.#askedAtMs + this.#everyMs - performance.now();
    await sleep(Math.max(0, restMs), undefined, { signal: this.#stopping.signal });
    await this.#ask();
    return true;
  }

  interrupt(): void {
    this.#stopping.abort();
  }

  async close(): Promise<void> {
    clearTimeout(this.#silence);
    this.interrupt();
    await this.#reading;
    this.packets.close();
  }
}

/** True at the start of a picture or of a part that names one. */
const startsWithPicture = (bytes: Buffer): boolean =>
  bytes.subarray(0, JPEG_START.length).equals(JPEG_START) || /image\/jpe?g/i.test(bytes.toString('latin1', 0, 4_096));

const NO_PICTURE = "its answer has no JPEG picture: look up the address of the video stream in the camera's manual";

function refuseText(contentType: string): void {
  if (!/^(text\/|application\/(json|xml))/i.test(contentType)) return;
  const kind = /html/i.test(contentType) ? 'a web page' : `text (${contentType.split(';')[0]})`;
  throw new UnsupportedVideoError(
    `the address gives ${kind} instead of pictures: look up the address of the video stream in the camera's manual`,
  );
}
