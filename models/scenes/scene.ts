import type { ActionName } from './action.ts';
import { createLayout, type Layout, type Point } from './layout.ts';
import { Painter, type Seen } from './painter.ts';
import { Random } from './random.ts';
import { boxesAt, createTimeline, type TimedAction, type Timeline } from './timeline.ts';
import { pickTool } from './tool.ts';
import {
  areaPx,
  type Box,
  type BoxesAt,
  bareHandFromBin,
  handNoScooper,
  type Interval,
  type Slice,
  type TruthBox,
} from './truth.ts';

export type SceneOptions = {
  readonly seed: number;
  readonly durationMs: number;
  /** Default 15. */
  readonly fps?: number;
  /** Default 640 x 360. */
  readonly widthPx?: number;
  readonly heightPx?: number;
  /** The actions in this order; absent: random. Actions that do not fit into the time are left out. */
  readonly actions?: readonly ActionName[];
  /** Random actions a minute; default 9. */
  readonly perMinute?: number;
  /** A bright, sharp picture: for demo cameras. */
  readonly showroom?: boolean;
};

export type Frame = {
  /** Interleaved RGB, row by row. */
  readonly rgb: Uint8Array;
  /** Boxes of the things that are at least 35 % visible. */
  readonly boxes: readonly TruthBox[];
  readonly timeMs: number;
};

export type Truth = {
  readonly seed: number;
  readonly durationMs: number;
  readonly fps: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** The ingredient zone, corners relative to the picture, in [0, 1]. */
  readonly zone: readonly Point[];
  readonly actions: readonly TimedAction[];
  /** Intervals of `hand_no_scooper`, first to last frame in which it holds. */
  readonly violations: readonly Interval[];
  /** Intervals of `bare_hand_from_bin`. */
  readonly bareHandFromBin: readonly Interval[];
};

/** A thing that is less visible has no box. */
export const leastVisible = 0.35;

/** A kitchen counter from above with people at work. The same options give the same pixels. */
export class Scene {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  readonly durationMs: number;
  readonly frameCount: number;
  readonly #seed: number;
  readonly #layout: Layout;
  readonly #timeline: Timeline;
  #painter: Painter | undefined;

  constructor(options: SceneOptions, layout: Layout, timeline: Timeline) {
    const { widthPx, heightPx, fps } = withDefaults(options);
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.fps = fps;
    this.durationMs = options.durationMs;
    this.frameCount = Math.floor((options.durationMs / 1000) * this.fps);
    this.#seed = options.seed;
    this.#layout = layout;
    this.#timeline = timeline;
  }

  /** Time of a frame from the start of the scene, ms; not rounded. */
  timeMs(frameIndex: number): number {
    return (frameIndex * 1000) / this.fps;
  }

  /** The picture and its boxes; frames may come in any order. */
  frame(frameIndex: number): Frame {
    this.#painter ??= new Painter(this.#layout, this.#seed);
    const timeMs = this.timeMs(frameIndex);
    const { rgb, seen } = this.#painter.paint(this.#timeline.hands, timeMs, frameIndex);
    return { rgb, boxes: this.#truthBoxes(boxesAt(this.#layout, this.#timeline.hands, timeMs), seen), timeMs };
  }

  /** The truth by the product's own definitions, from the boxes of all frames. It paints no pixel. */
  truth(): Truth {
    const frames: BoxesAt[] = [];
    for (let i = 0; i < this.frameCount; i++) frames.push(boxesAt(this.#layout, this.#timeline.hands, this.timeMs(i)));
    const { widthPx, heightPx } = this;
    return {
      seed: this.#seed,
      durationMs: this.durationMs,
      fps: this.fps,
      widthPx,
      heightPx,
      zone: this.#layout.zone.map(({ x, y }) =>
        this.#turn({ x: clampShare(x / widthPx), y: clampShare(y / heightPx) }),
      ),
      actions: this.#timeline.actions,
      violations: handNoScooper(frames, this.#layout.zone),
      bareHandFromBin: bareHandFromBin(frames, this.#layout.zone),
    };
  }

  #turn(point: Point): Point {
    return this.#layout.facing === 1 ? point : { x: 1 - point.x, y: 1 - point.y };
  }

  #truthBoxes({ boxes }: BoxesAt, seen: ReadonlyMap<number, Seen>): readonly TruthBox[] {
    const { facing, light, handPx } = this.#layout;
    return boxes.flatMap(box => {
      const pixels = seen.get(box.actor);
      if (!pixels || pixels.drawnPx === 0) return [];
      const visibleFraction = (pixels.visiblePx / pixels.drawnPx) * this.#shareInPicture(box);
      if (visibleFraction < leastVisible) return [];
      const track = this.#timeline.hands.find(hand => hand.actor === box.actor);
      const slices: Slice[] = [];
      if (track?.look.glove) slices.push('glove');
      if (light.level < 0.6) slices.push('dark');
      if (visibleFraction < 0.75) slices.push('occluded');
      if (handPx / this.widthPx < 61 / 640) slices.push('far');
      return [{ ...box, ...(facing === 1 ? {} : turned(box, this.widthPx, this.heightPx)), visibleFraction, slices }];
    });
  }

  /**
   * Share of a thing that lies in the picture. A box at the edge shows only a part; pizzas and hands know their full
   * size.
   */
  #shareInPicture(box: Box & { readonly actor: number; readonly className: string }): number {
    const pizza = box.className === 'pizza' ? this.#layout.pizzas[box.actor - 1] : undefined;
    if (pizza) return Math.min(1, areaPx(box) / (4 * pizza.radiusPx * pizza.radiusPx));
    const touches = box.x1Px <= 0 || box.y1Px <= 0 || box.x2Px >= this.widthPx || box.y2Px >= this.heightPx;
    if (!touches) return 1;
    const full = (box.className === 'hand' ? 0.55 : 0.6) * this.#layout.handPx * this.#layout.handPx;
    return Math.min(1, areaPx(box) / full);
  }
}

function withDefaults(options: SceneOptions) {
  return { ...options, widthPx: options.widthPx ?? 640, heightPx: options.heightPx ?? 360, fps: options.fps ?? 15 };
}

/** A scene with the named or random actions, one after the other. */
export function createScene(options: SceneOptions): Scene {
  const random = new Random(options.seed);
  const layout = createLayout(random.fork(), withDefaults(options));
  const furnished = options.actions?.includes('scooper-left') ? withScooperInZone(layout, random.fork()) : layout;
  return new Scene(options, furnished, createTimeline(random.fork(), furnished, options));
}

function turned(box: Box, widthPx: number, heightPx: number): Box {
  return { x1Px: widthPx - box.x2Px, y1Px: heightPx - box.y2Px, x2Px: widthPx - box.x1Px, y2Px: heightPx - box.y1Px };
}

function clampShare(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Puts a scooper into a bin behind the first pizza, away from working hands. */
function withScooperInZone(layout: Layout, random: Random): Layout {
  const pizza = layout.pizzas[0];
  const bin = layout.bins[0];
  if (!pizza || !bin) return layout;
  const tool = pickTool(random, 'scooper', layout.handPx);
  const pose = {
    xPx: pizza.xPx - tool.lengthPx / 2,
    yPx: bin.y1 + 0.25 * tool.lengthPx + random.between(0, 8),
    dirX: 1,
    dirY: 0,
  };
  return { ...layout, lying: [{ tool, pose }, ...layout.lying] };
}
