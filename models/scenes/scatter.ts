import type { HandTrack } from './hand-track.ts';
import { createLayout, type Layout, type LyingTool, type Pizza, type Point } from './layout.ts';
import { type Look, pickLook } from './look.ts';
import { Random } from './random.ts';
import { Scene } from './scene.ts';
import { firstHandActor } from './timeline.ts';
import { pickTool, type ToolKind } from './tool.ts';

/** Frames per second of a scatter; each frame is a new arrangement. */
const fps = 10;

/**
 * A scene without a story, for training: hands, pizzas, scoopers and tools at any place and angle, with other hands in
 * each frame. Its truth about rules has no use.
 */
export function createScatter(options: { readonly seed: number; readonly frames: number }): Scene {
  const random = new Random(options.seed);
  const base = createLayout(random.fork(), { widthPx: 640, heightPx: 360 });
  const handPx = random.between(54, 84);
  const layout: Layout = {
    ...base,
    handPx,
    bins: random.chance(0.75) ? base.bins : [],
    pizzas: scatterPizzas(random, base),
    lying: scatterTools(random, base, handPx),
    people: Array.from({ length: 6 }, () => pickLook(random)),
  };
  const hands: HandTrack[] = [];
  for (let i = 0; i < options.frames; i++) {
    const count = random.integer(1, 4);
    for (let n = 0; n < count; n++) {
      const actor = firstHandActor + hands.length * 2;
      hands.push(scatterHand(random, layout, { actor, fromMs: (i * 1000) / fps - 1, toMs: (i * 1000) / fps + 60 }));
    }
  }
  const durationMs = (options.frames * 1000) / fps;
  return new Scene({ seed: options.seed, durationMs, fps }, layout, { actions: [], hands });
}

function scatterPizzas(random: Random, { widthPx, heightPx }: Layout): readonly Pizza[] {
  const pizzas: Pizza[] = [];
  for (let i = random.integer(0, 4); i > 0; i--) {
    const radiusPx = random.between(50, 104);
    const xPx = random.between(0, widthPx);
    const yPx = random.between(0.1, 1) * heightPx;
    const apart = (pizza: Pizza): number => Math.sqrt((pizza.xPx - xPx) ** 2 + (pizza.yPx - yPx) ** 2);
    if (pizzas.every(pizza => apart(pizza) > pizza.radiusPx + radiusPx))
      pizzas.push({ xPx, yPx, radiusPx, seed: random.uint32() });
  }
  return pizzas;
}

function scatterTools(random: Random, layout: Layout, handPx: number): readonly LyingTool[] {
  const kinds: readonly ToolKind[] = ['scooper', 'scooper', 'scooper', 'knife', 'spatula', 'cutter'];
  return Array.from({ length: random.integer(0, 4) }, () => {
    const angle = random.between(0, 2 * Math.PI);
    const at = { xPx: random.between(0, layout.widthPx), yPx: random.between(0, layout.heightPx) };
    return {
      tool: pickTool(random, random.pick(kinds), handPx),
      pose: { ...at, dirX: Math.cos(angle), dirY: Math.sin(angle) },
    };
  });
}

function scatterHand(
  random: Random,
  layout: Layout,
  when: { readonly actor: number; readonly fromMs: number; readonly toMs: number },
): HandTrack {
  const { widthPx, heightPx, handPx, people } = layout;
  const look: Look = random.pick(people);
  const at: Point = { x: random.between(0.03, 0.97) * widthPx, y: random.between(0.05, 0.97) * heightPx };
  const drawn = random.next();
  const kind: ToolKind | undefined =
    drawn < 0.45 ? 'scooper' : drawn < 0.58 ? random.pick(['knife', 'spatula', 'cutter'] as const) : undefined;
  const curl = kind ? random.between(0.78, 0.92) : random.between(0, 0.75);
  const pose = { ...at, curl, spread: kind ? 0 : random.between(0, 0.7) };
  const track: HandTrack = {
    actor: when.actor,
    look,
    side: random.sign(),
    elbow: elbowOutside(random, at, widthPx, heightPx),
    lengthPx: handPx * look.size,
    waypoints: [
      { ...pose, atMs: when.fromMs },
      { ...pose, atMs: when.toMs },
    ],
    fidgetPx: 0,
    fidgetHz: 1,
    holdActor: when.actor + 1,
    holdTurn: random.between(-0.35, 0.35),
  };
  return kind ? { ...track, holds: pickTool(random, kind, handPx) } : track;
}

/** Mostly from below or above, where people stand at a counter; sometimes from a side. */
function elbowOutside(random: Random, at: Point, widthPx: number, heightPx: number): Point {
  const drawn = random.next();
  if (drawn < 0.42) return { x: at.x + random.between(-180, 180), y: heightPx + random.between(90, 190) };
  if (drawn < 0.84) return { x: at.x + random.between(-180, 180), y: -random.between(90, 190) };
  return { x: drawn < 0.92 ? -120 : widthPx + 120, y: at.y + random.between(-120, 120) };
}
