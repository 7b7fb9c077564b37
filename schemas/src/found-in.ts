import type { Box, KeyPoint, ModelResult } from './generated/records.ts';

/** A box, and the visible points of its object, if its model gives any. */
export type FoundBox = Box & { readonly points: readonly KeyPoint[] };

/** The boxes of a result, and the classes that its model looked for; undefined: the result is of another kind. */
export function foundIn(
  payload: ModelResult['payload'],
): { readonly classes: readonly string[]; readonly boxes: readonly FoundBox[] } | undefined {
  switch (payload.kind) {
    case 'boxes':
      return { classes: payload.classes, boxes: payload.boxes.map(box => ({ ...box, points: [] })) };
    case 'key_points':
      return { classes: payload.classes, boxes: payload.subjects.map(({ box, points }) => ({ ...box, points })) };
    default:
      return undefined;
  }
}
