import { inputSize, type ModelCard } from '../model-card.ts';
import type { ScoredBox } from '../non-max-suppression.ts';

/** Columns of a place after its classes. */
export type Rest =
  | { readonly kind: 'masks'; readonly columns: number }
  | { readonly kind: 'points'; readonly names: readonly string[]; readonly columns: 2 | 3 }
  | { readonly kind: 'angle' };

export type Coordinates = 'px' | 'share';

/** The factors that make px of the input. */
export type Scale = { readonly x: number; readonly y: number };

export function scaleOf(card: ModelCard, coordinates: Coordinates = 'px'): Scale {
  const { widthPx, heightPx } = inputSize(card);
  return coordinates === 'px' ? { x: 1, y: 1 } : { x: widthPx, y: heightPx };
}

export function columnsOf(rest: Rest | undefined): number {
  switch (rest?.kind) {
    case undefined:
      return 0;
    case 'masks':
      return rest.columns;
    case 'points':
      return rest.names.length * rest.columns;
    case 'angle':
      return 1;
  }
}

/** Reads a number of a place by its column. */
export type Column = (column: number) => number;

type Found = Pick<ScoredBox, 'classIndex' | 'confidence'>;

/**
 * A box given by centre, width and height in columns 0 to 3. A turned box becomes the upright one around it. `first`:
 * column of the rest.
 */
export function centredBox(at: Column, found: Found, scale: Scale, rest: Rest | undefined, first: number): ScoredBox {
  const [xPx, yPx] = [at(0) * scale.x, at(1) * scale.y];
  const [width, height] = [at(2) * scale.x, at(3) * scale.y];
  const angle = rest?.kind === 'angle' ? at(first) : 0;
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const halfWidth = (width * cos + height * sin) / 2;
  const halfHeight = (width * sin + height * cos) / 2;
  const box = { x1Px: xPx - halfWidth, y1Px: yPx - halfHeight, x2Px: xPx + halfWidth, y2Px: yPx + halfHeight };
  return { ...box, ...found, ...pointsOf(at, scale, rest, first) };
}

/** A box given by left, top, right and bottom in columns 0 to 3. */
export function corneredBox(at: Column, found: Found, scale: Scale, rest: Rest | undefined, first: number): ScoredBox {
  const box = { x1Px: at(0) * scale.x, y1Px: at(1) * scale.y, x2Px: at(2) * scale.x, y2Px: at(3) * scale.y };
  return { ...box, ...found, ...pointsOf(at, scale, rest, first) };
}

function pointsOf(at: Column, scale: Scale, rest: Rest | undefined, first: number): Pick<ScoredBox, 'points'> {
  if (rest?.kind !== 'points') return {};
  const points = rest.names.map((_, point) => {
    const column = first + point * rest.columns;
    return { xPx: at(column) * scale.x, yPx: at(column + 1) * scale.y };
  });
  return { points };
}
