import type { LiveHeader } from './live-message.ts';
import { LiveMeter, type LiveStatistics } from './live-statistics.ts';
import { type Outline, paintVideo } from './paint-frame.ts';
import { fitSurface } from './surface.client.ts';
import { VideoBoxes } from './video-boxes.ts';
import type { VideoMessage } from './video-message.ts';
import { VideoPlayer } from './video-player.client.ts';

/** Without a new picture for this long, the video is not shown: the newest single picture is. */
const STILL_MS = 2_000;
const NO_VIDEO_HERE = 'this browser plays no live video';

export interface VideoState {
  /** The video is on the screen, not single pictures. */
  readonly isShown: boolean;
  /** Why only pictures are shown; null: the video is, or may come. */
  readonly reason: string | null;
  readonly statistics: LiveStatistics;
  /** Pictures that did not arrive, or that the browser had no time for. */
  readonly dropped: number;
}

/**
 * One camera's video on a canvas. The element only decodes: a picture and its boxes are drawn on the canvas together, so
 * no refresh of the screen comes between them. The picture says its own time, since a newer one than the browser told of
 * may be there by now.
 */
export class VideoView {
  readonly #video: HTMLVideoElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #player: VideoPlayer | undefined;
  readonly #boxes = new VideoBoxes();
  readonly #meter = new LiveMeter();
  readonly #onChange: () => void;
  #zones: readonly Outline[] = [];
  #shownAtMs = Number.NEGATIVE_INFINITY;
  #wasShown = false;
  #reason: string | null = null;
  #isOver = false;

  /** `onChange`: the video came, or went. */
  constructor(video: HTMLVideoElement, canvas: HTMLCanvasElement, onChange: () => void) {
    this.#video = video;
    this.#canvas = canvas;
    this.#onChange = onChange;
    if (VideoPlayer.isPossible)
      this.#player = new VideoPlayer(video, {
        onShown: timeS => this.#shown(timeS),
        onRestarted: () => this.#boxes.clear(),
        onFailed: reason => this.#end(reason),
      });
    else this.#end(NO_VIDEO_HERE);
  }

  /** This browser does not play it: it need not be sent. */
  get isOver(): boolean {
    return this.#isOver;
  }

  setZones(zones: readonly Outline[]): void {
    this.#zones = zones;
  }

  push({ header, bytes }: VideoMessage): void {
    const player = this.#player;
    if (player === undefined || this.#isOver) return;
    player.heard();
    if (header.kind === 'no-video') return void this.#refuse(header.reason);
    if (header.kind === 'mark') {
      const timeS = player.timeOf(header);
      if (timeS !== undefined) this.#boxes.mark(timeS, header);
      return;
    }
    if (this.#reason !== null) this.#refuse(null); // it comes again
    player.push(header, bytes);
  }

  /** What the rules saw of a picture. */
  result(header: LiveHeader): void {
    const timeS = this.#boxes.result(header);
    if (timeS !== undefined) this.#player?.clock.boxesCame(performance.now() / 1_000, timeS);
  }

  #end(reason: string): void {
    this.#isOver = true;
    this.#refuse(reason);
  }

  #refuse(reason: string | null): void {
    this.#reason = reason;
    this.#onChange();
  }

  /** `toldS`: time of the picture that the browser told of. */
  #shown(toldS: number): void {
    const context = this.#canvas.getContext('2d', { alpha: false });
    const picture = pictureOf(this.#video);
    if (context === null || picture === undefined) return;
    const timeS = 'timestamp' in picture ? picture.timestamp / 1_000_000 : toldS;
    this.#shownAtMs = performance.now();
    const shown = this.#boxes.at(timeS);
    paintVideo(context, fitSurface(this.#canvas), picture, shown, this.#zones);
    if ('timestamp' in picture) picture.close();
    const { epoch, sequence } = shown?.header ?? {};
    this.#canvas.dataset.record = shown === undefined ? '' : `${epoch} ${sequence}`;
    this.#canvas.dataset.held = String(shown?.held ?? false);
    const nowMs = Date.now();
    this.#meter.add(nowMs, this.#boxes.capturedAtMs(timeS) ?? nowMs);
    if (!this.#wasShown) this.#onChange();
  }

  read(nowMs: number): VideoState {
    const isShown = performance.now() - this.#shownAtMs < STILL_MS && this.#reason === null;
    this.#wasShown = isShown;
    const { lost = 0, skipped = 0 } = this.#player ?? {};
    return { isShown, reason: this.#reason, statistics: this.#meter.read(nowMs), dropped: lost + skipped };
  }

  close(): void {
    this.#player?.close();
  }
}

/** The picture that the element has now; the element itself where the browser gives no pictures. undefined: none yet. */
function pictureOf(video: HTMLVideoElement): VideoFrame | HTMLVideoElement | undefined {
  if (!('VideoFrame' in window)) return video;
  try {
    return new VideoFrame(video);
  } catch {
    return undefined;
  }
}
