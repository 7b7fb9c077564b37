import type { Page } from 'playwright-core';
import { CELLS, numberOf, STRIP_SHARE } from './strip.ts';

/** A picture that a page has drawn, with its boxes. */
export interface DrawnPicture {
  readonly cameraId: string;
  readonly number: number;
  /** When its pixels were read back from the canvas, in ms since 1970. */
  readonly atMs: number;
}

interface Readback {
  readonly cameraId: string;
  readonly atMs: number;
  readonly strips: readonly (readonly number[])[];
}

declare global {
  interface Window {
    readBack: Readback[];
  }
}

/** Reading pixels back stalls the browser's drawing, so each canvas is read this often at most. */
const READ_EVERY_MS = 500;

/**
 * In every page: after a picture was drawn on a canvas, reads the canvas's strips in the next animation frame, when all
 * boxes are on it. Must be called before the page opens.
 */
export async function readBackCanvases(page: Page): Promise<void> {
  await page.addInitScript(
    ({ cells, share, everyMs }) => {
      window.readBack = [];
      const readAtMs = new WeakMap<HTMLCanvasElement, number>();
      const waiting = new Set<HTMLCanvasElement>();
      const stripAt = (canvas: HTMLCanvasElement, row: number): readonly number[] => {
        const { data = [] } = canvas.getContext('2d')?.getImageData(0, row, canvas.width, 1) ?? {};
        return Array.from({ length: cells }, (_, cell) => {
          return data[Math.floor(((cell + 0.5) * canvas.width) / cells) * 4 + 1] ?? 0;
        });
      };
      const read = (canvas: HTMLCanvasElement): void => {
        waiting.delete(canvas);
        const cameraId = canvas.closest<HTMLElement>('[data-camera-id]')?.dataset.cameraId ?? '';
        const middle = Math.floor(canvas.height / share / 2);
        const strips = [stripAt(canvas, middle), stripAt(canvas, canvas.height - 1 - middle)];
        window.readBack.push({ cameraId, atMs: Date.now(), strips });
      };
      const { drawImage } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.drawImage = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
        Reflect.apply(drawImage, this, args);
        const { canvas } = this;
        const isPicture = args[0] instanceof ImageBitmap || args[0] instanceof VideoFrame;
        if (!isPicture || waiting.has(canvas)) return;
        const nowMs = performance.now();
        if (nowMs - (readAtMs.get(canvas) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
        readAtMs.set(canvas, nowMs);
        waiting.add(canvas);
        requestAnimationFrame(() => read(canvas));
      } as typeof drawImage;
    },
    { cells: CELLS, share: STRIP_SHARE, everyMs: READ_EVERY_MS },
  );
}

/** What was drawn since the last call. A label may hide one of a picture's strips. */
export async function takeDrawn(page: Page): Promise<readonly DrawnPicture[]> {
  const read = await page.evaluate(() => window.readBack.splice(0));
  return read.flatMap(({ cameraId, atMs, strips }) => {
    const number = strips.map(numberOf).find(one => one !== undefined);
    return number === undefined ? [] : [{ cameraId, number, atMs }];
  });
}
