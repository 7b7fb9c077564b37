import { type Anchor, type Box, derivedId, type Point, type Zone } from '@sightline/schemas';

/** Corners in the coordinates of a zone: 0 to 1 of the picture's width and height; x2 and y2 exclusive. */
export interface RelativeBox {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A box of a frame in relative coordinates. */
export function relativeBox(box: Box, size: Size): RelativeBox {
  return {
    x1: box.x1Px / size.widthPx,
    y1: box.y1Px / size.heightPx,
    x2: box.x2Px / size.widthPx,
    y2: box.y2Px / size.heightPx,
  };
}

/**
 * True when `point` is inside `polygon` or on its edge. Any winding; at least 3 corners (not checked again).
 * O(corners).
 * Source: even-odd rule, Shimrat 1962, CACM Algorithm 112; the edge case is ours.
 */
export function contains(polygon: readonly Point[], point: Point): boolean {
  let inside = false;
  let from = polygon.at(-1);
  for (const to of polygon) {
    if (from === undefined) return false;
    if (isBetween(from, to, point)) return true;
    if (from.y > point.y !== to.y > point.y) {
      const crossing = from.x + ((to.x - from.x) * (point.y - from.y)) / (to.y - from.y);
      if (point.x < crossing) inside = !inside;
    }
    from = to;
  }
  return inside;
}

function isBetween(a: Point, b: Point, point: Point): boolean {
  const cross = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
  if (Math.abs(cross) > 1e-12) return false;
  return (point.x - a.x) * (point.x - b.x) + (point.y - a.y) * (point.y - b.y) <= 0;
}

/** Area of a polygon that does not cross itself (shoelace). */
export function area(polygon: readonly Point[]): number {
  let doubled = 0;
  let from = polygon.at(-1);
  for (const to of polygon) {
    if (from !== undefined) doubled += from.x * to.y - to.x * from.y;
    from = to;
  }
  return Math.abs(doubled) / 2;
}

/**
 * Area that a polygon, convex or not, shares with a box. O(corners).
 * Source: Sutherland and Hodgman 1974; the bridges it leaves between parts of a concave polygon have no area.
 */
export function commonArea(polygon: readonly Point[], box: RelativeBox): number {
  let clipped = clip(polygon, point => point.x - box.x1);
  clipped = clip(clipped, point => box.x2 - point.x);
  clipped = clip(clipped, point => point.y - box.y1);
  return area(clip(clipped, point => box.y2 - point.y));
}

/** The part of the polygon where `inside` is not negative. `inside` is a linear function of the point. */
function clip(polygon: readonly Point[], inside: (point: Point) => number): readonly Point[] {
  const kept: Point[] = [];
  let from = polygon.at(-1);
  for (const to of polygon) {
    if (from === undefined) break;
    const [before, after] = [inside(from), inside(to)];
    if (before >= 0 !== after >= 0) {
      const share = before / (before - after);
      kept.push({ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) });
    }
    if (after >= 0) kept.push(to);
    from = to;
  }
  return kept;
}

const boxArea = (box: RelativeBox): number => Math.max(0, box.x2 - box.x1) * Math.max(0, box.y2 - box.y1);

/** Shared area over the smaller of the two areas: 0 (apart) to 1 (one within the other). */
export function boxOverlap(a: RelativeBox, b: RelativeBox): number {
  const across = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const down = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (across <= 0 || down <= 0) return 0;
  return (across * down) / Math.min(boxArea(a), boxArea(b));
}

/** How a box must lie in a zone to count as inside. */
export interface Membership {
  readonly anchor: Anchor;
  /** With the anchor `overlap`: least shared area, as a share of the smaller area. */
  readonly minOverlap: number;
  /** Tolerance outside the zone: distance of the anchor, or missing share of overlap. 0: none. */
  readonly margin?: number;
}

/** True when the box's anchor is in the zone. */
export function isInZone({ polygon }: Zone, box: RelativeBox, { anchor, minOverlap, margin = 0 }: Membership): boolean {
  if (anchor === 'overlap') {
    const common = commonArea(polygon, box);
    return common > 0 && common / Math.min(area(polygon), boxArea(box)) >= minOverlap - margin;
  }
  const y = anchor === 'centre' ? (box.y1 + box.y2) / 2 : box.y2;
  const point = { x: (box.x1 + box.x2) / 2, y };
  return contains(polygon, point) || (margin > 0 && distanceToEdge(polygon, point) <= margin);
}

/** Distance of a point from the nearest side of a polygon, in the coordinates of both. O(corners). */
export function distanceToEdge(polygon: readonly Point[], point: Point): number {
  let least = Number.POSITIVE_INFINITY;
  let from = polygon.at(-1);
  for (const to of polygon) {
    if (from !== undefined) least = Math.min(least, distanceToSide(from, to, point));
    from = to;
  }
  return least;
}

function distanceToSide(a: Point, b: Point, point: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((point.x - a.x) * dx + (point.y - a.y) * dy) / squared;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - a.x - share * dx, point.y - a.y - share * dy);
}

/** Version of a zone: hash of the area it covers. Its name, first corner and winding are left out. */
export const zoneVersion = (zone: Zone): string =>
  derivedId(zone.zoneId, zone.cameraId, ...canonicalCorners(zone.polygon));

function canonicalCorners(polygon: readonly Point[]): readonly number[] {
  const rounds = [polygon, polygon.toReversed()].map(round => {
    const first = round.reduce((least, point, i) => (comesBefore(point, round[least]) ? i : least), 0);
    return [...round.slice(first), ...round.slice(0, first)].flatMap(({ x, y }) => [x, y]);
  });
  const [one = [], other = []] = rounds;
  const differs = one.findIndex((value, i) => value !== other[i]);
  return (one[differs] ?? 0) <= (other[differs] ?? 0) ? one : other;
}

const comesBefore = (a: Point, b: Point | undefined): boolean =>
  b !== undefined && (a.x < b.x || (a.x === b.x && a.y < b.y));
