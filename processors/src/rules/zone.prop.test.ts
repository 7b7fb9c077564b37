import type { Point, Zone } from '@sightline/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { area, commonArea, contains, isInZone, type RelativeBox, zoneVersion } from './zone.ts';

const grid = fc.integer({ min: 0, max: 20 }).map(n => n / 20);
const box = fc
  .record({ x1: grid, y1: grid, width: fc.integer({ min: 1, max: 10 }), height: fc.integer({ min: 1, max: 10 }) })
  .map(({ x1, y1, width, height }): RelativeBox => ({ x1, y1, x2: x1 + width / 20, y2: y1 + height / 20 }));
/** A polygon around (0.5, 0.5) with corners by rising angle: it never crosses itself, and may be concave. */
const polygon = fc.array(fc.integer({ min: 2, max: 10 }), { minLength: 3, maxLength: 9 }).map(radii =>
  radii.map((radius, i): Point => {
    const angle = (2 * Math.PI * i) / radii.length;
    return { x: 0.5 + (Math.cos(angle) * radius) / 20, y: 0.5 + (Math.sin(angle) * radius) / 20 };
  }),
);
const zoneOf = (corners: readonly Point[]): Zone => ({ zoneId: 'z', cameraId: 'c', name: 'z', polygon: corners });

/** Share of the box's area inside the polygon, counted on a raster. */
function counted(corners: readonly Point[], { x1, y1, x2, y2 }: RelativeBox): number {
  const steps = 60;
  let inside = 0;
  for (let i = 0; i < steps; i++)
    for (let j = 0; j < steps; j++)
      if (contains(corners, { x: x1 + ((i + 0.5) * (x2 - x1)) / steps, y: y1 + ((j + 0.5) * (y2 - y1)) / steps }))
        inside++;
  return inside / steps ** 2;
}

// Clipping and counting raster points must give the same area.
test('the area shared by a polygon and a box equals the count of points', () => {
  fc.assert(
    fc.property(polygon, box, (corners, b) => {
      const boxArea = (b.x2 - b.x1) * (b.y2 - b.y1);
      expect(Math.abs(commonArea(corners, b) / boxArea - counted(corners, b))).toBeLessThan(0.05);
    }),
    { numRuns: 50 },
  );
});

// The shared area is never larger than either area.
test('the shared area is at most the polygon and at most the box', () => {
  fc.assert(
    fc.property(polygon, box, (corners, b) => {
      const common = commonArea(corners, b);
      expect(common).toBeLessThanOrEqual(Math.min(area(corners), (b.x2 - b.x1) * (b.y2 - b.y1)) + 1e-9);
    }),
  );
});

// The version depends on the area covered, not on how it was drawn.
test('the version of a zone does not depend on first corner and direction', () => {
  fc.assert(
    fc.property(polygon, fc.nat(8), fc.boolean(), (corners, first, reversed) => {
      const turned = [...corners.slice(first % corners.length), ...corners.slice(0, first % corners.length)];
      const redrawn = reversed ? turned.toReversed() : turned;
      expect(zoneVersion({ ...zoneOf(redrawn), name: 'other' })).toBe(zoneVersion(zoneOf(corners)));
    }),
  );
});

test('a box stands in a zone by its centre, its bottom or its overlap', () => {
  const zone = zoneOf([
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 0.5 },
    { x: 0, y: 0.5 },
  ]);
  const over = { x1: 0.4, y1: 0.3, x2: 0.6, y2: 0.6 };
  const anchors = (['centre', 'bottom_centre', 'overlap'] as const).map(anchor =>
    isInZone(zone, over, { anchor, minOverlap: 0.6 }),
  );
  expect(anchors).toEqual([true, false, true]);
  expect(isInZone(zone, over, { anchor: 'overlap', minOverlap: 0.7 })).toBe(false);
  expect(isInZone(zone, { x1: 0.4, y1: 0.5, x2: 0.6, y2: 0.6 }, { anchor: 'overlap', minOverlap: 0 })).toBe(false);
});

test('a margin includes points just outside', () => {
  const zone = zoneOf([
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 0.5 },
    { x: 0, y: 0.5 },
  ]);
  const below = { x1: 0.4, y1: 0.3, x2: 0.6, y2: 0.53 };
  const margins = [0, 0.02, 0.04].map(margin =>
    isInZone(zone, below, { anchor: 'bottom_centre', minOverlap: 0, margin }),
  );
  expect(margins).toEqual([false, false, true]);
  const overlap = { anchor: 'overlap', minOverlap: 0.9 } as const; // 0.2 of 0.23 is in
  expect([0, 0.05].map(margin => isInZone(zone, below, { ...overlap, margin }))).toEqual([false, true]);
});
