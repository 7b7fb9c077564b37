import { boxColour, notJudgedColour, zoneColour } from './box-colours.ts';
import { type JointPoint, jointsOf } from './joints.ts';
import type { Box, LiveHeader } from './live-message.ts';
import type { BoxesShown } from './video-boxes.ts';

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

/** How a box is drawn: line in device-independent pixels, dashes (none: solid), and the word on it. */
interface BoxLook {
  readonly box: Box;
  readonly colour: string;
  readonly linePx: number;
  readonly dashPx: readonly number[];
  readonly label: string;
  readonly points: readonly JointPoint[];
}

/** Says that no rule has looked at this picture. */
const NOT_JUDGED = 'Not judged';

/** Draws a picture, the zones and the boxes of this very picture, in one go. */
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
  paintBoxes(context, surface, header, boxLooks(header));
}

/** Draws a picture of a video, the zones, and its own boxes or, dashed and thin, those of a picture before it. */
export function paintVideo(
  context: CanvasRenderingContext2D,
  surface: Surface,
  picture: VideoFrame | HTMLVideoElement,
  boxes: BoxesShown | undefined,
  zones: readonly Outline[],
): void {
  context.drawImage(picture, 0, 0, surface.widthPx, surface.heightPx);
  for (const zone of zones) paintZone(context, surface, zone);
  if (boxes === undefined) return;
  const looks = boxLooks(boxes.header);
  paintBoxes(context, surface, boxes.header, boxes.held ? looks.map(asHeld) : looks);
}

/** The object may have moved since: the line says so. Its label stays, or it would flash with every result. */
const asHeld = (look: BoxLook): BoxLook => ({ ...look, linePx: 1, dashPx: [3, 3], points: [] });

function paintBoxes(
  context: CanvasRenderingContext2D,
  surface: Surface,
  header: LiveHeader,
  looks: readonly BoxLook[],
): void {
  const scale = { x: surface.widthPx / header.widthPx, y: surface.heightPx / header.heightPx };
  for (const look of looks) paintBox(context, surface, look, scale);
  if (!header.judged) paintNotJudged(context, surface);
}

/**
 * What the rules saw is solid in the colour of its class, thin while it has no confirmed track; an object that the model
 * missed or passed over is dotted, where it is expected. Boxes that no rule has looked at are grey and dashed.
 */
function boxLooks({ judged, boxes, remembered }: LiveHeader): readonly BoxLook[] {
  const named = ({ className, confidence }: Box): string => `${className} ${Math.round(confidence * 100)}`;
  if (!judged)
    return boxes.map(box => ({
      ...{ box, colour: notJudgedColour, linePx: 1.5, dashPx: [6, 4], label: named(box), points: box.points },
    }));
  return [
    ...remembered.map(box => ({
      ...{
        box,
        colour: boxColour(box.className),
        linePx: 2,
        dashPx: [2, 3],
        label: `${box.className} expected`,
        points: [],
      },
    })),
    ...boxes.map(box => ({
      ...{ box, colour: boxColour(box.className), linePx: box.trackId === null ? 1 : 2, dashPx: [] },
      ...{ label: named(box), points: box.points },
    })),
  ];
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
  { box, colour, linePx, dashPx, label, points }: BoxLook,
  scale: { readonly x: number; readonly y: number },
): void {
  const left = box.x1Px * scale.x;
  const top = box.y1Px * scale.y;
  const { unitPx } = surface;
  context.lineWidth = linePx * unitPx;
  context.strokeStyle = colour;
  context.setLineDash(dashPx.map(lengthPx => lengthPx * unitPx));
  context.beginPath();
  context.roundRect(left, top, (box.x2Px - box.x1Px) * scale.x, (box.y2Px - box.y1Px) * scale.y, 3 * unitPx);
  context.stroke();
  context.setLineDash([]);
  paintPoints(context, surface, points, colour, scale);
  paintLabel(context, surface, label, left, top, colour);
}

/** The points of an object, and the lines between its joints. */
function paintPoints(
  context: CanvasRenderingContext2D,
  { unitPx }: Surface,
  points: readonly JointPoint[],
  colour: string,
  scale: { readonly x: number; readonly y: number },
): void {
  context.lineWidth = 1.5 * unitPx;
  for (const [from, to] of jointsOf(points)) {
    context.beginPath();
    context.moveTo(from.xPx * scale.x, from.yPx * scale.y);
    context.lineTo(to.xPx * scale.x, to.yPx * scale.y);
    context.stroke();
  }
  context.fillStyle = colour;
  for (const { xPx, yPx } of points) {
    context.beginPath();
    context.arc(xPx * scale.x, yPx * scale.y, 2.5 * unitPx, 0, 2 * Math.PI);
    context.fill();
  }
}

/** In the lower right corner, where nothing else lies. */
function paintNotJudged(context: CanvasRenderingContext2D, surface: Surface): void {
  const { widthPx, heightPx, unitPx } = surface;
  paintLabel(context, surface, NOT_JUDGED, widthPx, heightPx - 8 * unitPx, notJudgedColour, 8 * unitPx);
}

/** Above the box, or inside it where the picture ends; `marginPx`: at least this far from the right edge. */
function paintLabel(
  context: CanvasRenderingContext2D,
  { unitPx, fontFamily }: Surface,
  text: string,
  left: number,
  top: number,
  colour: string,
  marginPx = 0,
): void {
  const height = 15 * unitPx;
  context.font = `600 ${10.5 * unitPx}px ${fontFamily}`;
  const width = context.measureText(text).width + 8 * unitPx;
  const y = top >= height ? top - height : top;
  const x = Math.min(Math.max(0, left - unitPx), context.canvas.width - width - marginPx);
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, width, height, 3 * unitPx);
  context.fill();
  context.fillStyle = '#0b1215';
  context.textBaseline = 'middle';
  context.fillText(text, x + 4 * unitPx, y + height / 2 + 0.5 * unitPx);
}
