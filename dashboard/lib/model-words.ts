import type { ModelChoice, RateNeed } from '#generated/documents.ts';

/** What a picture costs by a model, in words. */
export function modelCost({ processes }: Pick<ModelChoice, 'processes'>): string {
  const measured = processes.flatMap(({ msPerPicture }) => msPerPicture ?? []);
  if (processes.some(({ state }) => state === 'FAILED')) return 'does not work: see Models';
  if (measured.length === 0) return 'cost not measured yet';
  return `${milliseconds(Math.max(...measured))} of a core a picture`;
}

/** A rate in words: 2 a second, or one every 5 s. */
export const rateWords = (perSecond: number): string =>
  perSecond >= 1 ? `${perSecond} a second` : `one every ${Number((1 / perSecond).toFixed(1))} s`;

/** The share of a core that a model takes at this many pictures a second; empty before it was measured. */
export function shareWords({ processes }: Pick<ModelChoice, 'processes'>, perSecond: number): string {
  const measured = processes.flatMap(({ msPerPicture }) => msPerPicture ?? []);
  if (measured.length === 0) return '';
  const percent = (Math.max(...measured) * perSecond) / 10;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} % of a core at ${rateWords(perSecond)}`;
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
