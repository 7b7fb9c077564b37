import type { ModelObject } from './decode-objects.ts';
import type { BoxPx, SizePx } from './fit.ts';
import { intersectionOverUnion } from './non-max-suppression.ts';
import type { Tile } from './tile-grid.ts';

/** What a model found in one tile, in px of the picture. */
export type TileObjects = { readonly tile: BoxPx; readonly objects: readonly ModelObject[] };

/** Boxes of one thing differ more between two scales than within one. */
const SAME_ACROSS = 0.45;
/** A piece is known when this share of it lies in a box of its class. */
const COVERED = 0.6;
/** Pieces on both sides of a border are one thing when the shorter side agrees by this share. */
const SAME_SIDE = 0.5;
/** A box this near to a border is cut by it: a share of the tile, and px. */
const NEAR_SHARE = 0.02;
const NEAR_PX = 2;
/** As many as of a picture without tiles. */
const MOST_OBJECTS = 100;

type Side = 'x1Px' | 'y1Px' | 'x2Px' | 'y2Px';
const OPPOSITE: Readonly<Record<Side, Side>> = { x1Px: 'x2Px', x2Px: 'x1Px', y1Px: 'y2Px', y2Px: 'y1Px' };
/** The sides that run along a border. */
const ALONG: Readonly<Record<Side, readonly [Side, Side]>> = {
  ...{ x1Px: ['y1Px', 'y2Px'], x2Px: ['y1Px', 'y2Px'] },
  ...{ y1Px: ['x1Px', 'x2Px'], y2Px: ['x1Px', 'x2Px'] },
};

/** An object, and the inner borders of its tile that cut it. */
type Found = { readonly object: ModelObject; readonly cut: readonly Side[] };

/** Moves what a model found in a tile to its place in the picture. */
export const inPicture = ({ box: { x1Px: byX, y1Px: byY } }: Tile, objects: readonly ModelObject[]) =>
  objects.map(
    (object): ModelObject => ({
      ...object,
      ...{ x1Px: object.x1Px + byX, x2Px: object.x2Px + byX, y1Px: object.y1Px + byY, y2Px: object.y2Px + byY },
      points: object.points.map(point => ({ ...point, xPx: point.xPx + byX, yPx: point.yPx + byY })),
    }),
  );

/**
 * One object for each thing that a model found in the whole picture and in its tiles, per class. Of boxes that overlap
 * the most confident one stays; one that no inner border of a tile cuts goes before one that is cut. A piece that lies in
 * another box goes; two pieces on both sides of a border become one box. Most confident first. O(boxes^2).
 */
export function joinTiles(
  whole: readonly ModelObject[],
  tiles: readonly TileObjects[],
  picture: SizePx,
): readonly ModelObject[] {
  const found = tiles.flatMap(({ tile, objects }) =>
    objects.map((object): Found => ({ object, cut: cutSides(object, tile, picture) })),
  );
  const byConfidence = (some: readonly Found[]): readonly Found[] =>
    some.toSorted((a, b) => b.object.confidence - a.object.confidence);
  const kept: Found[] = whole.map(object => ({ object, cut: [] }));
  for (const one of byConfidence(found.filter(({ cut }) => cut.length === 0))) addWhole(kept, one);
  for (const piece of byConfidence(found.filter(({ cut }) => cut.length > 0))) addPiece(kept, piece);
  return byConfidence(kept)
    .slice(0, MOST_OBJECTS)
    .map(({ object }) => object);
}

function cutSides(object: BoxPx, tile: BoxPx, { widthPx, heightPx }: SizePx): readonly Side[] {
  const inner = {
    x1Px: tile.x1Px > 1,
    y1Px: tile.y1Px > 1,
    x2Px: tile.x2Px < widthPx - 1,
    y2Px: tile.y2Px < heightPx - 1,
  };
  const near = (from: number, to: number): number => Math.max(NEAR_PX, (to - from) * NEAR_SHARE);
  const [nearX, nearY] = [near(tile.x1Px, tile.x2Px), near(tile.y1Px, tile.y2Px)];
  const sides: readonly Side[] = ['x1Px', 'y1Px', 'x2Px', 'y2Px'];
  return sides.filter(
    side => inner[side] && Math.abs(object[side] - tile[side]) <= (side.startsWith('x') ? nearX : nearY),
  );
}

/** Adds a box that is whole, unless a more confident one shows the same. */
function addWhole(kept: Found[], one: Found): void {
  const same = kept.findIndex(
    other => isOfClass(other, one) && intersectionOverUnion(other.object, one.object) > SAME_ACROSS,
  );
  const known = kept[same];
  if (known === undefined) kept.push(one);
  else if (known.object.confidence < one.object.confidence) kept[same] = one;
}

function addPiece(kept: Found[], piece: Found): void {
  const covers = (other: Found): boolean =>
    isOfClass(other, piece) && sharedPx2(other.object, piece.object) >= COVERED * areaPx2(piece.object);
  if (kept.some(other => other.cut.length === 0 && covers(other))) return;
  const at = kept.findIndex(other => isOfClass(other, piece) && continues(other, piece));
  const other = kept[at];
  if (other !== undefined) kept[at] = joined(other, piece);
  else if (!kept.some(covers)) kept.push(piece);
}

const isOfClass = (a: Found, b: Found): boolean => a.object.classIndex === b.object.classIndex;

/** True: both are cut by the border between them, and agree along it. */
const continues = (a: Found, b: Found): boolean =>
  sharedPx2(a.object, b.object) > 0 &&
  a.cut.some(side => {
    if (!b.cut.includes(OPPOSITE[side])) return false;
    const [from, to] = ALONG[side];
    const shared = Math.min(a.object[to], b.object[to]) - Math.max(a.object[from], b.object[from]);
    return shared >= SAME_SIDE * Math.min(a.object[to] - a.object[from], b.object[to] - b.object[from]);
  });

/** The box around both; it is still cut where the outer one of them is. */
function joined(a: Found, b: Found): Found {
  const better = a.object.confidence >= b.object.confidence ? a.object : b.object;
  const outer = (side: Side): Found => {
    const isFirst =
      side === 'x1Px' || side === 'y1Px' ? a.object[side] <= b.object[side] : a.object[side] >= b.object[side];
    return isFirst ? a : b;
  };
  const sides: readonly Side[] = ['x1Px', 'y1Px', 'x2Px', 'y2Px'];
  const box = Object.fromEntries(sides.map(side => [side, outer(side).object[side]])) as Record<Side, number>;
  return { object: { ...better, ...box }, cut: sides.filter(side => outer(side).cut.includes(side)) };
}

function sharedPx2(a: BoxPx, b: BoxPx): number {
  const wide = Math.min(a.x2Px, b.x2Px) - Math.max(a.x1Px, b.x1Px);
  const high = Math.min(a.y2Px, b.y2Px) - Math.max(a.y1Px, b.y1Px);
  return wide <= 0 || high <= 0 ? 0 : wide * high;
}

const areaPx2 = (box: BoxPx): number => (box.x2Px - box.x1Px) * (box.y2Px - box.y1Px);
