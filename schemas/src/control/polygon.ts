import type { Point } from '../generated/records.ts';
import { isShare, type Refusal, refusal } from './refusal.ts';

const MOST_CORNERS = 64;

/** Why a polygon is refused; empty: it is valid. */
export function validatePolygon(polygon: readonly Point[]): readonly Refusal[] {
  if (polygon.length < 3)
    return refusal('polygon', `${polygon.length} corners enclose no area`, 'draw at least 3 corners');
  if (polygon.length > MOST_CORNERS)
    return refusal('polygon', `${polygon.length} corners are too many`, `draw at most ${MOST_CORNERS} corners`);
  const outside = polygon.findIndex(({ x, y }) => !isShare(x) || !isShare(y));
  if (outside >= 0)
    return refusal(`polygon[${outside}]`, 'the corner is outside the picture', 'give x and y from 0 to 1');
  const crossing = firstCrossing(polygon);
  if (crossing !== undefined)
    return refusal(
      'polygon',
      `the sides from corners ${crossing[0] + 1} and ${crossing[1] + 1} cross or touch`,
      'move the corners so that no two sides meet',
    );
  return [];
}

/** The first two sides (named by their first corners) that meet outside a common corner. O(corners^2). */
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

/** Side of a directed line on which a point lies: positive, negative, or 0 on the line. */
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

/** True when one of two sides with a common corner lies back along the other. */
function foldsBack(a: Side, b: Side, corner: Point): boolean {
  const [one, other] = [a, b].map(side => (side.from === corner ? side.to : side.from));
  if (one === undefined || other === undefined) return false;
  const aligned = turn({ from: corner, to: one }, other) === 0;
  return aligned && (one.x - corner.x) * (other.x - corner.x) + (one.y - corner.y) * (other.y - corner.y) >= 0;
}
