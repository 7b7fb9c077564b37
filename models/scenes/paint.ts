import { extentOf, type Limb, type PaintOptions, type Surface } from './surface.ts';

type Clip = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };

function clipTo(surface: Surface, limbs: readonly Limb[], marginPx: number): Clip {
  const extent = extentOf(limbs);
  return {
    x1: Math.max(0, Math.floor(extent.x1 - marginPx)),
    y1: Math.max(0, Math.floor(extent.y1 - marginPx)),
    x2: Math.min(surface.widthPx, Math.ceil(extent.x2 + marginPx)),
    y2: Math.min(surface.heightPx, Math.ceil(extent.y2 + marginPx)),
  };
}

/** Limbs as one flat array of numbers, eight each: ax ay dx dy 1/len2 ra dr reach. */
function pack(limbs: readonly Limb[]): Float64Array {
  const packed = new Float64Array(limbs.length * 8);
  limbs.forEach((limb, i) => {
    const dx = limb.bx - limb.ax;
    const dy = limb.by - limb.ay;
    const lengthSquared = dx * dx + dy * dy;
    packed.set(
      [limb.ax, limb.ay, dx, dy, lengthSquared > 0 ? 1 / lengthSquared : 0, limb.ra, limb.rb - limb.ra],
      i * 8,
    );
  });
  return packed;
}

/**
 * Paints the union of limbs inside their bounding box, each shaded as a round body under one light. The distance to a
 * limb is the distance to its axis minus the radius there (exact for equal radii, close for mild tapers). Returns the
 * number of pixels painted inside the picture.
 */
export function paintLimbs(surface: Surface, limbs: readonly Limb[], options: PaintOptions = {}): number {
  const soft = options.softPx ?? 0.7;
  const owner = options.owner ?? 0;
  const opacity = options.opacity ?? 1;
  const [lightX, lightY] = unit(options.light ?? [-0.6, -0.8]);
  const packed = pack(limbs);
  const clip = clipTo(surface, limbs, soft + 1);
  const { rgb, widthPx } = surface;
  let covered = 0;
  for (let y = clip.y1; y < clip.y2; y++) {
    for (let x = clip.x1; x < clip.x2; x++) {
      let nearest = 1e9;
      let which = 0;
      let normalX = 0;
      let normalY = 0;
      for (let i = 0, at = 0; at < packed.length; i++, at += 8) {
        const px = x + 0.5 - (packed[at] as number);
        const py = y + 0.5 - (packed[at + 1] as number);
        const dx = packed[at + 2] as number;
        const dy = packed[at + 3] as number;
        let t = (px * dx + py * dy) * (packed[at + 4] as number);
        if (t < 0) t = 0;
        else if (t > 1) t = 1;
        const ox = px - dx * t;
        const oy = py - dy * t;
        const radius = (packed[at + 5] as number) + (packed[at + 6] as number) * t;
        const distance = Math.sqrt(ox * ox + oy * oy) - radius;
        if (distance < nearest) {
          nearest = distance;
          which = i;
          normalX = ox / radius;
          normalY = oy / radius;
        }
      }
      if (nearest > soft) continue;
      const limb = limbs[which] as Limb;
      let cover = nearest < -soft ? 1 : 0.5 - nearest / (2 * soft);
      if (cover >= 0.5) {
        covered++;
        if (owner !== 0) surface.owner[y * widthPx + x] = owner;
      }
      cover *= opacity;
      const bulge = 1 - (limb.flat ?? 0);
      const facing = (normalX * lightX + normalY * lightY) * bulge;
      const flatness = 1 - (normalX * normalX + normalY * normalY) * bulge;
      const up = flatness > 0 ? Math.sqrt(flatness) : 0;
      const bright = 0.52 + 0.4 * up + 0.26 * facing;
      const shine = limb.gloss === undefined ? 0 : limb.gloss * 190 * highlight(facing * 0.55 + up * 0.83);
      const pixel = (y * widthPx + x) * 3;
      const colour = limb.colour;
      rgb[pixel] = mix(rgb[pixel] as number, colour[0] * bright + shine, cover);
      rgb[pixel + 1] = mix(rgb[pixel + 1] as number, colour[1] * bright + shine, cover);
      rgb[pixel + 2] = mix(rgb[pixel + 2] as number, colour[2] * bright + shine, cover);
    }
  }
  return covered;
}

