import { expect, test } from 'vitest';
import type { Zone } from '../generated/records.ts';
import { kinds } from './kinds/registry.ts';

const zone = (...corners: [x: number, y: number][]): Zone => ({
  zoneId: 'z1',
  cameraId: 'c1',
  name: 'Ingredients',
  polygon: corners.map(([x, y]) => ({ x, y })),
});
const fields = (refusals: readonly { readonly field: string }[]): string[] => refusals.map(({ field }) => field);

test('a zone with an inner corner is valid', () => {
  expect(kinds.zone.validate(zone([0, 0], [1, 0], [0.5, 0.5], [1, 1], [0, 1]))).toEqual([]);
});

test('a zone has at most sixty-four corners', () => {
  const round = (corners: number): Zone =>
    zone(
      ...Array.from({ length: corners }, (_, i): [number, number] => [
        0.5 + 0.4 * Math.cos((2 * Math.PI * i) / corners),
        0.5 + 0.4 * Math.sin((2 * Math.PI * i) / corners),
      ]),
    );
  expect(kinds.zone.validate(round(64))).toEqual([]);
  expect(kinds.zone.validate(round(65))).toEqual([
    { field: 'polygon', problem: '65 corners are too many', fix: 'draw at most 64 corners' },
  ]);
});

test('a zone that crosses itself, folds back, leaves the picture or has no area is refused', () => {
  const wrong = [
    zone([0, 0], [1, 1], [1, 0], [0, 1]),
    zone([0, 0], [1, 0], [0.5, 0]),
    zone([0, 0], [1.2, 0], [1, 1]),
    zone([0, 0], [1, 1]),
    zone([0, 0], [1, 0], [1, 0], [0, 1]),
  ];
  expect(wrong.map(one => fields(kinds.zone.validate(one)))).toEqual([
    ['polygon'],
    ['polygon'],
    ['polygon[1]'],
    ['polygon'],
    ['polygon'],
  ]);
});

test('a zone has 3 to 64 corners', () => {
  const circle = (corners: number): Zone =>
    zone(
      ...Array.from({ length: corners }, (_, i): [number, number] => {
        const angle = (2 * Math.PI * i) / corners;
        return [0.5 + 0.4 * Math.cos(angle), 0.5 + 0.4 * Math.sin(angle)];
      }),
    );
  for (let corners = 0; corners < 200; corners++)
    expect([corners, fields(kinds.zone.validate(circle(corners)))]).toEqual([
      corners,
      corners >= 3 && corners <= 64 ? [] : ['polygon'],
    ]);
});
