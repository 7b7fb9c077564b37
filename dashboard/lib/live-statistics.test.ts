import { expect, test } from 'vitest';
import { LiveMeter } from './live-statistics.ts';

test('five pictures a second, each 120 ms old when drawn, read as 5 fps and 120 ms', () => {
  const meter = new LiveMeter();
  for (let atMs = 0; atMs <= 5000; atMs += 200) meter.add(atMs, atMs - 120);
  expect(meter.read(5000)).toEqual({ fps: 5, latencyP50Ms: 120, latencyP95Ms: 120 });
});

test('the median is not moved by one slow picture', () => {
  const meter = new LiveMeter();
  for (const [atMs, latencyMs] of [
    [0, 100],
    [200, 900],
    [400, 110],
  ] as const)
    meter.add(atMs, atMs - latencyMs);
  expect(meter.read(400).latencyP50Ms).toBe(110);
});

test('one of 20 pictures may be slower than the 95th percentile', () => {
  const meter = new LiveMeter();
  for (let at = 0; at < 21; at++) meter.add(at * 200, at * 200 - (at === 3 ? 900 : 100 + at));
  expect(meter.read(4_000).latencyP95Ms).toBe(120);
});

test('a camera that stopped is forgotten after the window', () => {
  const meter = new LiveMeter(5000);
  meter.add(0, 0);
  meter.add(200, 100);
  expect(meter.read(6000)).toEqual({ fps: 0, latencyP50Ms: null, latencyP95Ms: null });
});

test('a camera clock ahead of the browser never shows a negative latency', () => {
  const meter = new LiveMeter();
  meter.add(1000, 1500);
  expect(meter.read(1000).latencyP50Ms).toBe(0);
});
