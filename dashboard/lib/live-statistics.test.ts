import { expect, test } from 'vitest';
import { LiveMeter } from './live-statistics.ts';

test('five pictures a second, each 120 ms old when drawn, read as 5 fps and 120 ms', () => {
  const meter = new LiveMeter();
  for (let atMs = 0; atMs <= 5000; atMs += 200) meter.add(atMs, atMs - 120);
  expect(meter.read(5000)).toEqual({ fps: 5, latencyP50Ms: 120 });
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

test('a camera that stopped is forgotten after the window', () => {
  const meter = new LiveMeter(5000);
  meter.add(0, 0);
  meter.add(200, 100);
  expect(meter.read(6000)).toEqual({ fps: 0, latencyP50Ms: null });
});

test('a camera clock ahead of the browser never shows a negative latency', () => {
  const meter = new LiveMeter();
  meter.add(1000, 1500);
  expect(meter.read(1000).latencyP50Ms).toBe(0);
});
