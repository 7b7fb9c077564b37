import { type BoxPx, boxToInput, type Fit, letterbox, type SizePx, stretch } from '../fit.ts';
import { source } from './boxes-of.ts';

export type Planted = { readonly box: BoxPx; readonly classIndex: number; readonly confidence: number };

/** Two objects in px of the source, the most confident first. */
export const planted: readonly Planted[] = [
  { box: { x1Px: 100, y1Px: 50, x2Px: 500, y2Px: 350 }, classIndex: 1, confidence: 0.9 },
  { box: { x1Px: 700, y1Px: 400, x2Px: 900, y2Px: 700 }, classIndex: 0, confidence: 0.6 },
];

/** Names of three classes as Python writes them, and what they are. */
export const names = "{0: 'person', 1: \"dog's\", 2: 'a\\'b'}";
export const classes = ['person', "dog's", "a'b"];

export const fitOf = (fit: 'letterbox' | 'stretch', input: SizePx): Fit =>
  (fit === 'stretch' ? stretch : letterbox)(source, input);

/** The objects in px of an input. */
export const inInput = (fit: Fit): readonly Planted[] =>
  planted.map(one => ({ ...one, box: boxToInput(one.box, fit) }));

type Numbers = readonly number[];

export const corners = ({ box: { x1Px, y1Px, x2Px, y2Px } }: Planted): Numbers => [x1Px, y1Px, x2Px, y2Px];
export const centred = ({ box: { x1Px, y1Px, x2Px, y2Px } }: Planted): Numbers => [
  (x1Px + x2Px) / 2,
  (y1Px + y2Px) / 2,
  x2Px - x1Px,
  y2Px - y1Px,
];

/** Four numbers as shares of an input. */
export const shares = (four: Numbers, { widthPx, heightPx }: SizePx): Numbers =>
  four.map((one, at) => one / (at % 2 === 0 ? widthPx : heightPx));

/** A number for each of three classes: `found` of the object's own confidence, `other` of all others. */
export const perClass = (
  { classIndex, confidence }: Planted,
  found = (value: number): number => value,
  other = 0,
): Numbers => [0, 1, 2].map(at => (at === classIndex ? found(confidence) : other));

/** Places in rows, at their index or in their order, with rows of `empty` between and behind. */
export function rows(
  count: number,
  columns: number,
  places: readonly Numbers[] | ReadonlyMap<number, Numbers>,
  empty = 0,
): Numbers {
  const given = places instanceof Map ? places : new Map(places.entries());
  return Array.from({ length: count }, (_, place) => {
    const row = given.get(place);
    return Array.from({ length: columns }, (_, column) => row?.[column] ?? (row === undefined ? empty : 0));
  }).flat();
}

/** The same, a column after the other. */
export const columnsOf = (count: number, columns: number, places: readonly Numbers[]): Numbers =>
  Array.from({ length: columns }, (_, column) =>
    Array.from({ length: count }, (_, place) => places[place]?.[column] ?? 0),
  ).flat();
