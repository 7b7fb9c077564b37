import { VideoClock } from './video-clock.ts';
import { TICKS_PER_SECOND, type VideoFragment } from './video-message.ts';

/** Where the first picture is played; before it is room for times of decoding. */
const FIRST_AT_S = 10;
/** Played pictures are kept this long. */
const KEPT_S = 5;
const TIDY_ABOVE_S = 12;
const WAITING_AT_MOST = 300;
const STEER_EVERY_MS = 200;
/** Pictures come and none is shown for this long: playing goes on at the newest. */
const STUCK_MS = 2_500;
const TRIES = 3;
/** Nothing came for this long: what is missing after it was not lost on the way. */
const PAUSE_MS = 2_000;
/** Playing that long without trouble, it may fail as often again. */
const SOUND_AFTER_MS = 60_000;
const GAP_S = 0.1;
const HAVE_FUTURE_DATA = 3;

interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Set before it is appended. */
  readonly offsetS: number;
  readonly type: string;
}

export interface VideoPlayerEvents {
  /** A picture is on the screen. `timeS`: as `timeOf` says it. */
  onShown(timeS: number): void;
  /** Times of pictures so far are void. */
  onRestarted(): void;
  /** It cannot be played. */
  onFailed(reason: string): void;
}

/**
 * Plays the fragments of one live video by Media Source Extensions, near to its newest picture. It begins at a key frame,
 * and after a loss goes on at the next one. Each generation is put behind the one before on the time line of the element.
 */
export class VideoPlayer {
  readonly #video: HTMLVideoElement;
  readonly #events: VideoPlayerEvents;
  readonly #steering: ReturnType<typeof setInterval>;
  readonly clock = new VideoClock();
  #source: MediaSource | undefined;
  #url = '';
  #buffer: SourceBuffer | undefined;
  #type = '';
  #pieces: Piece[] = [];
  readonly #offsetsS = new Map<number, number>();
  #last: VideoFragment | undefined;
  #waitsForKey = true;
  #wholeFromTicks = 0;
  /** End of the newest picture. */
  #endS = FIRST_AT_S;
  #shownAtMs = 0;
  #tries = 0;
  #triedAtMs = 0;
  #heardAtMs = 0;
  #over = false;
  /** Pictures that did not arrive. */
  lost = 0;

  constructor(video: HTMLVideoElement, events: VideoPlayerEvents) {
    this.#video = video;
    this.#events = events;
    this.#steering = setInterval(() => this.#steer(), STEER_EVERY_MS);
    video.muted = true;
    video.onerror = () => this.#again(video.error?.message || 'the browser cannot decode it');
    this.#nextShown();
  }

  /** The browser can play videos of cameras. */
  static get isPossible(): boolean {
    return 'MediaSource' in window && 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
  }

  /** Pictures that the browser had no time for. */
  get skipped(): number {
    return this.#video.getVideoPlaybackQuality().droppedVideoFrames;
  }

  /** Time of a place of the video on the element's time line, in s; undefined: it was not played. */
  timeOf({ generation, timeTicks }: { readonly generation: number; readonly timeTicks: number }): number | undefined {
    const offsetS = this.#offsetsS.get(generation);
    return offsetS === undefined ? undefined : offsetS + timeTicks / TICKS_PER_SECOND;
  }

