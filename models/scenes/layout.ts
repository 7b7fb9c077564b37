import { type Look, pickLook } from './look.ts';
import type { Random } from './random.ts';
import { pickTool, type Tool, type ToolPose } from './tool.ts';

export type Point = { readonly x: number; readonly y: number };

export type Pizza = {
  readonly xPx: number;
  readonly yPx: number;
  readonly radiusPx: number;
  readonly seed: number;
};

export type Bin = {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly food: number;
};

export type LyingTool = { readonly tool: Tool; readonly pose: ToolPose };

export type CounterKind = 'steel' | 'wood' | 'marble' | 'granite' | 'board';

/**
 * Everything that does not move, in px of the picture. The ingredient zone covers the row of bins and a strip in front
 * of them. Each pizza reaches into the strip, so a hand can be in the zone and on the pizza at once.
 */
export type Layout = {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Hand length of an average person, px; it follows from the camera's height. */
  readonly handPx: number;
  readonly counter: CounterKind;
  readonly bins: readonly Bin[];
  readonly pizzas: readonly Pizza[];
  readonly zone: readonly Point[];
  /** The zone's edge on the pizzas' side, px. */
  readonly zoneEdgePx: number;
  readonly lying: readonly LyingTool[];
  readonly people: readonly Look[];
  /** 1: people stand at the lower edge; -1: the picture is turned upside down. */
  readonly facing: 1 | -1;
  readonly light: {
    readonly level: number;
    readonly warmth: number;
    readonly directionX: number;
    readonly directionY: number;
    readonly flicker: number;
    readonly noise: number;
    readonly softPx: number;
  };
};

export type LayoutOptions = {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Average brightness; 1 is daylight. Absent: chosen from the seed. */
  readonly lightLevel?: number;
  /** Plain, bright and sharp: for demo cameras. */
  readonly showroom?: boolean;
};

const counters: readonly CounterKind[] = ['steel', 'steel', 'wood', 'marble', 'granite', 'board'];

export function createLayout(random: Random, options: LayoutOptions): Layout {
  const { widthPx, heightPx } = options;
  const k = widthPx / 640;
  const size = random.between(0.88, 1.16);
  const handPx = 66 * size * k;
  const facing = random.chance(options.showroom ? 0 : 0.35) ? -1 : 1;
  const left = random.between(14, 44) * k;
  const right = widthPx - random.between(14, 44) * k;
  const top = random.between(10, 26) * k;
  const edge = heightPx * random.between(0.42, 0.47);
  const pizzas = placePizzas(random, { widthPx, heightPx, k, size, edge });
  const nearest = Math.min(...pizzas.map(pizza => pizza.yPx - pizza.radiusPx));
  const bins = placeBins(random, { left, right, top, bottom: Math.min(edge - 12 * k, nearest - 8 * k), k });
  const wobble = (): number => random.between(-4, 4) * k;
  const zone = [
    { x: left - 6 * k + wobble(), y: top - 5 * k },
    { x: right + 6 * k + wobble(), y: top - 5 * k },
    { x: right + 6 * k + wobble(), y: edge },
    { x: left - 6 * k + wobble(), y: edge },
  ];
  const dark = !options.showroom && random.chance(0.22);
  const angle = random.between(0, 2 * Math.PI);
  const layout: Layout = {
    widthPx,
    heightPx,
    handPx,
    counter: random.pick(counters),
    bins,
    pizzas,
    zone,
    zoneEdgePx: edge,
    lying: [],
    people: [pickLook(random), pickLook(random), pickLook(random)],
    facing,
    light: {
      level: options.lightLevel ?? (dark ? random.between(0.34, 0.55) : random.between(0.78, 1.12)),
      warmth: random.between(-0.07, 0.1),
      directionX: Math.cos(angle),
      directionY: Math.sin(angle),
      flicker: random.chance(0.5) ? random.between(0.01, 0.05) : 0,
      noise: options.showroom ? 2 : random.between(1.5, dark ? 8 : 6),
      softPx: options.showroom ? 0.7 : random.between(0.6, 1.6),
    },
  };
  return { ...layout, lying: placeTools(random, layout) };
}

type Space = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly k: number;
  readonly size: number;
  readonly edge: number;
};

function placePizzas(random: Random, space: Space): readonly Pizza[] {
  const { widthPx, k, size, edge } = space;
  const count = random.chance(0.45) ? 1 : 2;
  const radius = (): number => random.between(66, 80) * size * k;
  const spots = count === 1 ? [random.between(0.36, 0.64)] : [random.between(0.25, 0.29), random.between(0.71, 0.75)];
  return spots.map(spot => {
    const radiusPx = radius();
    const inside = random.between(0.42, 0.55) * radiusPx;
    return { xPx: spot * widthPx, yPx: edge - inside + radiusPx, radiusPx, seed: random.uint32() };
  });
}

function placeBins(
  random: Random,
  row: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
    readonly k: number;
  },
): readonly Bin[] {
  const count = random.integer(4, 7);
  const gap = random.between(4, 9) * row.k;
  const wide = (row.right - row.left - gap * (count - 1)) / count;
  return Array.from({ length: count }, (_, i) => {
    const x1 = row.left + i * (wide + gap);
    return { x1, y1: row.top + 2 * row.k, x2: x1 + wide, y2: row.bottom, food: random.integer(0, 9) };
  });
}

/** Tools on the counter beside the pizzas, in any direction. */
function placeTools(random: Random, layout: Layout): readonly LyingTool[] {
  const { widthPx, heightPx, handPx } = layout;
  const lying: LyingTool[] = [];
  const count = random.integer(0, 3);
  for (let i = 0; i < count; i++) {
    const tool = pickTool(random, random.pick(['knife', 'spatula', 'cutter', 'scooper'] as const), handPx);
    const angle = random.between(0, 2 * Math.PI);
    const x = random.between(0.05, 0.95) * widthPx;
    const y = random.between(0.62, 0.95) * heightPx;
    const pose = { xPx: x, yPx: y, dirX: Math.cos(angle), dirY: Math.sin(angle) };
    const middleX = x + (pose.dirX * tool.lengthPx) / 2;
    const middleY = y + (pose.dirY * tool.lengthPx) / 2;
    const clear = layout.pizzas.every(pizza => {
      const dx = pizza.xPx - middleX;
      const dy = pizza.yPx - middleY;
      return Math.sqrt(dx * dx + dy * dy) > pizza.radiusPx + tool.lengthPx * 0.65;
    });
    if (clear && middleX > 40 && middleX < widthPx - 40 && middleY < heightPx - 20) lying.push({ tool, pose });
  }
  return lying;
}
