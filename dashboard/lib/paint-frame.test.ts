import { expect, test } from 'vitest';
import { boxColour, notJudgedColour } from './box-colours.ts';
import type { LiveHeader } from './live-message.ts';
import { paintFrame } from './paint-frame.ts';

const place = { x1Px: 10, y1Px: 40, x2Px: 60, y2Px: 80 };
const header: LiveHeader = {
  ...{
    cameraId: 'cam-1',
    epoch: 7,
    sequence: 1,
    cameraClockMs: null,
    capturedAtMs: 0,
    publishedAtMs: 0,
    widthPx: 640,
    heightPx: 360,
  },
  ...{ outcome: 'detected', model: 'kitchen', judged: true },
  boxes: [
    { className: 'hand', confidence: 0.93, ...place, trackId: 't1', points: [] },
    { className: 'pizza', confidence: 0.35, ...place, trackId: null, points: [] },
  ],
  remembered: [{ className: 'scooper', confidence: 0.7, ...place }],
};

/** Lines and words as a canvas is told to draw them: it records what each stroke looks like. */
class Drawing {
  readonly canvas = { width: 640, height: 360 };
  readonly lines: { colour: string; widthPx: number; dashed: boolean }[] = [];
  readonly words: { text: string; x: number; y: number }[] = [];
  strokeStyle = '';
  fillStyle = '';
  lineWidth = 0;
  #dash: readonly number[] = [];
  setLineDash(dash: readonly number[]): void {
    this.#dash = dash;
  }
  stroke(): void {
    this.lines.push({ colour: this.strokeStyle, widthPx: this.lineWidth, dashed: this.#dash.length > 0 });
  }
  fillText(text: string, x: number, y: number): void {
    this.words.push({ text, x, y });
  }
  measureText = (text: string) => ({ width: text.length * 6 });
  drawImage(): void {}
  beginPath(): void {}
  roundRect(): void {}
  moveTo(): void {}
  lineTo(): void {}
  arc(): void {}
  fill(): void {}
}

function paint(of: LiveHeader): Drawing {
  const drawing = new Drawing();
  const surface = { widthPx: 640, heightPx: 360, unitPx: 1, fontFamily: 'sans-serif' };
  paintFrame(drawing as unknown as CanvasRenderingContext2D, surface, {} as ImageBitmap, of, []);
  return drawing;
}

test('what the rules saw is solid in the colour of its class, thin without a confirmed track, dotted when expected', () => {
  const { lines, words } = paint(header);
  expect(lines).toEqual([
    { colour: boxColour('scooper'), widthPx: 2, dashed: true },
    { colour: boxColour('hand'), widthPx: 2, dashed: false },
    { colour: boxColour('pizza'), widthPx: 1, dashed: false },
  ]);
  expect(words.map(({ text }) => text)).toEqual(['scooper expected', 'hand 93', 'pizza 35']);
});

test('boxes that no rule has looked at are grey and dashed, and the corner says so', () => {
  const { lines, words } = paint({ ...header, judged: false, remembered: [] });
  expect(lines).toEqual(Array(2).fill({ colour: notJudgedColour, widthPx: 1.5, dashed: true }));
  expect(words.map(({ text }) => text)).toEqual(['hand 93', 'pizza 35', 'Not judged']);
  const corner = words.at(-1);
  expect(corner?.x).toBeGreaterThan(320);
  expect(corner?.y).toBeGreaterThan(320);
});

test('a picture without boxes says that it is not judged, too', () => {
  expect(paint({ ...header, boxes: [], remembered: [] }).words).toEqual([]);
  expect(paint({ ...header, judged: false, boxes: [], remembered: [] }).words.map(({ text }) => text)).toEqual([
    'Not judged',
  ]);
});

test('the joints of an object are lines and points in the colour of its class', () => {
  const at = (name: string, xPx: number, yPx: number) => ({ name, xPx, yPx });
  const points = [at('left_shoulder', 10, 10), at('left_elbow', 20, 20), at('left_ankle', 20, 90), at('label', 5, 5)];
  const pose = { className: 'pose', confidence: 0.5, ...place, trackId: 't1', points };
  const { lines } = paint({ ...header, boxes: [pose], remembered: [] });
  expect(lines).toEqual([
    { colour: boxColour('pose'), widthPx: 2, dashed: false },
    { colour: boxColour('pose'), widthPx: 1.5, dashed: false }, // shoulder to elbow; nothing leads to the ankle
  ]);
});
