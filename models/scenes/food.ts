import { jitter } from './look.ts';
import { paintLimbs } from './paint.ts';
import type { Random } from './random.ts';
import type { Limb, Rgb, Surface } from './surface.ts';

type Piece = {
  readonly colours: readonly Rgb[];
  readonly longPx: number;
  readonly thickPx: number;
  readonly ring: boolean;
};

/** The food in bins and on pizzas: the appearance of one piece at 640 px width. */
const foods: readonly Piece[] = [
  {
    colours: [
      [250, 222, 128],
      [246, 208, 104],
      [252, 234, 168],
    ],
    longPx: 12,
    thickPx: 1.8,
    ring: false,
  }, // grated cheese
  {
    colours: [
      [250, 246, 232],
      [242, 236, 220],
    ],
    longPx: 3,
    thickPx: 7,
    ring: false,
  }, // mozzarella
  {
    colours: [
      [186, 44, 34],
      [206, 62, 44],
      [168, 36, 30],
    ],
    longPx: 0,
    thickPx: 9,
    ring: false,
  }, // salami
  {
    colours: [
      [60, 132, 52],
      [82, 156, 64],
      [46, 108, 44],
    ],
    longPx: 14,
    thickPx: 3,
    ring: false,
  }, // green pepper
  {
    colours: [
      [38, 34, 38],
      [54, 46, 52],
    ],
    longPx: 0,
    thickPx: 5,
    ring: true,
  }, // olives
  {
    colours: [
      [226, 208, 182],
      [206, 184, 154],
      [236, 222, 200],
    ],
    longPx: 6,
    thickPx: 4.5,
    ring: false,
  }, // mushrooms
  {
    colours: [
      [206, 54, 40],
      [222, 82, 56],
    ],
    longPx: 2,
    thickPx: 7,
    ring: false,
  }, // tomato
  {
    colours: [
      [44, 108, 44],
      [58, 130, 54],
      [34, 88, 38],
    ],
    longPx: 7,
    thickPx: 5,
    ring: false,
  }, // basil
  {
    colours: [
      [214, 176, 206],
      [186, 120, 172],
      [236, 220, 234],
    ],
    longPx: 12,
    thickPx: 1.6,
    ring: false,
  }, // onion
  {
    colours: [
      [232, 168, 150],
      [222, 150, 136],
      [240, 186, 168],
    ],
    longPx: 6,
    thickPx: 5,
    ring: false,
  }, // ham
];

export const foodCount = foods.length;

/** One piece of food lying at (x, y), turned at random. */
export function paintPiece(surface: Surface, random: Random, food: number, x: number, y: number, k: number): void {
  const piece = foods[food % foods.length];
  if (!piece) return;
  const angle = random.between(0, Math.PI);
  const half = (piece.longPx * k * random.between(0.7, 1.2)) / 2;
  const colour = jitter(random, random.pick(piece.colours), 12);
  const thick = piece.thickPx * k * random.between(0.85, 1.15);
  const dx = Math.cos(angle) * half;
  const dy = Math.sin(angle) * half;
  const limb: Limb = {
    ax: x - dx,
    ay: y - dy,
    bx: x + dx,
    by: y + dy,
    ra: thick,
    rb: thick * 0.9,
    colour,
    gloss: 0.2,
    flat: 0.35,
  };
  paintLimbs(surface, [limb]);
  if (piece.ring) paintLimbs(surface, [{ ...limb, ra: thick * 0.4, rb: thick * 0.4, colour: [150, 120, 70], flat: 1 }]);
}

/** Fills a rectangle with pieces, back to front. */
export function paintHeap(
  surface: Surface,
  random: Random,
  food: number,
  box: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number },
  k: number,
): void {
  const piece = foods[food % foods.length];
  if (!piece) return;
  const each = Math.max(40, (piece.longPx + 2 * piece.thickPx) * piece.thickPx * 2) * k * k;
  const count = Math.min(520, Math.ceil(((box.x2 - box.x1) * (box.y2 - box.y1) * 3.4) / each));
  const margin = (piece.thickPx + piece.longPx / 2) * k * 0.45;
  for (let i = 0; i < count; i++) {
    const x = random.between(box.x1 + margin, box.x2 - margin);
    paintPiece(surface, random, food, x, random.between(box.y1 + margin, box.y2 - margin), k);
  }
}