/** Darkens the area under the limbs, shifted by the light's angle: `strength` 0 none, 1 black. */
export function paintShadow(surface: Surface, limbs: readonly Limb[], strength: number, softPx: number): void {
  const packed = pack(limbs);
  const clip = clipTo(surface, limbs, softPx);
  const { rgb, widthPx } = surface;
  for (let y = clip.y1; y < clip.y2; y++) {
    for (let x = clip.x1; x < clip.x2; x++) {
      let nearest = 1e9;
      for (let at = 0; at < packed.length; at += 8) {
        const px = x + 0.5 - (packed[at] as number);
        const py = y + 0.5 - (packed[at + 1] as number);
        const dx = packed[at + 2] as number;
        const dy = packed[at + 3] as number;
        let t = (px * dx + py * dy) * (packed[at + 4] as number);
        if (t < 0) t = 0;
        else if (t > 1) t = 1;
        const ox = px - dx * t;
        const oy = py - dy * t;
        const distance = Math.sqrt(ox * ox + oy * oy) - (packed[at + 5] as number) - (packed[at + 6] as number) * t;
        if (distance < nearest) nearest = distance;
      }
      if (nearest > softPx) continue;
      const depth = nearest < -softPx ? 1 : 0.5 - nearest / (2 * softPx);
      const keep = 1 - strength * depth * depth * (3 - 2 * depth);
      const pixel = (y * widthPx + x) * 3;
      rgb[pixel] = (rgb[pixel] as number) * keep;
      rgb[pixel + 1] = (rgb[pixel + 1] as number) * keep;
      rgb[pixel + 2] = (rgb[pixel + 2] as number) * keep;
    }
  }
}

/** A filled rectangle with round corners and an optional bevel; px of the surface, corners may lie outside. */
export function paintBoard(
  surface: Surface,
  box: Clip,
  colour: readonly [number, number, number],
  options: {
    readonly cornerPx: number;
    readonly softPx?: number;
    readonly bevelPx?: number;
    readonly opacity?: number;
  },
): void {
  const soft = options.softPx ?? 0.7;
  const bevel = options.bevelPx ?? 0;
  const cx = (box.x1 + box.x2) / 2;
  const cy = (box.y1 + box.y2) / 2;
  const halfX = (box.x2 - box.x1) / 2 - options.cornerPx;
  const halfY = (box.y2 - box.y1) / 2 - options.cornerPx;
  const { rgb, widthPx, heightPx } = surface;
  for (let y = Math.max(0, Math.floor(box.y1 - soft)); y < Math.min(heightPx, Math.ceil(box.y2 + soft)); y++) {
    for (let x = Math.max(0, Math.floor(box.x1 - soft)); x < Math.min(widthPx, Math.ceil(box.x2 + soft)); x++) {
      const qx = Math.abs(x + 0.5 - cx) - halfX;
      const qy = Math.abs(y + 0.5 - cy) - halfY;
      const outX = Math.max(qx, 0);
      const outY = Math.max(qy, 0);
      const distance = Math.sqrt(outX * outX + outY * outY) + Math.min(Math.max(qx, qy), 0) - options.cornerPx;
      if (distance > soft) continue;
      const cover = (distance < -soft ? 1 : 0.5 - distance / (2 * soft)) * (options.opacity ?? 1);
      const edge = bevel > 0 && distance > -bevel ? (y < cy ? 1.16 : 0.84) : 1;
      const pixel = (y * widthPx + x) * 3;
      rgb[pixel] = mix(rgb[pixel] as number, colour[0] * edge, cover);
      rgb[pixel + 1] = mix(rgb[pixel + 1] as number, colour[1] * edge, cover);
      rgb[pixel + 2] = mix(rgb[pixel + 2] as number, colour[2] * edge, cover);
    }
  }
}

function mix(under: number, over: number, cover: number): number {
  return under + (over - under) * cover;
}

/** A narrow peak at 1: the eighth power. */
function highlight(towards: number): number {
  if (towards <= 0.7) return 0;
  const square = towards * towards;
  const fourth = square * square;
  return fourth * fourth * 0.6;
}

function unit([x, y]: readonly [number, number]): readonly [number, number] {
  const length = Math.sqrt(x * x + y * y) || 1;
  return [x / length, y / length];
}
