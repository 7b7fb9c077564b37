import type { Rule } from '../generated/records.ts';
import { validateHours } from './hours.ts';
import { isShare, named, type Refusal, refusal } from './refusal.ts';

/** What is wrong with a rule; empty: nothing. `classes` are those of the camera's model, when they are known. */
export function validateRule(rule: Rule, classes?: readonly string[]): readonly Refusal[] {
  return [
    ...named('rule', rule.name),
    ...shares(rule),
    ...durations(rule),
    ...(classes === undefined ? [] : unknownClasses(rule, classes)),
    ...rule.schedule.flatMap((hours, index) => validateHours(hours, `schedule[${index}]`)),
  ];
}

function shares(rule: Rule): readonly Refusal[] {
  return (['minOverlap', 'minConfidence'] as const).flatMap(field =>
    isShare(rule[field]) ? [] : refusal(field, `${rule[field]} is not a share`, 'give a number from 0 to 1'),
  );
}

function durations(rule: Rule): readonly Refusal[] {
  const { minDurationMs, gapMs } = rule;
  const negative = (['minDurationMs', 'gapMs', 'cooldownMs'] as const).flatMap(field =>
    Number.isInteger(rule[field]) && rule[field] >= 0
      ? []
      : refusal(field, `${rule[field]} is no time in milliseconds`, 'give a whole number from 0'),
  );
  if (negative.length > 0 || gapMs < minDurationMs) return negative;
  return refusal(
    'gapMs',
    `a gap of ${gapMs} ms is not shorter than the duration of ${minDurationMs} ms: single boxes would add up to a violation`,
    `give less than ${minDurationMs} ms, or a longer duration`,
  );
}

function unknownClasses(rule: Rule, classes: readonly string[]): readonly Refusal[] {
  const named = [
    { field: 'subjectClass', className: rule.subjectClass },
    ...rule.conditions.map(({ className }, i) => ({ field: `conditions[${i}].className`, className })),
  ];
  return named
    .filter(({ className }) => !classes.includes(className))
    .flatMap(({ field, className }) =>
      refusal(field, `the camera's model does not know ${className}`, `choose one of ${classes.join(', ')}`),
    );
}
