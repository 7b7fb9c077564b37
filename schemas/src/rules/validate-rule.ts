import { validateHours } from '../control/hours.ts';
import { named, type Refusal, refusal, refuseShare } from '../control/refusal.ts';
import type { Rule } from '../generated/records.ts';
import { ruleKindOf } from './kinds.ts';

/** Why a rule is refused; empty: it is valid. `classes`: the classes of the camera's models, when known. */
export function validateRule(rule: Rule, classes?: readonly string[]): readonly Refusal[] {
  return [
    ...named('rule', rule.name),
    ...refuseNoType(rule.violationType),
    ...refuseNoModel(rule.models),
    ...refuseShare('minConfidence', rule.minConfidence),
    ...durations(rule),
    ...ofKind(rule, classes),
    ...rule.schedule.flatMap((hours, index) => validateHours(hours, `schedule[${index}]`)),
  ];
}

const refuseNoType = (violationType: string): readonly Refusal[] =>
  violationType.trim() === '' ? refusal('violationType', 'its violations have no type', 'give it one') : [];

const refuseNoModel = (models: readonly string[]): readonly Refusal[] =>
  models.some(model => model.trim() === '') ? refusal('models', 'a model has no name', 'give its name') : [];

/** A month. Longer durations are taken for mistakes. */
const MAX_DURATION_MS = 31 * 24 * 60 * 60_000;

function ofKind({ parameters }: Rule, classes: readonly string[] | undefined): readonly Refusal[] {
  const kind = ruleKindOf(parameters);
  const refusals = [
    ...(kind?.validate(parameters) ?? []),
    ...(kind?.classesOf(parameters) ?? [])
      .filter(({ className }) => classes !== undefined && className !== '' && !classes.includes(className))
      .flatMap(({ field, className }) =>
        refusal(
          field,
          `no model of the camera looks for ${className}`,
          classes?.length === 0 ? 'choose models for the camera first' : `choose one of ${classes?.join(', ')}`,
        ),
      ),
  ];
  return refusals.map(one => ({ ...one, field: `parameters.${one.field}` }));
}

function durations(rule: Rule): readonly Refusal[] {
  const { minDurationMs, gapMs } = rule;
  const negative = (['minDurationMs', 'gapMs', 'cooldownMs'] as const).flatMap(field =>
    Number.isInteger(rule[field]) && rule[field] >= 0 && rule[field] <= MAX_DURATION_MS
      ? []
      : refusal(
          field,
          `${rule[field]} is not a number of milliseconds`,
          `give a whole number from 0 to ${MAX_DURATION_MS}`,
        ),
  );
  if (negative.length > 0 || gapMs < minDurationMs) return negative;
  return refusal(
    'gapMs',
    `a gap of ${gapMs} ms is not shorter than the duration of ${minDurationMs} ms: separate boxes would add up to one violation`,
    `give less than ${minDurationMs} ms, or a longer duration`,
  );
}
