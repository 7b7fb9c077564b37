/**
 * Smooth noise in [0, 1] at a point: bilinear blend of hashed lattice values. The same seed and point give the same
 * value everywhere. Source: value noise, textbook.
 */
export function valueNoise(seed: number, x: number, y: number): number {
  const cellX = Math.floor(x);
  const cellY = Math.floor(y);
  const fx = smooth(x - cellX);
  const fy = smooth(y - cellY);
  const a = hash(seed, cellX, cellY);
  const b = hash(seed, cellX + 1, cellY);
  const c = hash(seed, cellX, cellY + 1);
  const d = hash(seed, cellX + 1, cellY + 1);
  return a + (b - a) * fx + (c - a) * fy + (a - b - c + d) * fx * fy;
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

/** In [0, 1). */
export function hash(seed: number, x: number, y: number): number {
  let h = (Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(seed, 2147483647)) | 0;
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 0x1_0000_0000;
}
