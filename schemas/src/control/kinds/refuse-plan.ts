import type { PlanStep } from '../../generated/records.ts';
import { type Refusal, refusal } from '../refusal.ts';

/** Slowest and fastest rate of a step. A rule gives a breach up as unseen after 10 s without a look. */
const SLOWEST_FPS = 0.2;
const FASTEST_FPS = 60;

/** More tiles are smaller than a far object in pictures as large as cameras'. */
const MOST_TILES = 4;

/** Refuses a plan that names a model twice, or has a rate or tiles that no step may have. */
export function refusePlan(plan: readonly PlanStep[] | null): readonly Refusal[] {
  const models = plan?.map(({ model }) => model) ?? [];
  const twice = models.find((model, at) => models.indexOf(model) !== at);
  if (twice !== undefined) return refusal('plan', `it names the model ${twice} twice`, 'name each model once');
  const wrong = plan?.find(({ maxFps }) => maxFps !== null && !(maxFps >= SLOWEST_FPS && maxFps <= FASTEST_FPS));
  if (wrong === undefined) return refuseTiles(plan ?? []);
  const fix = `give a number from ${SLOWEST_FPS} to ${FASTEST_FPS}, or null for every picture`;
  return refusal('plan', `the model ${wrong.model} looks at ${wrong.maxFps} pictures a second at most`, fix);
}

function refuseTiles(plan: readonly PlanStep[]): readonly Refusal[] {
  const isSide = (count: number): boolean => Number.isInteger(count) && count >= 1 && count <= MOST_TILES;
  const wrong = plan.find(
    ({ tiles }) => tiles && !(isSide(tiles.columns) && isSide(tiles.rows) && tiles.columns * tiles.rows > 1),
  );
  if (!wrong?.tiles) return [];
  const { columns, rows } = wrong.tiles;
  const fix = `give 1 to ${MOST_TILES} of each and two tiles at least, or null for the whole picture alone`;
  return refusal('plan', `the model ${wrong.model} looks at ${columns} x ${rows} tiles`, fix);
}
