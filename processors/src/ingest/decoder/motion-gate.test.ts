import { expect, test } from 'vitest';
import { GATE_HEIGHT_PX, GATE_WIDTH_PX, MotionGate } from './motion-gate.ts';

const grey = (level: number, changes: Readonly<Record<number, number>> = {}): Buffer => {
  const picture = Buffer.alloc(GATE_WIDTH_PX * GATE_HEIGHT_PX, level);
  for (const [cell, value] of Object.entries(changes)) picture[Number(cell)] = value;
  return picture;
};
const seen = (): MotionGate => {
  const gate = new MotionGate(200);
  gate.sent(grey(100), 0);
  return gate;
};

test('the first picture is always sent', () => {
  expect(new MotionGate(200).opens(grey(100), 0)).toBe(true);
});

test('sensor noise and one changed cell stay out, two changed cells pass', () => {
  expect(seen().opens(grey(104), 200)).toBe(false);
  expect(seen().opens(grey(100, { 7: 180 }), 200)).toBe(false);
  expect(seen().opens(grey(100, { 7: 180, 8: 20 }), 200)).toBe(true);
});

test('a slow change passes once it has added up', () => {
  const gate = seen();
  const openings = [102, 104, 106, 108].map((level, index) => gate.opens(grey(level), 200 * (index + 1)));
  expect(openings).toEqual([false, false, false, true]);
});

test('a still scene gets a picture before the last one is older than 2 s', () => {
  const gate = seen();
  expect(gate.opens(grey(100), 1_800)).toBe(false);
  expect(gate.opens(grey(100), 2_000)).toBe(true);
});
