import type { Point } from './layout.ts';

export type ClassName = 'hand' | 'pizza' | 'scooper';

/** Corner form, px of the frame; x2 and y2 exclusive. */
export type Box = { readonly x1Px: number; readonly y1Px: number; readonly x2Px: number; readonly y2Px: number };

/** A box of the truth. `actor` is the same for the same hand, pizza or scooper in all frames of a scene. */
export type TruthBox = Box & {
  readonly className: ClassName;
  readonly actor: number;
  /** Visible share of the thing: not covered, and inside the picture. In [0, 1]. */
  readonly visibleFraction: number;
  readonly slices: readonly Slice[];
};

/** Kinds of boxes that are harder for a detector; a box can have several. */
export type Slice = 'glove' | 'dark' | 'occluded' | 'far';

export type Interval = { readonly startMs: number; readonly endMs: number; readonly actor: number };

/** The boxes of one frame that the rules use. */
export type BoxesAt = {
  readonly timeMs: number;
  readonly boxes: readonly (Box & { readonly className: ClassName; readonly actor: number })[];
};

/** The rules' settings as shipped. */
export const rule = { overlap: 0.1, minimumMs: 500, gapMs: 700, inZoneMs: 300, withinMs: 10_000 } as const;

export function areaPx(box: Box): number {
  return Math.max(0, box.x2Px - box.x1Px) * Math.max(0, box.y2Px - box.y1Px);
}

/** Intersection over the smaller area, in [0, 1]; 0 when either is empty. */
export function overlapOfBoxes(a: Box, b: Box): number {
  const wide = Math.min(a.x2Px, b.x2Px) - Math.max(a.x1Px, b.x1Px);
  const high = Math.min(a.y2Px, b.y2Px) - Math.max(a.y1Px, b.y1Px);
  const smaller = Math.min(areaPx(a), areaPx(b));
  return wide > 0 && high > 0 && smaller > 0 ? (wide * high) / smaller : 0;
}

/** Intersection of a box with a convex polygon (px) over the smaller area, in [0, 1]. */
export function overlapWithZone(box: Box, zone: readonly Point[]): number {
  const smaller = Math.min(areaPx(box), polygonArea(zone));
  return smaller > 0 ? polygonArea(cutToBox(zone, box)) / smaller : 0;
}

function polygonArea(points: readonly Point[]): number {
  let twice = 0;
  for (let i = 0; i < points.length; i++) {
    const a = points[i] as Point;
    const b = points[(i + 1) % points.length] as Point;
    twice += a.x * b.y - b.x * a.y;
  }
  return Math.abs(twice) / 2;
}

/** Source: Sutherland and Hodgman 1974, reentrant polygon clipping, against the box's four sides. */
function cutToBox(zone: readonly Point[], box: Box): readonly Point[] {
  const sides: readonly ((p: Point) => number)[] = [
    p => p.x - box.x1Px,
    p => box.x2Px - p.x,
    p => p.y - box.y1Px,
    p => box.y2Px - p.y,
  ];
  let points = zone;
  for (const inside of sides) {
    const kept: Point[] = [];
    for (let i = 0; i < points.length; i++) {
      const a = points[i] as Point;
      const b = points[(i + 1) % points.length] as Point;
      const da = inside(a);
      const db = inside(b);
      if (da >= 0) kept.push(a);
      if (da >= 0 !== db >= 0) {
        const t = da / (da - db);
        kept.push({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });
      }
    }
    points = kept;
  }
  return points;
}

export type HandState = {
  readonly actor: number;
  readonly inZone: number;
  readonly onPizza: number;
  readonly withScooper: number;
};

/** For each hand the three overlaps that the rules read: the largest over all pizzas and scoopers. */
export function handStates(boxes: BoxesAt['boxes'], zone: readonly Point[]): readonly HandState[] {
  const most = (hand: Box, className: ClassName): number =>
    Math.max(0, ...boxes.filter(box => box.className === className).map(box => overlapOfBoxes(hand, box)));
  return boxes
    .filter(box => box.className === 'hand')
    .map(hand => ({
      actor: hand.actor,
      inZone: overlapWithZone(hand, zone),
      onPizza: most(hand, 'pizza'),
      withScooper: most(hand, 'scooper'),
    }));
}

/**
 * Intervals in which a hand is in the zone and on a pizza and no scooper overlaps it: at least 500 ms, gaps up to 700
 * ms.
 */
export function handNoScooper(frames: readonly BoxesAt[], zone: readonly Point[]): readonly Interval[] {
  const runs = new Runs();
  for (const { timeMs, boxes } of frames) {
    for (const hand of handStates(boxes, zone)) {
      const bare = hand.withScooper < rule.overlap;
      if (bare && hand.inZone >= rule.overlap && hand.onPizza >= rule.overlap) runs.see(hand.actor, timeMs);
    }
  }
  return runs.closed();
}

/** Intervals in which a hand is on a pizza at most 10 s after it was in the zone without a scooper for 300 ms. */
export function bareHandFromBin(frames: readonly BoxesAt[], zone: readonly Point[]): readonly Interval[] {
  const since = new Map<number, number>();
  const fromBin = new Map<number, number>();
  const runs = new Runs();
  for (const { timeMs, boxes } of frames) {
    for (const hand of handStates(boxes, zone)) {
      if (hand.inZone >= rule.overlap && hand.withScooper < rule.overlap) {
        const start = since.get(hand.actor) ?? timeMs;
        since.set(hand.actor, start);
        if (timeMs - start >= rule.inZoneMs) fromBin.set(hand.actor, timeMs);
      } else since.delete(hand.actor);
      const last = fromBin.get(hand.actor);
      if (last !== undefined && timeMs - last <= rule.withinMs && hand.onPizza >= rule.overlap)
        runs.see(hand.actor, timeMs);
    }
  }
  return runs.closed();
}

/** Joins sightings of an actor into intervals: bridges gaps under 700 ms and drops intervals under 500 ms. */
class Runs {
  readonly #open = new Map<number, { startMs: number; endMs: number }>();
  readonly #closed: Interval[] = [];

  see(actor: number, timeMs: number): void {
    const run = this.#open.get(actor);
    if (run && timeMs - run.endMs < rule.gapMs) run.endMs = timeMs;
    else {
      if (run) this.#close(actor, run);
      this.#open.set(actor, { startMs: timeMs, endMs: timeMs });
    }
  }

  closed(): readonly Interval[] {
    for (const [actor, run] of this.#open) this.#close(actor, run);
    this.#open.clear();
    return this.#closed.sort((a, b) => a.startMs - b.startMs);
  }

  #close(actor: number, run: { readonly startMs: number; readonly endMs: number }): void {
    if (run.endMs - run.startMs >= rule.minimumMs) this.#closed.push({ ...run, actor });
  }
}
