import { paintHeap } from './food.ts';
import type { Layout } from './layout.ts';
import { jitter } from './look.ts';
import { hash, valueNoise } from './noise.ts';
import { paintBoard, paintShadow } from './paint.ts';
import type { Random } from './random.ts';
import type { Rgb, Surface } from './surface.ts';

const ground: { readonly [kind in Layout['counter']]: readonly Rgb[] } = {
  steel: [
    [168, 174, 180],
    [150, 156, 162],
  ],
  wood: [
    [176, 128, 80],
    [142, 98, 60],
    [196, 152, 104],
  ],
  marble: [
    [226, 224, 220],
    [214, 212, 208],
  ],
  granite: [
    [72, 74, 78],
    [98, 96, 94],
  ],
  board: [
    [232, 230, 222],
    [206, 214, 212],
  ],
};

/** The empty counter, the bins with food and a mat: everything below the pizzas that never moves. */
export function paintCounter(surface: Surface, layout: Layout, random: Random): void {
  const k = layout.widthPx / 640;
  paintGround(surface, layout, random);
  paintRail(surface, layout, random, k);
  for (const bin of layout.bins) paintBin(surface, layout, random, bin, k);
  if (random.chance(0.6)) paintTray(surface, layout, random, k);
  paintClutter(surface, layout, random, k);
}

function paintGround(surface: Surface, layout: Layout, random: Random): void {
  const base = jitter(random, random.pick(ground[layout.counter]), 14);
  const seed = random.integer(1, 1_000_000);
  const { widthPx, heightPx, rgb } = surface;
  const k = layout.widthPx / 640;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const factor = texture(layout.counter, seed, x / k, y / k);
      const at = (y * widthPx + x) * 3;
      rgb[at] = base[0] * factor;
      rgb[at + 1] = base[1] * factor;
      rgb[at + 2] = base[2] * factor;
    }
  }
}

/** Brightness of the counter's material at a point of the 640 px picture, about 1. */
function texture(kind: Layout['counter'], seed: number, x: number, y: number): number {
  switch (kind) {
    case 'steel':
      return 0.94 + 0.05 * valueNoise(seed, x / 60, y * 0.9) + 0.1 * valueNoise(seed + 1, x / 180, y / 110);
    case 'wood': {
      const bend = 9 * valueNoise(seed, x / 140, y / 40);
      return 0.82 + 0.16 * valueNoise(seed + 1, x / 70, y / 3 + bend) + 0.14 * valueNoise(seed + 2, x / 260, y / 62);
    }
    case 'marble': {
      const vein = Math.abs(valueNoise(seed, x / 70, y / 50) + 0.4 * valueNoise(seed + 1, x / 22, y / 18) - 0.7);
      return 0.9 + 0.1 * Math.min(1, vein * 5) + 0.04 * valueNoise(seed + 2, x / 9, y / 9);
    }
    case 'granite':
      return 0.75 + 0.5 * hash(seed, Math.floor(x / 2), Math.floor(y / 2)) * valueNoise(seed, x / 5, y / 5);
    case 'board':
      return 0.96 + 0.04 * valueNoise(seed, x / 40, y / 40) + 0.03 * valueNoise(seed + 1, x / 2, y / 60);
  }
}

/** The cold well in which the bins hang. */
function paintRail(surface: Surface, layout: Layout, random: Random, k: number): void {
  const first = layout.bins[0];
  const last = layout.bins.at(-1);
  if (!first || !last) return;
  const well = { x1: first.x1 - 9 * k, y1: first.y1 - 8 * k, x2: last.x2 + 9 * k, y2: first.y2 + 9 * k };
  paintShadow(surface, [bar(well, 6 * k)], 0.35, 12 * k);
  paintBoard(surface, well, jitter(random, [188, 192, 197], 16), { cornerPx: 8 * k, bevelPx: 2 * k });
}

