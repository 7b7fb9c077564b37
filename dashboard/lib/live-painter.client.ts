import type { LiveFrame, LiveHeader } from './live-message.ts';
import { LiveMeter, type LiveStatistics } from './live-statistics.ts';
import { type Outline, paintFrame } from './paint-frame.ts';
import { fitSurface } from './surface.client.ts';

interface Decoded {
  readonly header: LiveHeader;
  readonly picture: ImageBitmap;
}

/**
 * Shows the newest frame of one camera on a canvas. While a picture is being decoded, only the newest new one waits; others
 * are dropped. The surface follows the canvas's size on the screen.
 */
export class LivePainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #meter = new LiveMeter();
  readonly #observer: ResizeObserver;
  #zones: readonly Outline[] = [];
  #waiting: LiveFrame | undefined;
  #decoding = false;
  #shown: Decoded | undefined;
  #closed = false;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#observer = new ResizeObserver(() => this.#paint());
    this.#observer.observe(canvas);
  }

  get header(): LiveHeader | undefined {
    return this.#shown?.header;
  }

  setZones(zones: readonly Outline[]): void {
    this.#zones = zones;
    this.#paint();
  }

  push(frame: LiveFrame): void {
    if (frame.jpeg.byteLength === 0) return;
    this.#waiting = frame;
    if (!this.#decoding) void this.#decode();
  }

  read(nowMs: number): LiveStatistics {
    return this.#meter.read(nowMs);
  }

  close(): void {
    this.#closed = true;
    this.#observer.disconnect();
    this.#shown?.picture.close();
    this.#shown = undefined;
  }

  async #decode(): Promise<void> {
    this.#decoding = true;
    while (this.#waiting && !this.#closed) {
      const { header, jpeg } = this.#waiting;
      this.#waiting = undefined;
      try {
        const picture = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
        this.#show({ header, picture });
      } catch {
        // Skips a picture that cannot be decoded; the next one comes soon.
      }
    }
    this.#decoding = false;
  }

  #show(decoded: Decoded): void {
    if (this.#closed) {
      decoded.picture.close();
      return;
    }
    this.#shown?.picture.close();
    this.#shown = decoded;
    this.#paint();
    const { capturedAtMs, cameraClockMs } = decoded.header;
    this.#meter.add(Date.now(), cameraClockMs ?? capturedAtMs); // a webcam's clock is this browser's own
  }

  #paint(): void {
    if (!this.#shown) return;
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (!context) return;
    paintFrame(context, fitSurface(this.#canvas), this.#shown.picture, this.#shown.header, this.#zones);
  }
}
