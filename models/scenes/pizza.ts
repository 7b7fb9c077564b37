import { foodCount, paintPiece } from './food.ts';
import type { Pizza } from './layout.ts';
import { blend } from './look.ts';
import { hash, valueNoise } from './noise.ts';
import { Random } from './random.ts';
import type { Rgb, Surface } from './surface.ts';

/** A raw to half-baked pizza from above: crust, sauce, cheese, toppings. Marks its pixels with `owner`. */
export function paintPizza(surface: Surface, pizza: Pizza, owner: number, k: number): void {
  const random = new Random(pizza.seed);
  const dough: Rgb = blend([238, 214, 172], [206, 150, 88], random.next());
  const sauce: Rgb = blend([186, 52, 32], [214, 90, 48], random.next());
  const cheese: Rgb = blend([248, 226, 150], [240, 198, 112], random.next());
  const coverage = random.between(0.25, 0.75);
  const { xPx, yPx, radiusPx, seed } = pizza;
  const { widthPx, heightPx, rgb } = surface;
  for (let y = Math.max(0, Math.floor(yPx - radiusPx)); y < Math.min(heightPx, Math.ceil(yPx + radiusPx)); y++) {
    for (let x = Math.max(0, Math.floor(xPx - radiusPx)); x < Math.min(widthPx, Math.ceil(xPx + radiusPx)); x++) {
      const dx = (x + 0.5 - xPx) / radiusPx;
      const dy = (y + 0.5 - yPx) / radiusPx;
      const r = Math.sqrt(dx * dx + dy * dy);
      const edge = 1 - 0.025 * valueNoise(seed, dx * 4 + 9, dy * 4 + 9);
      if (r > edge) continue;
      const cover = Math.min(1, (edge - r) * radiusPx * 0.8);
      const colour = r > 0.86 ? crust(dough, r, dx, dy, seed) : topping(sauce, cheese, coverage, dx, dy, seed);
      const at = (y * widthPx + x) * 3;
      const grain = 0.95 + 0.1 * hash(seed, x, y);
      for (let c = 0; c < 3; c++) {
        const under = rgb[at + c] as number;
        rgb[at + c] = under + ((colour[c] as number) * grain - under) * cover;
      }
      if (cover > 0.5) surface.owner[y * widthPx + x] = owner;
    }
  }
  scatter(surface, random, pizza, k);
}

function crust(dough: Rgb, r: number, dx: number, dy: number, seed: number): Rgb {
  const across = (r - 0.93) / 0.07;
  const round = 1.04 - 0.22 * across * across + 0.05 * (-dx - dy);
  const burnt = valueNoise(seed + 5, dx * 7, dy * 7);
  const baked = blend(dough, [150, 92, 46], burnt > 0.62 ? (burnt - 0.62) * 1.6 : 0);
  return [baked[0] * round, baked[1] * round, baked[2] * round];
}

function topping(sauce: Rgb, cheese: Rgb, coverage: number, dx: number, dy: number, seed: number): Rgb {
  const melt =
    0.5 * valueNoise(seed + 1, dx * 5, dy * 5) +
    0.3 * valueNoise(seed + 2, dx * 13, dy * 13) +
    0.2 * valueNoise(seed + 3, dx * 29, dy * 29);
  const share = Math.min(1, Math.max(0, (melt - (0.7 - coverage * 0.6)) * 3.6));
  return blend(sauce, cheese, share * 0.95);
}

function scatter(surface: Surface, random: Random, pizza: Pizza, k: number): void {
  const kinds = [random.integer(0, foodCount - 1), random.integer(0, foodCount - 1), random.integer(0, foodCount - 1)];
  const count = random.integer(6, 46);
  for (let i = 0; i < count; i++) {
    const angle = random.between(0, 2 * Math.PI);
    const out = Math.sqrt(random.next()) * 0.76 * pizza.radiusPx;
    const x = pizza.xPx + Math.cos(angle) * out;
    paintPiece(surface, random, random.pick(kinds), x, pizza.yPx + Math.sin(angle) * out, k * 0.95);
  }
}
