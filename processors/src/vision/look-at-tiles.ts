import { inPicture, joinTiles, type ModelObject, type SizePx, type Tile, tilesOf } from '@sightline/models';
import type { FrameDecoder } from './frame-decoder.ts';
import type { TileSeen, TilesAsked, TilesSeen } from './inference-protocol.ts';
import { runSession } from './looking.ts';
import type { ModelCosts } from './model-costs.ts';
import type { ModelSession } from './model-session.ts';
import { type Grey, greySizeOf, isMoved, TILE_AGAIN_MS } from './tile-motion.ts';

/**
 * Lets a model look at the tiles in which something moved since it last looked at them, and at those that it has not
 * looked at for TILE_AGAIN_MS. A still tile shows what it showed then. `whole`: what the model found in the whole picture.
 */
export async function lookAtTiles(
  whole: readonly ModelObject[],
  { grid, atMs, seen }: TilesAsked,
  session: ModelSession,
  decoder: FrameDecoder,
  cost: ModelCosts,
): Promise<{ readonly objects: readonly ModelObject[]; readonly seen: TilesSeen }> {
  const beganMs = performance.now();
  const { size } = decoder;
  const { scaled, tiles } = tilesOf(session.card, size, grid);
  const of = `${grid.columns}x${grid.rows} of ${size.widthPx}x${size.heightPx}`;
  const grey = decoder.grey(greySizeOf(size));
  const known = tiles.map((_, at) => (seen?.of === of ? seen.tiles[at] : undefined));
  const due = tiles.filter((tile, at) => isDue(tile, known[at], size, grey, atMs));
  const planes = due.length > 0 ? decoder.planes({ source: size, scaled }) : undefined;
  cost.add(session.key, 'preprocessMs', performance.now() - beganMs);
  const found = new Map<Tile, readonly ModelObject[]>();
  for (let start = 0; planes !== undefined && start < due.length; start += session.runSize) {
    const part = due.slice(start, start + session.runSize);
    const packingMs = performance.now();
    session.begin(part.length);
    for (const tile of part) session.packTile(planes, tile);
    cost.add(session.key, 'preprocessMs', performance.now() - packingMs);
    const objects = await runSession(session, part.length, cost);
    for (const [at, tile] of part.entries()) found.set(tile, inPicture(tile, objects[at] ?? []));
  }
  const shown = tiles.map((tile, at): TileSeen => {
    const [objects, before] = [found.get(tile), known[at]];
    return objects === undefined && before !== undefined ? before : { lookedAtMs: atMs, grey, objects: objects ?? [] };
  });
  const joined = joinTiles(
    whole,
    tiles.map(({ box }, at) => ({ tile: box, objects: shown[at]?.objects ?? [] })),
    size,
  );
  return { objects: joined, seen: { of, tiles: shown } };
}

function isDue(tile: Tile, seen: TileSeen | undefined, size: SizePx, grey: Grey, atMs: number): boolean {
  if (seen === undefined) return true;
  const ageMs = atMs - seen.lookedAtMs;
  return ageMs < 0 || ageMs >= TILE_AGAIN_MS || isMoved(tile.box, size, grey, seen.grey);
}
