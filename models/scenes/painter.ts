import { paintCounter } from './counter.ts';
import { armLimbs, type HandPose, handLimbs, nailLimbs } from './hand.ts';
import { type HandTrack, handAt, heldPose } from './hand-track.ts';
import type { Layout } from './layout.ts';
import { hash } from './noise.ts';
import { paintLimbs, paintShadow } from './paint.ts';
import { paintPizza } from './pizza.ts';
import { Random } from './random.ts';
import { copySurface, createSurface, type Limb, type Surface } from './surface.ts';
import { firstHandActor } from './timeline.ts';
import { bowlLimbs, type Tool, type ToolPose, toolLimbs } from './tool.ts';

/** Pixels of an actor drawn in the picture, and how many of them stay visible. */
export type Seen = { readonly drawnPx: number; readonly visiblePx: number };

/**
 * Paints the frames of one scene. The counter with all still things is painted once. A frame costs a copy of it, the
 * moving things inside their boxes, and one pass for light and sensor noise.
 */
export class Painter {
  readonly #layout: Layout;
  readonly #seed: number;
  readonly #still: Surface;
  readonly #work: Surface;
  readonly #gain: Uint16Array;
  readonly #noise: Int8Array;
  readonly #drawn = new Map<number, number>();

  constructor(layout: Layout, seed: number) {
    this.#layout = layout;
    this.#seed = seed;
    this.#still = createSurface(layout.widthPx, layout.heightPx);
    this.#work = createSurface(layout.widthPx, layout.heightPx);
    this.#gain = gainMap(layout, seed);
    this.#noise = noiseTable(layout.light.noise, seed);
    this.#paintStill();
  }

