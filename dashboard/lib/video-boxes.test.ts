import { expect, test } from 'vitest';
import type { LiveHeader } from './live-message.ts';
import { VideoBoxes } from './video-boxes.ts';

const header = (sequence: number, outcome = 'detected'): LiveHeader => ({
  ...{ cameraId: 'c', epoch: 1, sequence, capturedAtMs: 1_000 + sequence * 200, cameraClockMs: null, publishedAtMs: 0 },
  ...{ widthPx: 640, heightPx: 360, outcome, model: 'm', judged: true, remembered: [] },
  boxes:
    outcome === 'detected'
      ? [
          ...[{ className: 'hand', confidence: 1, x1Px: sequence, y1Px: 0, x2Px: 9, y2Px: 9 }].map(box => ({
            ...box,
            trackId: null,
            points: [],
          })),
        ]
      : [],
});
const mark = (boxes: VideoBoxes, sequence: number): void => boxes.mark(10 + sequence * 0.2, header(sequence));

test('boxes are drawn as seen on their very picture, as held on those after it, and not beyond the next result', () => {
  const boxes = new VideoBoxes();
  for (const sequence of [1, 2, 3]) mark(boxes, sequence);
  boxes.result(header(1));
  boxes.result(header(2));
  const seen = (timeS: number) => {
    const shown = boxes.at(timeS);
    return shown && [shown.header.sequence, shown.held];
  };
  expect(seen(10.2)).toEqual([1, false]);
  expect(seen(10.2000004)).toEqual([1, false]); // rounded to µs
  expect(seen(10.16)).toBeUndefined(); // before it
  expect(seen(10.24)).toEqual([1, true]);
  expect(seen(10.36)).toEqual([1, true]);
  expect(seen(10.4)).toEqual([2, false]);
  expect(seen(10.64)).toBeUndefined(); // the result of the third is missing
  boxes.result(header(3));
  expect(seen(10.6)).toEqual([3, false]);
  expect(seen(10.76)).toEqual([3, true]);
  expect(seen(10.84)).toBeUndefined();
});

test('a result tells when its picture is shown, in whichever order it and the mark come', () => {
  const boxes = new VideoBoxes();
  mark(boxes, 1);
  expect(boxes.result(header(1))).toBeCloseTo(10.2);
  expect(boxes.result(header(2))).toBeUndefined();
  mark(boxes, 2);
  expect(boxes.at(10.4)).toMatchObject({ held: false, header: { sequence: 2 } });
});

test('an unchanged picture has the boxes of the last one that was looked at; one without a view has none', () => {
  const boxes = new VideoBoxes();
  for (const sequence of [1, 2, 3]) mark(boxes, sequence);
  boxes.result(header(1));
  boxes.result(header(2, 'unchanged'));
  boxes.result(header(3, 'down'));
  expect(boxes.at(10.4)).toMatchObject({ held: false, header: { sequence: 2, boxes: [{ x1Px: 1 }] } });
  expect(boxes.at(10.6)?.header.sequence).toBe(2);
});

test('a time of the video is a time of the records', () => {
  const boxes = new VideoBoxes();
  mark(boxes, 1);
  expect(boxes.capturedAtMs(10.28)).toBeCloseTo(1_280);
  boxes.clear();
  expect([boxes.at(10.2), boxes.capturedAtMs(10.28)]).toEqual([undefined, undefined]);
});