  /** Something came of the video. */
  heard(): void {
    const nowMs = performance.now();
    if (nowMs - this.#heardAtMs > PAUSE_MS) this.#last = undefined;
    this.#heardAtMs = nowMs;
  }

  push(header: VideoFragment, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#over || !this.#isWanted(header)) return;
    const type = `video/mp4; codecs="${header.codec}"`;
    if (this.#source === undefined) this.#open(type);
    if (this.#over) return;
    const offsetS = this.#offsetsS.get(header.generation) ?? this.#place(header);
    const timeS = offsetS + header.timeTicks / TICKS_PER_SECOND;
    this.clock.pictureCame(performance.now() / 1_000, timeS);
    this.#endS = Math.max(this.#endS, timeS);
    this.#pieces.push({ bytes, offsetS, type });
    if (this.#pieces.length > WAITING_AT_MOST) this.#again('the browser does not take its pictures');
    else this.#append();
  }

  /** False: it refers to pictures that are missing. Counts those. */
  #isWanted(header: VideoFragment): boolean {
    const last = this.#last;
    const isNew = last?.generation !== header.generation;
    if (last !== undefined && !isNew && header.number <= last.number) return false; // it came before
    const missing = last !== undefined && !isNew ? header.number - last.number - 1 : 0;
    this.lost += missing;
    this.#last = header;
    if (isNew || missing > 0) this.#waitsForKey = true;
    if (this.#waitsForKey && !header.isKey) return false;
    if (this.#waitsForKey) this.#wholeFromTicks = header.timeTicks;
    else if (header.isKey) this.#wholeFromTicks = 0;
    this.#waitsForKey = false;
    return header.timeTicks >= this.#wholeFromTicks;
  }

  #place({ generation, timeTicks }: VideoFragment): number {
    this.clock.restart();
    const offsetS = this.#endS + GAP_S - timeTicks / TICKS_PER_SECOND;
    this.#offsetsS.set(generation, offsetS);
    return offsetS;
  }

  #open(type: string): void {
    if (!MediaSource.isTypeSupported(type)) return void this.#fail(`this browser cannot play ${type.split('"')[1]}`);
    const source = new MediaSource();
    this.#source = source;
    this.#shownAtMs = performance.now();
    this.#url = URL.createObjectURL(source);
    this.#video.src = this.#url;
    source.onsourceopen = () => {
      if (this.#source !== source) return;
      this.#type = type;
      this.#buffer = source.addSourceBuffer(type);
      this.#buffer.onupdateend = () => this.#append();
      this.#append();
    };
  }

  #append(): void {
    const buffer = this.#buffer;
    if (buffer === undefined || buffer.updating || this.#source?.readyState !== 'open') return;
    try {
      if (this.#tidy(buffer)) return;
      const piece = this.#pieces.shift();
      if (piece === undefined) return;
      if (piece.type !== this.#type) {
        if (!MediaSource.isTypeSupported(piece.type)) return void this.#fail(`this browser cannot play ${piece.type}`);
        buffer.changeType(piece.type);
        this.#type = piece.type;
      }
      if (Math.abs(buffer.timestampOffset - piece.offsetS) > 1e-9) buffer.timestampOffset = piece.offsetS;
      buffer.appendBuffer(piece.bytes);
    } catch (error) {
      this.#again(error instanceof Error ? error.message : String(error));
    }
  }

  /** Removes what was played. True: it is at it. */
  #tidy(buffer: SourceBuffer): boolean {
    const { currentTime } = this.#video;
    if (buffer.buffered.length === 0 || currentTime - buffer.buffered.start(0) < TIDY_ABOVE_S) return false;
    buffer.remove(0, currentTime - KEPT_S);
    return true;
  }

  #steer(): void {
    const video = this.#video;
    if (this.#buffer === undefined || video.readyState === 0 || this.#over) return;
    if (video.paused) void video.play().catch(() => {}); // tried again in the next turn
    const nowMs = performance.now();
    const step = this.clock.step(nowMs / 1_000, video.currentTime);
    if ('seekToS' in step) this.#seek(step.seekToS);
    else if (Math.abs(video.playbackRate - step.rate) > 0.01) video.playbackRate = step.rate;
    if (video.readyState < HAVE_FUTURE_DATA) this.#passHole();
    if (document.hidden) this.#shownAtMs = nowMs;
    const comesNewer = this.#endS > video.currentTime + GAP_S;
    if (comesNewer && nowMs - this.#shownAtMs > STUCK_MS) {
      this.#shownAtMs = nowMs;
      this.#again('the browser shows no picture of it');
    }
  }

  /** Goes on behind a hole in what is buffered. */
  #passHole(): void {
    const { buffered, currentTime } = this.#video;
    for (let range = 0; range < buffered.length; range++) {
      const startS = buffered.start(range);
      const targetS = this.clock.targetS(performance.now() / 1_000) ?? 0;
      if (startS > currentTime && targetS >= startS) return void this.#seek(Math.max(startS, targetS));
    }
  }

  #seek(timeS: number): void {
    const { buffered } = this.#video;
    if (buffered.length === 0) return;
    const firstS = buffered.start(buffered.length - 1);
    this.#video.currentTime = Math.max(firstS, Math.min(timeS, this.#endS));
  }

  #nextShown(): void {
    if (!VideoPlayer.isPossible) return;
    this.#video.requestVideoFrameCallback((_, { mediaTime }) => {
      if (this.#over) return;
      this.#nextShown();
      this.#shownAtMs = performance.now();
      this.#events.onShown(mediaTime);
    });
  }

  /** Begins anew at the next key frame, a few times. */
  #again(reason: string): void {
    if (this.#over) return;
    const nowMs = performance.now();
    if (nowMs - this.#triedAtMs > SOUND_AFTER_MS) this.#tries = 0;
    this.#triedAtMs = nowMs;
    if (++this.#tries > TRIES) return void this.#fail(reason);
    this.#detach();
    this.#offsetsS.clear();
    this.#endS = FIRST_AT_S;
    this.#waitsForKey = true;
    this.#events.onRestarted();
  }

  #fail(reason: string): void {
    this.#over = true;
    this.#detach();
    this.#events.onFailed(reason);
  }

  #detach(): void {
    if (this.#source === undefined) return;
    this.#source = undefined;
    this.#buffer = undefined;
    this.#pieces = [];
    URL.revokeObjectURL(this.#url);
    this.#video.removeAttribute('src');
    this.#video.load();
  }

  close(): void {
    this.#over = true;
    clearInterval(this.#steering);
    this.#video.onerror = null;
    this.#detach();
  }
}
