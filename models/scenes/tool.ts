import { jitter } from './look.ts';
import type { Random } from './random.ts';
import type { Limb, Rgb } from './surface.ts';

export type ToolKind = 'scooper' | 'knife' | 'spatula' | 'cutter';

/** A thing with a handle. A scooper has a round or shovel-shaped bowl; the other kinds are not scoopers. */
export type Tool = {
  readonly kind: ToolKind;
  readonly bowl: 'round' | 'shovel';
  readonly handle: Rgb;
  readonly metal: Rgb;
  readonly filling?: Rgb;
  /** Handle's end to the tip, px. */
  readonly lengthPx: number;
};

/** The end of the handle, and the direction of the tool (unit vector). */
export type ToolPose = { readonly xPx: number; readonly yPx: number; readonly dirX: number; readonly dirY: number };

/** Handles of portion scoopers are coloured by size in real kitchens. */
const handles: readonly Rgb[] = [
  [206, 44, 40],
  [34, 96, 190],
  [38, 140, 72],
  [240, 190, 36],
  [236, 120, 32],
  [30, 32, 36],
];
const metals: readonly Rgb[] = [
  [206, 210, 216],
  [184, 188, 194],
  [226, 228, 230],
];
const fillings: readonly Rgb[] = [
  [246, 226, 150],
  [196, 60, 44],
  [96, 150, 60],
  [70, 56, 60],
  [240, 236, 224],
];

export function pickTool(random: Random, kind: ToolKind, handLengthPx: number): Tool {
  const tool = {
    kind,
    bowl: random.chance(0.5) ? ('round' as const) : ('shovel' as const),
    handle: jitter(
      random,
      kind === 'scooper' ? random.pick(handles) : random.pick([handles[5] as Rgb, [120, 78, 46], [200, 200, 200]]),
      12,
    ),
    metal: jitter(random, random.pick(metals), 8),
    lengthPx: handLengthPx * random.between(1.5, 1.65),
  };
  return kind === 'scooper' && random.chance(0.6)
    ? { ...tool, filling: jitter(random, random.pick(fillings), 14) }
    : tool;
}

/** All limbs of a tool; their extent is its box. Without `detail` it has the outline only. */
export function toolLimbs(tool: Tool, pose: ToolPose): readonly Limb[] {
  const limb = limbMaker(tool, pose);
  switch (tool.kind) {
    case 'scooper':
      return [
        limb(0.04, 0, 0.045, 0.42, 0, 0.04, tool.handle, 0.5),
        limb(0.42, 0, 0.028, 0.68, 0, 0.03, tool.metal, 0.9),
        ...(tool.bowl === 'round'
          ? [limb(0.82, 0, 0.18, 0.82, 0, 0.18, tool.metal, 0.8, 0.4)]
          : [
              limb(0.74, -0.05, 0.1, 0.88, -0.07, 0.12, tool.metal, 0.8, 0.6),
              limb(0.74, 0.05, 0.1, 0.88, 0.07, 0.12, tool.metal, 0.8, 0.6),
            ]),
      ];
    case 'knife':
      return [
        limb(0.03, 0, 0.04, 0.36, 0, 0.035, tool.handle, 0.3),
        limb(0.38, 0.015, 0.05, 0.72, 0.01, 0.045, tool.metal, 0.6, 0.9),
        limb(0.72, 0.01, 0.045, 0.97, -0.02, 0.01, tool.metal, 0.6, 0.9),
      ];
    case 'spatula':
      return [
        limb(0.03, 0, 0.04, 0.4, 0, 0.035, tool.handle, 0.3),
        limb(0.4, 0, 0.02, 0.62, 0, 0.02, tool.metal, 0.6),
        limb(0.66, -0.07, 0.03, 0.95, -0.1, 0.03, tool.metal, 0.4, 0.95),
        limb(0.66, 0, 0.06, 0.95, 0, 0.06, tool.metal, 0.4, 0.95),
        limb(0.66, 0.07, 0.03, 0.95, 0.1, 0.03, tool.metal, 0.4, 0.95),
      ];
    case 'cutter':
      return [
        limb(0.03, 0, 0.05, 0.5, 0, 0.045, tool.handle, 0.4),
        limb(0.5, 0, 0.03, 0.72, 0, 0.03, tool.metal, 0.5),
        limb(0.72, 0, 0.035, 0.98, 0, 0.035, tool.metal, 0.9, 0.8),
      ];
  }
}

/** The hollow of a scooper's bowl and its content. */
export function bowlLimbs(tool: Tool, pose: ToolPose): readonly Limb[] {
  if (tool.kind !== 'scooper') return [];
  const limb = limbMaker(tool, pose);
  const hollow: Rgb = [tool.metal[0] * 0.5, tool.metal[1] * 0.5, tool.metal[2] * 0.52];
  const inside =
    tool.bowl === 'round'
      ? [limb(0.825, 0, 0.135, 0.825, 0, 0.135, hollow, 0.2, 0.5)]
      : [limb(0.77, 0, 0.1, 0.89, 0, 0.125, hollow, 0.2, 0.8)];
  if (!tool.filling) return inside;
  const { filling } = tool;
  const heap = [0, 1, 2, 3, 4].map(i => {
    const across = (i - 2) * 0.042;
    const along = 0.81 + (i % 2) * 0.04;
    return limb(along - 0.03, across, 0.035, along + 0.03, across + 0.01, 0.03, filling, 0.1);
  });
  return [...inside, ...heap];
}

function limbMaker(tool: Tool, pose: ToolPose) {
  const long = tool.lengthPx;
  return (
    ax: number,
    ay: number,
    ra: number,
    bx: number,
    by: number,
    rb: number,
    colour: Rgb,
    gloss: number,
    flat = 0,
  ): Limb => ({
    ax: pose.xPx + (pose.dirX * ax - pose.dirY * ay) * long,
    ay: pose.yPx + (pose.dirY * ax + pose.dirX * ay) * long,
    bx: pose.xPx + (pose.dirX * bx - pose.dirY * by) * long,
    by: pose.yPx + (pose.dirY * bx + pose.dirX * by) * long,
    ra: ra * long,
    rb: rb * long,
    colour,
    gloss,
    flat,
  });
}
