import { expect, test } from 'vitest';
import { VideoClock } from './video-clock.ts';

const EVERY_S = 0.04;

/** Pictures that come `delayS` after their time, and boxes of each fifth that come later. */
function feed(clock: VideoClock, fromS: number, pictures: number, delayS: number, boxesS: number): number {
  for (let index = 0; index < pictures; index++) {
    const timeS = fromS + index * EVERY_S;
    clock.pictureCame(timeS + delayS, timeS);
    if (index % 5 === 0) clock.boxesCame(timeS + boxesS, timeS);
  }
  return fromS + pictures * EVERY_S;
}

test('a picture is shown when its boxes are there, and a little later', () => {
  const clock = new VideoClock();
  const nowS = feed(clock, 100, 75, 0.02, 0.25);
  expect(nowS - (clock.targetS(nowS) ?? 0)).toBeCloseTo(0.28, 5);
});

test('boxes that come much too late are not waited for', () => {
  const clock = new VideoClock();
  const nowS = feed(clock, 100, 75, 0.02, 3);
  expect(nowS - (clock.targetS(nowS) ?? 0)).toBeCloseTo(0.05, 5);
});

test('what a browser gets at once when it joins does not hold the video back', () => {
  const clock = new VideoClock();
  for (let index = 0; index < 100; index++) clock.pictureCame(50, 46 + index * EVERY_S);
  expect(50 - (clock.targetS(50) ?? 0)).toBeLessThan(1.1); // not 4 s
});

test('more than a second behind it jumps; less, it plays a little faster or slower; near, at its own rate', () => {
  const clock = new VideoClock();
  const nowS = feed(clock, 100, 75, 0.02, 0.02);
  const targetS = clock.targetS(nowS) ?? 0;
  expect(clock.step(nowS, targetS - 2)).toEqual({ seekToS: targetS });
  expect(clock.step(nowS, targetS - 0.5)).toEqual({ rate: 1.1 });
  expect(clock.step(nowS, targetS + 0.1)).toEqual({ rate: expect.closeTo(0.95, 5) });
  expect(clock.step(nowS, targetS - 0.02)).toEqual({ rate: 1 });
});

test('when no more pictures come, the newest one stays, and nothing jumps', () => {
  const clock = new VideoClock();
  const nowS = feed(clock, 100, 75, 0.02, 0.25);
  const newestS = nowS - EVERY_S;
  expect(clock.targetS(nowS + 2)).toBeCloseTo(newestS, 5);
  expect(clock.step(nowS + 2, newestS)).toEqual({ rate: 1 });
  expect(clock.targetS(nowS + 60)).toBeCloseTo(newestS, 5);
});

test('a delay that is over is forgotten after some seconds', () => {
  const clock = new VideoClock();
  const slowS = feed(clock, 100, 50, 0.6, 0.6);
  const nowS = feed(clock, slowS, 150, 0.02, 0.02);
  expect(nowS - (clock.targetS(nowS) ?? 0)).toBeLessThan(0.1);
});
