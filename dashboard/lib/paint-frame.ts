import { boxColour, zoneColour } from './box-colours.ts';
import type { LiveHeader } from './live-message.ts';

export interface Outline {
  readonly name: string;
  readonly polygon: readonly { readonly x: number; readonly y: number }[];
}

/** Size of the drawing surface in device pixels, how many of them lines and labels take for one, and the page's font. */
export interface Surface {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly unitPx: number;
  readonly fontFamily: string;
}

/** Draws a picture, the zones and the boxes found on this very picture, in one go. */
export function paintFrame(
  context: CanvasRenderingContext2D,
  surface: Surface,
  picture: ImageBitmap,
  header: LiveHeader,
  zones: readonly Outline[],
): void {
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, surface.widthPx, surface.heightPx);
  for (const zone of zones) paintZone(context, surface, zone);
  for (const box of header.boxes) {
    const scale = { x: surface.widthPx / header.widthPx, y: surface.heightPx / header.heightPx };
    paintBox(context, surface, box, scale);
  }
}

function paintZone(context: CanvasRenderingContext2D, surface: Surface, zone: Outline): void {
  context.beginPath();
  for (const { x, y } of zone.polygon) context.lineTo(x * surface.widthPx, y * surface.heightPx);
  context.closePath();
  context.fillStyle = `${zoneColour}1c`;
  context.fill();
  context.setLineDash([6 * surface.unitPx, 4 * surface.unitPx]);
  context.lineWidth = 1.5 * surface.unitPx;
  context.strokeStyle = zoneColour;
  context.stroke();
  context.setLineDash([]);
}

function paintBox(
  context: CanvasRenderingContext2D,
  surface: Surface,
  box: LiveHeader['boxes'][number],
  scale: { readonly x: number; readonly y: number },
): void {
  const left = box.x1Px * scale.x;
  const top = box.y1Px * scale.y;
  const colour = boxColour(box.className);
  const { unitPx } = surface;
  context.lineWidth = 2 * unitPx;
  context.strokeStyle = colour;
  context.beginPath();
  context.roundRect(left, top, (box.x2Px - box.x1Px) * scale.x, (box.y2Px - box.y1Px) * scale.y, 3 * unitPx);
  context.stroke();
  paintLabel(context, surface, `${box.className} ${Math.round(box.confidence * 100)}`, left, top, colour);
}

/** Above the box, or inside it where the picture ends. */
function paintLabel(
  context: CanvasRenderingContext2D,
  { unitPx, fontFamily }: Surface,
  text: string,
  left: number,
  top: number,
  colour: string,
): void {
  const height = 15 * unitPx;
  context.font = `600 ${10.5 * unitPx}px ${fontFamily}`;
  const width = context.measureText(text).width + 8 * unitPx;
  const y = top >= height ? top - height : top;
  const x = Math.min(Math.max(0, left - unitPx), context.canvas.width - width);
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, width, height, 3 * unitPx);
  context.fill();
  context.fillStyle = '#0b1215';
  context.textBaseline = 'middle';
  context.fillText(text, x + 4 * unitPx, y + height / 2 + 0.5 * unitPx);
}
