/** A corner in relative coordinates of the picture, origin top left. */
export interface Corner {
  readonly x: number;
  readonly y: number;
}

export type Polygon = readonly Corner[];

const FEWEST_CORNERS = 3;
/** As many as the gateway takes. */
const MOST_CORNERS = 64;

/** A four-cornered start in the middle of the picture. */
export const startPolygon: Polygon = [
  { x: 0.3, y: 0.3 },
  { x: 0.7, y: 0.3 },
  { x: 0.7, y: 0.7 },
  { x: 0.3, y: 0.7 },
];

/** The corner put at `to`, kept inside the picture; to a thousandth, which is less than a pixel. */
export function moveCorner(polygon: Polygon, index: number, to: Corner): Polygon {
  return polygon.map((corner, at) => (at === index ? { x: inPicture(to.x), y: inPicture(to.y) } : corner));
}

/** A corner more, in the middle of the edge that begins at `index`. */
export function addCorner(polygon: Polygon, index: number): Polygon {
  const from = polygon[index];
  const to = polygon[(index + 1) % polygon.length];
  if (!from || !to || noMoreCorners(polygon)) return polygon;
  const middle = { x: inPicture((from.x + to.x) / 2), y: inPicture((from.y + to.y) / 2) };
  return polygon.toSpliced(index + 1, 0, middle);
}

/** A corner less; a polygon of three keeps them. */
export function removeCorner(polygon: Polygon, index: number): Polygon {
  return noFewerCorners(polygon) ? polygon : polygon.toSpliced(index, 1);
}

/** Why the polygon takes no corner more, or none less; undefined: it does. */
export const noMoreCorners = (polygon: Polygon): string | undefined =>
  polygon.length >= MOST_CORNERS ? `A zone has at most ${MOST_CORNERS} corners.` : undefined;

export const noFewerCorners = (polygon: Polygon): string | undefined =>
  polygon.length <= FEWEST_CORNERS ? `A zone has at least ${FEWEST_CORNERS} corners.` : undefined;

/** Where an arrow key puts a corner: half a hundredth on, with shift five hundredths; null for any other key. */
export function nudged(corner: Corner, key: string, shift: boolean): Corner | null {
  const step = shift ? 0.05 : 0.005;
  const move = arrows[key];
  return move ? { x: corner.x + move.x * step, y: corner.y + move.y * step } : null;
}

const arrows: Readonly<Record<string, Corner>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

const inPicture = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
