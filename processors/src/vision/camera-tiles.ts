import type { PlannedModel } from './due-models.ts';
import type { TilesAsked, TilesSeen } from './inference-protocol.ts';

/**
 * What the models last saw in the tiles of each camera. Pictures of a camera with tiles are looked at one after another,
 * so that each is compared with the one before. Lost at a restart: then all tiles are looked at once.
 */
export class CameraTiles {
  readonly #seen = new Map<string, Map<string, TilesSeen>>();
  readonly #looking = new Set<string>();

  /** True: a picture of the camera is looked at now, so the next one waits. */
  isLooking(cameraId: string): boolean {
    return this.#looking.has(cameraId);
  }

  /** Begins with a picture of the camera. `shadows`: keys of the models that look beside others, by theirs. */
  begin(
    cameraId: string,
    atMs: number,
    due: readonly PlannedModel[],
    shadows: ReadonlyMap<string, string>,
  ): Readonly<Record<string, TilesAsked>> {
    const seen = this.#seen.get(cameraId);
    const asked = due.flatMap(({ key, tiles }) => {
      const beside = shadows.get(key);
      const keys = tiles === null ? [] : [key, ...(beside === undefined ? [] : [beside])];
      return tiles === null ? [] : keys.map(of => [of, { grid: tiles, atMs, seen: seen?.get(of) ?? null }] as const);
    });
    if (asked.length > 0) this.#looking.add(cameraId);
    return Object.fromEntries(asked);
  }

  end(cameraId: string, seen: Readonly<Record<string, TilesSeen>> = {}): void {
    this.#looking.delete(cameraId);
    const known = this.#seen.get(cameraId) ?? new Map<string, TilesSeen>();
    for (const [key, tiles] of Object.entries(seen)) known.set(key, tiles);
    if (known.size > 0) this.#seen.set(cameraId, known);
  }

  /** Forgets what it knows, since pictures may pass that it does not see. */
  forget(): void {
    this.#seen.clear();
  }
}