function paintBin(surface: Surface, layout: Layout, random: Random, bin: Layout['bins'][number], k: number): void {
  const rim = jitter(random, [206, 210, 214], 10);
  paintBoard(surface, bin, rim, { cornerPx: 7 * k, bevelPx: 2 * k });
  const inner = { x1: bin.x1 + 4 * k, y1: bin.y1 + 4 * k, x2: bin.x2 - 4 * k, y2: bin.y2 - 4 * k };
  paintBoard(surface, inner, [96, 98, 102], { cornerPx: 6 * k });
  paintHeap(surface, random, bin.food, { x1: inner.x1 + k, y1: inner.y1 + k, x2: inner.x2 - k, y2: inner.y2 - k }, k);
  const lip = { ...inner, y2: inner.y1 + 7 * k * (layout.light.directionY > 0 ? 0.6 : 1) };
  paintBoard(surface, lip, [20, 20, 22], { cornerPx: 3 * k, softPx: 4 * k, opacity: 0.4 });
}

/** A peel, a pan or a sheet of paper below each pizza. */
function paintTray(surface: Surface, layout: Layout, random: Random, k: number): void {
  const colour = jitter(
    random,
    random.pick<Rgb>([
      [196, 154, 104],
      [58, 58, 60],
      [236, 234, 228],
      [150, 154, 158],
    ]),
    12,
  );
  const round = random.chance(0.5);
  for (const pizza of layout.pizzas) {
    const reach = pizza.radiusPx + random.between(5, 10) * k;
    const box = { x1: pizza.xPx - reach, y1: pizza.yPx - reach, x2: pizza.xPx + reach, y2: pizza.yPx + reach };
    paintShadow(surface, [bar(box, 4 * k)], 0.3, 10 * k);
    paintBoard(surface, box, colour, { cornerPx: round ? reach - 0.01 : 10 * k, bevelPx: 1.5 * k });
  }
}

/** Towels, bowls and lumps of dough on the free part of the counter. */
function paintClutter(surface: Surface, layout: Layout, random: Random, k: number): void {
  for (let i = random.integer(0, 3); i > 0; i--) {
    const x = random.between(0.02, 0.98) * layout.widthPx;
    const y = random.between(0.6, 1) * layout.heightPx;
    const size = random.between(18, 34) * k;
    if (
      layout.pizzas.some(
        pizza => Math.abs(pizza.xPx - x) < pizza.radiusPx + size + 8 && Math.abs(pizza.yPx - y) < pizza.radiusPx + size,
      )
    )
      continue;
    const box = { x1: x - size, y1: y - size, x2: x + size, y2: y + size * random.between(0.8, 1.2) };
    paintShadow(surface, [bar(box, 3 * k)], 0.35, 8 * k);
    const colour = jitter(
      random,
      random.pick<Rgb>([
        [232, 214, 180],
        [222, 224, 226],
        [176, 54, 48],
        [60, 96, 140],
        [240, 238, 232],
      ]),
      12,
    );
    const round = random.chance(0.6);
    paintBoard(surface, box, colour, { cornerPx: round ? size * 0.8 : 4 * k, bevelPx: 3 * k });
    if (round) {
      const inner = { x1: box.x1 + 5 * k, y1: box.y1 + 5 * k, x2: box.x2 - 5 * k, y2: box.y2 - 5 * k };
      paintBoard(surface, inner, [colour[0] * 0.82, colour[1] * 0.82, colour[2] * 0.8], {
        cornerPx: size * 0.7,
        softPx: 2 * k,
      });
    }
  }
}

/** The outline of a box as one limb, for its shadow. */
function bar(
  box: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number },
  shiftPx: number,
) {
  const half = Math.min(box.x2 - box.x1, box.y2 - box.y1) / 2;
  const y = (box.y1 + box.y2) / 2 + shiftPx;
  const flat = box.x2 - box.x1 > box.y2 - box.y1;
  return {
    ax: flat ? box.x1 + half + shiftPx : (box.x1 + box.x2) / 2 + shiftPx,
    ay: flat ? y : box.y1 + half + shiftPx,
    bx: flat ? box.x2 - half + shiftPx : (box.x1 + box.x2) / 2 + shiftPx,
    by: flat ? y : box.y2 - half + shiftPx,
    ra: half,
    rb: half,
    colour: [0, 0, 0] as const,
  };
}
