import { blend, type Look, shade } from './look.ts';
import type { Limb, Rgb } from './surface.ts';

/** Place and pose of a hand, in px of the picture. */
export type HandPose = {
  /** Middle of the palm. */
  readonly xPx: number;
  readonly yPx: number;
  /** Unit vector from elbow to fingers. */
  readonly dirX: number;
  readonly dirY: number;
  /** Wrist to middle fingertip of the stretched hand, px. */
  readonly lengthPx: number;
  /** The thumb's side. */
  readonly side: -1 | 1;
  /** 0 stretched fingers, 1 a fist. */
  readonly curl: number;
  /** 0 fingers together, 1 spread. */
  readonly spread: number;
};

/** Distance of the palm's middle from the wrist, in hand lengths. */
const palmAt = 0.34;

/**
 * The hand beyond the wrist: palm, fingers, thumb. Their extent is the hand's box; the forearm is not part of it. Local
 * coordinates in hand lengths: x from the wrist to the fingers, y towards the thumb.
 */
export function handLimbs(pose: HandPose, look: Look): readonly Limb[] {
  const skin = look.glove ?? look.skin;
  const gloss = look.glove ? 0.5 : 0.12;
  const place = placer(pose);
  const limb = (ax: number, ay: number, ra: number, bx: number, by: number, rb: number, colour: Rgb): Limb => ({
    ...place(ax, ay, bx, by),
    ra: ra * pose.lengthPx,
    rb: rb * pose.lengthPx,
    colour,
    gloss,
  });
  const limbs: Limb[] = [
    limb(0.1, -0.05, 0.135, 0.4, -0.11, 0.125, skin),
    limb(0.1, 0.05, 0.135, 0.42, 0.1, 0.125, skin),
    limb(0.14, 0, 0.15, 0.4, 0, 0.15, skin),
  ];
  const stretch = 1 - 0.62 * pose.curl;
  const lengths = [0.33, 0.44, 0.48, 0.41];
  for (const [i, length] of lengths.entries()) {
    const y = 0.17 - i * 0.115;
    const lean = (1.5 - i) * (0.03 + 0.1 * pose.spread);
    const reach = length * stretch * (i === 0 ? 1.05 : 1);
    const colour = shade(skin, 0.97 + 0.03 * (i % 2));
    limbs.push(limb(0.46, y, 0.066, 0.46 + reach, y + lean, 0.052, colour));
  }
  const tuck = pose.curl * 0.12;
  limbs.push(limb(0.14, 0.12, 0.085, 0.32, 0.25 - tuck * 0.5, 0.07, shade(skin, 1.02)));
  limbs.push(limb(0.32, 0.25 - tuck * 0.5, 0.07, 0.47, 0.25 - tuck, 0.055, shade(skin, 1.03)));
  return limbs;
}

/** Fingernails of a bare, stretched hand; drawn over it. */
export function nailLimbs(pose: HandPose, look: Look): readonly Limb[] {
  if (look.glove || pose.curl > 0.55) return [];
  const place = placer(pose);
  const colour = blend(look.skin, [255, 214, 208], 0.45);
  const stretch = 1 - 0.62 * pose.curl;
  return [0.33, 0.44, 0.48, 0.41].map((length, i) => {
    const y = 0.17 - i * 0.115;
    const lean = (1.5 - i) * (0.03 + 0.1 * pose.spread);
    const reach = length * stretch * (i === 0 ? 1.05 : 1);
    return {
      ...place(0.46 + reach * 0.94, y + lean * 0.94, 0.46 + reach, y + lean),
      ra: 0.03 * pose.lengthPx,
      rb: 0.028 * pose.lengthPx,
      colour,
      gloss: 0.3,
    };
  });
}

/** Forearm and sleeve, from the wrist back to `elbow`. */
export function armLimbs(
  pose: HandPose,
  look: Look,
  elbow: { readonly xPx: number; readonly yPx: number },
): readonly Limb[] {
  const wristX = pose.xPx - pose.dirX * (palmAt - 0.06) * pose.lengthPx;
  const wristY = pose.yPx - pose.dirY * (palmAt - 0.06) * pose.lengthPx;
  const towards = (share: number): { x: number; y: number } => ({
    x: wristX + (elbow.xPx - wristX) * share,
    y: wristY + (elbow.yPx - wristY) * share,
  });
  const radius = (share: number): number => (0.135 + 0.13 * Math.min(1, share * 1.2)) * pose.lengthPx;
  const end = towards(1);
  const limbs: Limb[] = [
    { ax: wristX, ay: wristY, bx: end.x, by: end.y, ra: radius(0), rb: radius(1), colour: look.skin, gloss: 0.1 },
  ];
  const piece = (from: number, to: number, wider: number, colour: Rgb, gloss: number): void => {
    const a = towards(from);
    const b = towards(to);
    limbs.push({ ax: a.x, ay: a.y, bx: b.x, by: b.y, ra: radius(from) * wider, rb: radius(to) * wider, colour, gloss });
  };
  if (look.glove) piece(0, cuffShare(pose, elbow), 1.06, look.glove, 0.4);
  if (look.sleeveShare > 0.05) {
    const from = 1 - look.sleeveShare * 0.8;
    piece(from, 1, 1.22, look.sleeve, 0);
    piece(from, Math.min(1, from + 0.03), 1.28, shade(look.sleeve, 0.9), 0);
  }
  return limbs;
}

/** A glove's cuff ends about a third of a hand above the wrist. */
function cuffShare(pose: HandPose, elbow: { readonly xPx: number; readonly yPx: number }): number {
  const dx = elbow.xPx - pose.xPx;
  const dy = elbow.yPx - pose.yPx;
  return Math.min(0.8, (0.3 * pose.lengthPx) / (Math.sqrt(dx * dx + dy * dy) + 1));
}

/** Converts local hand coordinates (hand lengths) to px of the picture. */
export function placer(pose: HandPose) {
  const { lengthPx, dirX, dirY, side } = pose;
  const originX = pose.xPx - dirX * palmAt * lengthPx;
  const originY = pose.yPx - dirY * palmAt * lengthPx;
  const acrossX = -dirY * side;
  const acrossY = dirX * side;
  return (ax: number, ay: number, bx: number, by: number) => ({
    ax: originX + (dirX * ax + acrossX * ay) * lengthPx,
    ay: originY + (dirY * ax + acrossY * ay) * lengthPx,
    bx: originX + (dirX * bx + acrossX * by) * lengthPx,
    by: originY + (dirY * bx + acrossY * by) * lengthPx,
  });
}
