import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CameraClock } from './camera-clock.ts';

test("a frame's time is the clock at the first frame plus the presentation time since", () => {
  const clock = new CameraClock(0);
  expect(clock.at(500, 10_000)).toEqual({ capturedAtMs: 10_000, anchored: true });
  expect(clock.at(700, 10_260)).toEqual({ capturedAtMs: 10_200, anchored: false });
});

test("a drift over a second sets a new anchor; below it the stream's times count", () => {
  const clock = new CameraClock(0);
  clock.at(0, 10_000);
  expect(clock.at(1_000, 11_900)).toEqual({ capturedAtMs: 11_000, anchored: false });
  expect(clock.at(2_000, 13_100)).toEqual({ capturedAtMs: 13_100, anchored: true });
});

test('an anchor below the last published time continues from that time and reports how far it is ahead', () => {
  const clock = new CameraClock(60_000);
  expect(clock.at(0, 55_000)).toEqual({ capturedAtMs: 60_000, anchored: true });
  expect(clock.aheadMs).toBe(5_000);
});

test('a reconnect sets a new anchor at any presentation time', () => {
  const clock = new CameraClock(0);
  clock.at(90_000, 10_000);
  clock.restart();
  expect(clock.at(0, 15_000)).toEqual({ capturedAtMs: 15_000, anchored: true });
});

test('time never goes back, for any presentation times and clock', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: 9_000 }), fc.boolean())),
      steps => {
        const clock = new CameraClock(4_000);
        let lastMs = 4_000;
        for (const [mediaTimeMs, nowMs, reconnects] of steps) {
          if (reconnects) clock.restart();
          const { capturedAtMs } = clock.at(mediaTimeMs, nowMs);
          expect(capturedAtMs).toBeGreaterThanOrEqual(lastMs);
          lastMs = capturedAtMs;
        }
      },
    ),
  );
});

test.each([30_000, 3_600_000])(
  'a clock set back by %d ms stops no time: it goes on at its own pace, and says how far',
  backMs => {
    const clock = new CameraClock(0);
    for (let frame = 0; frame < 50; frame += 1) clock.at(frame * 200, 7_200_000 + frame * 200);
    const times: number[] = [];
    for (let frame = 50; frame < 100; frame += 1)
      times.push(clock.at(frame * 200, 7_200_000 + frame * 200 - backMs).capturedAtMs);
    const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(new Set(steps)).toEqual(new Set([200]));
    expect(Math.abs(clock.aheadMs - backMs)).toBeLessThanOrEqual(200);
  },
);

test('a clock that is set right again takes the time back to it', () => {
  const clock = new CameraClock(0);
  clock.at(0, 100_000);
  clock.at(200, 70_200);
  expect(clock.at(400, 100_400)).toEqual({ capturedAtMs: 100_400, anchored: true });
  expect(clock.aheadMs).toBe(0);
});

test.each([30_000, 3_600_000])(
  'a clock set forward by %d ms is followed at the next frame: one jump, then the pace of the stream',
  forwardMs => {
    const clock = new CameraClock(0);
    const frames = Array.from({ length: 100 }, (_, frame) =>
      clock.at(frame * 200, 1_000_000 + frame * 200 + (frame >= 50 ? forwardMs : 0)),
    );
    const steps = frames.slice(1).map(({ capturedAtMs }, index) => capturedAtMs - (frames[index]?.capturedAtMs ?? 0));
    expect(steps).toEqual(steps.map((_, index) => (index === 49 ? 200 + forwardMs : 200)));
    expect(frames.flatMap(({ anchored }, frame) => (anchored ? [frame] : []))).toEqual([0, 50]);
    expect(clock.aheadMs).toBe(0);
  },
);

test('a clock that a time service slows or hastens a little is followed in steps of a second at most', () => {
  const clock = new CameraClock(0);
  for (let ms = 0; ms <= 24 * 3_600_000; ms += 1_000) {
    const { capturedAtMs } = clock.at(ms, 1_000_000 + ms * 1.000_5);
    expect(Math.abs(capturedAtMs - (1_000_000 + ms * 1.000_5))).toBeLessThanOrEqual(1_000);
  }
});

test('records without a picture go on at their own pace, too, when the clock is set back', () => {
  const clock = new CameraClock(0);
  clock.now(100_000);
  expect([70_000, 71_000, 72_000].map(nowMs => clock.now(nowMs))).toEqual([100_000, 101_000, 102_000]);
});

test.each([1.001, 1.01, 1.05])('a stream that runs %d times as fast as the clock never leaves it behind', rate => {
  const clock = new CameraClock(0);
  for (let ms = 0; ms <= 3_600_000; ms += 200) {
    const { capturedAtMs } = clock.at(ms * rate, 1_000_000 + ms);
    expect(capturedAtMs - (1_000_000 + ms)).toBeLessThanOrEqual(1_000);
  }
  expect(clock.aheadMs).toBe(0);
});

test.each([30_000, 3_600_000])('a clock set back by %d ms while a stream runs fast still stops no time', backMs => {
  const clock = new CameraClock(0);
  const times = Array.from({ length: 600 }, (_, index) => {
    const ms = index * 200;
    return clock.at(ms * 1.01, 10_000_000 + ms - (index >= 300 ? backMs : 0)).capturedAtMs;
  });
  const tookMs = (times.at(-1) ?? 0) - (times[300] ?? 0);
  expect(tookMs).toBeGreaterThan(299 * 200 - 1_500);
  expect(clock.aheadMs).toBeGreaterThan(backMs - 1_500);
  expect(clock.aheadMs).toBeLessThan(backMs + 2_000);
});