  /**
   * RGB of one frame (a new array), and the visible pixels of each actor (owners as in `paintStill` and the tracks).
   */
  paint(
    hands: readonly HandTrack[],
    timeMs: number,
    frameIndex: number,
  ): { rgb: Uint8Array; seen: ReadonlyMap<number, Seen> } {
    copySurface(this.#still, this.#work);
    const drawn = new Map(this.#drawn);
    for (const track of hands) {
      const pose = handAt(track, timeMs);
      if (pose) this.#paintHand(track, pose, drawn);
    }
    return { rgb: this.#expose(timeMs, frameIndex), seen: this.#count(drawn) };
  }

  #paintStill(): void {
    const layout = this.#layout;
    const k = layout.widthPx / 640;
    const random = new Random(this.#seed ^ 0x51ab);
    paintCounter(this.#still, layout, random);
    layout.pizzas.forEach((pizza, i) => {
      const shift = 5 * k;
      const disc = { ax: pizza.xPx + shift, ay: pizza.yPx + shift, bx: pizza.xPx + shift, by: pizza.yPx + shift };
      paintShadow(this.#still, [{ ...disc, ra: pizza.radiusPx, rb: pizza.radiusPx, colour: [0, 0, 0] }], 0.4, 7 * k);
      paintPizza(this.#still, pizza, 1 + i, k);
      this.#drawn.set(1 + i, countOwner(this.#still.owner, 1 + i));
    });
    layout.lying.forEach((lying, i) => {
      const owner = lying.tool.kind === 'scooper' ? 10 + i : 9;
      this.#drawn.set(owner, this.#paintTool(this.#still, lying.tool, lying.pose, owner, 3 * k));
    });
  }

  #paintTool(surface: Surface, tool: Tool, pose: ToolPose, owner: number, shadowPx: number): number {
    const { softPx, directionX, directionY } = this.#layout.light;
    const limbs = toolLimbs(tool, pose);
    paintShadow(surface, shifted(limbs, -directionX * shadowPx, -directionY * shadowPx), 0.4, 3);
    const light = [directionX, directionY] as const;
    const covered = paintLimbs(surface, limbs, { owner, softPx, light });
    paintLimbs(surface, bowlLimbs(tool, pose), { softPx, light });
    return covered;
  }

  #paintHand(track: HandTrack, pose: HandPose, drawn: Map<number, number>): void {
    const { softPx, directionX, directionY } = this.#layout.light;
    const k = this.#layout.widthPx / 640;
    const light = [directionX, directionY] as const;
    const hand = handLimbs(pose, track.look);
    const arm = armLimbs(pose, track.look, { xPx: track.elbow.x, yPx: track.elbow.y });
    const liftPx = 9 * k;
    const cast = shifted(
      [...arm.slice(0, 1), ...hand.slice(0, 3), ...hand.slice(4, 5)],
      -directionX * liftPx,
      -directionY * liftPx,
    );
    paintShadow(this.#work, cast, 0.38, 7 * k);
    if (track.holds) {
      const owner = track.holds.kind === 'scooper' ? ownerOf(track.holdActor) : 9;
      const covered = this.#paintTool(this.#work, track.holds, heldPose(track, pose), owner, liftPx * 0.8);
      drawn.set(track.holdActor, covered);
    }
    paintLimbs(this.#work, arm, { owner: 8, softPx, light });
    drawn.set(track.actor, paintLimbs(this.#work, hand, { owner: ownerOf(track.actor), softPx, light }));
    paintLimbs(this.#work, nailLimbs(pose, track.look), { softPx, light });
  }

  /** Adds light, colour, flicker and sensor noise; turns the picture when people stand on the other side. */
  #expose(timeMs: number, frameIndex: number): Uint8Array {
    const { light, facing } = this.#layout;
    const slow =
      1 + light.flicker * Math.sin((timeMs / 1000) * 0.7 + this.#seed) + light.flicker * 0.4 * Math.sin(timeMs / 130);
    const level = light.level * slow * 256;
    const gains = [level * (1 + light.warmth), level, level * (1 - light.warmth)].map(Math.round) as [
      number,
      number,
      number,
    ];
    const { rgb } = this.#work;
    const out = new Uint8ClampedArray(rgb.length);
    const gain = this.#gain;
    const noise = this.#noise;
    let at = Math.floor(hash(this.#seed, frameIndex, 77) * noise.length);
    const pixels = gain.length;
    const mask = noise.length - 3;
    for (let i = 0; i < pixels; i++) {
      const g = gain[i] as number;
      const from = i * 3;
      const to = facing === 1 ? from : (pixels - 1 - i) * 3;
      at = (at + 3) & mask;
      out[to] = (((rgb[from] as number) * g * gains[0]) >> 18) + (noise[at] as number);
      out[to + 1] = (((rgb[from + 1] as number) * g * gains[1]) >> 18) + (noise[at + 1] as number);
      out[to + 2] = (((rgb[from + 2] as number) * g * gains[2]) >> 18) + (noise[at + 2] as number);
    }
    return new Uint8Array(out.buffer);
  }

  #count(drawn: ReadonlyMap<number, number>): ReadonlyMap<number, Seen> {
    const counts = new Uint32Array(256);
    for (const owner of this.#work.owner) counts[owner] = (counts[owner] as number) + 1;
    return new Map(
      [...drawn].map(([actor, drawnPx]) => [actor, { drawnPx, visiblePx: counts[ownerOf(actor)] as number }]),
    );
  }
}

/** Actors are numbered through a whole scene, but an owner is a byte: hands share the numbers 20 to 249. */
function ownerOf(actor: number): number {
  return actor < firstHandActor ? actor : firstHandActor + ((actor - firstHandActor) % 230);
}

function shifted(limbs: readonly Limb[], dx: number, dy: number): readonly Limb[] {
  return limbs.map(limb => ({ ...limb, ax: limb.ax + dx, ay: limb.ay + dy, bx: limb.bx + dx, by: limb.by + dy }));
}

function countOwner(owners: Uint8Array, owner: number): number {
  let count = 0;
  for (const one of owners) if (one === owner) count++;
  return count;
}

/** Uneven light over the picture, in 1/1024: brighter towards the lamp, darker in the corners. */
function gainMap(layout: Layout, seed: number): Uint16Array {
  const { widthPx, heightPx, light } = layout;
  const slope = 0.04 + 0.16 * hash(seed, 3, 1);
  const corner = 0.05 + 0.2 * hash(seed, 4, 1);
  const map = new Uint16Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const u = (x / widthPx) * 2 - 1;
      const v = (y / heightPx) * 2 - 1;
      const factor = 1 + slope * (u * light.directionX + v * light.directionY) - corner * 0.5 * (u * u + v * v);
      map[y * widthPx + x] = Math.round(1024 * factor);
    }
  }
  return map;
}

/**
 * Approximately normal noise of this deviation. The length is a power of two plus two, so three values can be read
 * anywhere.
 */
function noiseTable(deviation: number, seed: number): Int8Array {
  const random = new Random(seed ^ 0x7015e);
  const table = new Int8Array((1 << 17) + 2);
  for (let i = 0; i < table.length; i++) {
    table[i] = Math.round((random.next() + random.next() + random.next() + random.next() - 2) * 1.73 * deviation);
  }
  return table;
}
