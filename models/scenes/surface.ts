export type Rgb = readonly [r: number, g: number, b: number];

/**
 * A tapered capsule: all points nearer to the segment a-b than the radius there, which goes from `ra` to `rb`. With a =
 * b it is a disc. All lengths in px of the surface. `gloss` in [0, 1]: how much it shines.
 */
export type Limb = {
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
  readonly ra: number;
  readonly rb: number;
  readonly colour: Rgb;
  readonly gloss?: number;
  /** 0: round like a sausage (default); 1: flat like paper. */
  readonly flat?: number;
};

/** A picture being painted: interleaved RGB, and the last owner of each pixel (0: none). */
export type Surface = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8ClampedArray;
  readonly owner: Uint8Array;
};

export type PaintOptions = {
  /** Half width of the soft edge, px. */
  readonly softPx?: number;
  /** Written to `owner` where the shape covers at least half a pixel; 0 keeps the old owner. */
  readonly owner?: number;
  /** Roundness of the joints between limbs, px. */
  readonly jointPx?: number;
  /** Direction of the light on the picture; need not be normalised. */
  readonly light?: readonly [x: number, y: number];
  /** Opacity in [0, 1]. */
  readonly opacity?: number;
};

export function createSurface(widthPx: number, heightPx: number): Surface {
  return {
    widthPx,
    heightPx,
    rgb: new Uint8ClampedArray(widthPx * heightPx * 3),
    owner: new Uint8Array(widthPx * heightPx),
  };
}

export function copySurface(from: Surface, to: Surface): void {
  to.rgb.set(from.rgb);
  to.owner.set(from.owner);
}

export type Extent = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };

/** The smallest box around all limbs, not cut at the picture's edge. */
export function extentOf(limbs: readonly Limb[]): Extent {
  let x1 = Number.POSITIVE_INFINITY;
  let y1 = Number.POSITIVE_INFINITY;
  let x2 = Number.NEGATIVE_INFINITY;
  let y2 = Number.NEGATIVE_INFINITY;
  for (const limb of limbs) {
    x1 = Math.min(x1, limb.ax - limb.ra, limb.bx - limb.rb);
    y1 = Math.min(y1, limb.ay - limb.ra, limb.by - limb.rb);
    x2 = Math.max(x2, limb.ax + limb.ra, limb.bx + limb.rb);
    y2 = Math.max(y2, limb.ay + limb.ra, limb.by + limb.rb);
  }
  return { x1, y1, x2, y2 };
}
