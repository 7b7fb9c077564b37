import type { Surface } from './paint-frame.ts';

const PIXEL_RATIO_AT_MOST = 2;

/** Fits the canvas's surface to its size on the screen. Lines and labels grow with the page's text. */
export function fitSurface(canvas: HTMLCanvasElement): Surface {
  const pixelRatio = Math.min(window.devicePixelRatio || 1, PIXEL_RATIO_AT_MOST);
  const textScale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const widthPx = Math.max(1, Math.round(canvas.clientWidth * pixelRatio));
  const heightPx = Math.max(1, Math.round(canvas.clientHeight * pixelRatio));
  if (canvas.width !== widthPx) canvas.width = widthPx;
  if (canvas.height !== heightPx) canvas.height = heightPx;
  return { widthPx, heightPx, unitPx: pixelRatio * textScale, fontFamily: getComputedStyle(canvas).fontFamily };
}
