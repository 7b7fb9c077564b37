import type { OpeningHours, Point, Rule, Zone } from '../generated/records.ts';

/** Why a value is refused: the field, what is wrong with it, what to do. */
export interface Refusal {
  readonly field: string;
  readonly problem: string;
  readonly fix: string;
}

const refusal = (field: string, problem: string, fix: string): readonly Refusal[] => [{ field, problem, fix }];
const isShare = (value: number): boolean => value >= 0 && value <= 1;

/** What is wrong with a zone; empty: nothing. */
export function validateZone(zone: Zone): readonly Refusal[] {
  const { polygon } = zone;
  if (polygon.length < 3) return refusal('polygon', `${polygon.length} corners are no area`, 'draw at least 3 corners');
  const outside = polygon.findIndex(({ x, y }) => !isShare(x) || !isShare(y));
  if (outside >= 0)
    return refusal(`polygon[${outside}]`, 'the corner lies outside the picture', 'give x and y from 0 to 1');
  const crossing = firstCrossing(polygon);
  if (crossing !== undefined)
    return refusal(
      'polygon',
      `the sides from corners ${crossing[0] + 1} and ${crossing[1] + 1} cross or touch`,
      'move the corners so that no two sides meet',
    );
  return zone.name.trim() === '' ? refusal('name', 'the zone has no name', 'give it a name') : [];
}

/** What is wrong with a rule; empty: nothing. `classes` are those of the camera's model, when they are known. */
export function validateRule(rule: Rule, classes?: readonly string[]): readonly Refusal[] {
  return [
    ...(rule.name.trim() === '' ? refusal('name', 'the rule has no name', 'give it a name') : []),
    ...shares(rule),
    ...durations(rule),
    ...(classes === undefined ? [] : unknownClasses(rule, classes)),
    ...rule.schedule.flatMap(validateHours),
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

function validateHours(hours: OpeningHours, index: number): readonly Refusal[] {
  const field = `schedule[${index}]`;
  if (hours.days.length === 0 || hours.days.some(day => !Number.isInteger(day) || day < 1 || day > 7))
    return refusal(`${field}.days`, 'not days of the week', 'give numbers from 1 (Monday) to 7 (Sunday)');
  for (const end of ['from', 'to'] as const)
    if (!/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(hours[end]))
      return refusal(`${field}.${end}`, `${hours[end]} is no time of day`, 'give HH:MM, 00:00 to 24:00');
  return hours.from === hours.to
    ? refusal(`${field}.to`, 'it ends when it begins', 'give another time; 00:00 to 24:00 is the whole day')
    : [];
}

/** The first two sides (by their first corners) that meet elsewhere than in a common corner. O(corners^2). */
function firstCrossing(polygon: readonly Point[]): readonly [number, number] | undefined {
  const sides = polygon.map((from, i) => ({ from, to: polygon[(i + 1) % polygon.length] ?? from }));
  for (const [i, a] of sides.entries())
    for (const [j, b] of sides.entries()) {
      if (j <= i) continue;
      const adjacent = j === i + 1 ? a.to : j === i + sides.length - 1 ? a.from : undefined;
      if (adjacent === undefined ? meet(a, b) : foldsBack(a, b, adjacent)) return [i, j];
    }
  return undefined;
}

interface Side {
  readonly from: Point;
  readonly to: Point;
}

/** Which side of a directed line a point is on: positive, negative, 0 on it. */
const turn = ({ from, to }: Side, point: Point): number =>
  (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x);

const isWithin = ({ from, to }: Side, point: Point): boolean =>
  Math.min(from.x, to.x) <= point.x &&
  point.x <= Math.max(from.x, to.x) &&
  Math.min(from.y, to.y) <= point.y &&
  point.y <= Math.max(from.y, to.y);

function meet(a: Side, b: Side): boolean {
  const [a1, a2, b1, b2] = [turn(b, a.from), turn(b, a.to), turn(a, b.from), turn(a, b.to)];
  if (a1 * a2 < 0 && b1 * b2 < 0) return true;
  return (
    (a1 === 0 && isWithin(b, a.from)) ||
    (a2 === 0 && isWithin(b, a.to)) ||
    (b1 === 0 && isWithin(a, b.from)) ||
    (b2 === 0 && isWithin(a, b.to))
  );
}

/** Two sides with a common corner meet elsewhere too when one lies back along the other. */
function foldsBack(a: Side, b: Side, corner: Point): boolean {
  const [one, other] = [a, b].map(side => (side.from === corner ? side.to : side.from));
  if (one === undefined || other === undefined) return false;
  const aligned = turn({ from: corner, to: one }, other) === 0;
  return aligned && (one.x - corner.x) * (other.x - corner.x) + (one.y - corner.y) * (other.y - corner.y) >= 0;
}
