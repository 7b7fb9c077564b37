import type { Random } from './random.ts';
import type { Rgb } from './surface.ts';

/** Appearance of one person's hands and arms. */
export type Look = {
  readonly skin: Rgb;
  readonly sleeve: Rgb;
  /** Undefined: bare skin. */
  readonly glove?: Rgb;
  /** Share of the forearm under the sleeve, from the elbow. */
  readonly sleeveShare: number;
  /** Size relative to the average hand. */
  readonly size: number;
};

/** Skin from very light to very dark, as a camera over a counter sees it. */
const skins: readonly Rgb[] = [
  [250, 214, 190],
  [241, 194, 166],
  [232, 184, 148],
  [222, 168, 130],
  [204, 148, 108],
  [186, 128, 92],
  [160, 106, 74],
  [136, 88, 60],
  [112, 70, 48],
  [90, 56, 40],
  [72, 46, 36],
];

const gloves: readonly Rgb[] = [
  [64, 118, 196],
  [98, 152, 216],
  [44, 46, 54],
  [236, 238, 240],
  [226, 214, 196],
  [140, 96, 190],
  [70, 150, 120],
];

const sleeves: readonly Rgb[] = [
  [235, 235, 232],
  [40, 42, 50],
  [150, 32, 36],
  [38, 60, 104],
  [92, 96, 102],
  [52, 92, 66],
  [206, 182, 146],
];

export function pickLook(random: Random): Look {
  const skin = jitter(random, random.pick(skins), 10);
  const look = {
    skin,
    sleeve: jitter(random, random.pick(sleeves), 12),
    sleeveShare: random.chance(0.35) ? random.between(0.6, 0.95) : random.between(0, 0.45),
    size: random.between(0.9, 1.1),
  };
  return random.chance(0.4) ? { ...look, glove: jitter(random, random.pick(gloves), 12) } : look;
}

export function jitter(random: Random, [r, g, b]: Rgb, by: number): Rgb {
  const all = random.between(-by, by);
  const one = (value: number): number => Math.min(255, Math.max(0, value + all + random.between(-by / 3, by / 3)));
  return [one(r), one(g), one(b)];
}

export function shade([r, g, b]: Rgb, factor: number): Rgb {
  return [Math.min(255, r * factor), Math.min(255, g * factor), Math.min(255, b * factor)];
}

export function blend(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}
