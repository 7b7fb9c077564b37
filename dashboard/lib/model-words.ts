import type { ModelChoice, RateNeed } from '#generated/documents.ts';

/** What a picture costs by a model, in words. */
export function modelCost(model: CostedModel): string {
  if (model.processes.some(({ state }) => state === 'FAILED')) return 'does not work: see Models';
  const ms = pictureMs(model);
  return ms === undefined ? 'cost not measured yet' : `${milliseconds(ms)} of a core a picture`;
}

type CostedModel = Pick<ModelChoice, 'processes' | 'cropsOf'>;

/** The ms of one picture without tiles; undefined: not measured yet. Of a model that looks at boxes, with all of them. */
function pictureMs({ processes, cropsOf }: CostedModel): number | undefined {
  const measured = processes.flatMap(one => (cropsOf === null ? one.msPerRun : one.msPerPicture) ?? []);
  return measured.length === 0 ? undefined : Math.max(...measured);
}

/** A rate in words: 2 a second, or one every 5 s. */
export const rateWords = (perSecond: number): string =>
  perSecond >= 1 ? `${perSecond} a second` : `one every ${Number((1 / perSecond).toFixed(1))} s`;

/** The share of a core that a model takes at this many pictures a second; empty before it was measured. */
export function shareWords(model: CostedModel, perSecond: number): string {
  const ms = pictureMs(model);
  return ms === undefined ? '' : `${percentOf(ms * perSecond)} of a core at ${rateWords(perSecond)}`;
}

/** A still tile is looked at again after this time. */
const TILE_AGAIN_SECONDS = 10;

/** The same for a model that looks at so many tiles besides: while nothing moves, and when all moves. */
export function tileWords(model: CostedModel, perSecond: number, tiles: number): string {
  const ms = pictureMs(model);
  const rate = rateWords(perSecond);
  if (ms === undefined) return `up to ${tiles + 1} looks a picture`;
  const still = percentOf(ms * (perSecond + tiles * Math.min(perSecond, 1 / TILE_AGAIN_SECONDS)));
  return `${still} of a core at ${rate} while nothing moves, up to ${percentOf(ms * perSecond * (tiles + 1))} when all moves`;
}

/** The share of a core of some ms each second. */
function percentOf(msPerSecond: number): string {
  const percent = msPerSecond / 10;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** How often the rules need a model, and why, in words. */
export function needWords({ perSecond, rule, durationMs }: Omit<RateNeed, 'model'>): string {
  const rate = perSecond === null ? 'every picture' : rateWords(perSecond);
  if (rule === null || durationMs === null) return `Now ${rate}: no rule in force uses it.`;
  const asks = durationMs < 1_000 && perSecond === null ? 'what happens at once' : `breaches of ${seconds(durationMs)}`;
  return `Needs ${rate}: the rule “${rule}” asks for ${asks}.`;
}

const seconds = (ms: number): string => `${Number((ms / 1_000).toFixed(1))} s`;

/** What a model looks at, in words. */
export function viewWords({ cropsOf, orWhole }: Pick<ModelChoice, 'cropsOf' | 'orWhole'>): string {
  if (cropsOf === null) return 'the whole picture';
  const boxes = `the boxes of ${cropsOf} that another model finds`;
  return orWhole ? `${boxes}; without such a model, the whole picture` : boxes;
}

/** A time of some milliseconds: 4.2 ms, 37 ms. */
export const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** A size: 2.4 MB. */
export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
