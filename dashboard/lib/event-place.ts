/** Where an event lies in the gateway's log. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** Next offset by partition; the SDL states the format of a `Cursor`. */
function offsetsOf(cursor: string): readonly number[] {
  const [, offsets = ''] = atob(cursor.replaceAll('-', '+').replaceAll('_', '/')).split(':');
  return offsets.split(',').map(Number);
}

/** True when an answer that goes up to `cursor` does not have the event. */
export function isAfter(place: Place, cursor: string): boolean {
  return place.offset >= (offsetsOf(cursor)[place.partition] ?? 0);
}

/** True when nothing lies between the two that `cursor` has and `other` has not. */
export function isUpTo(cursor: string, other: string): boolean {
  const offsets = offsetsOf(other);
  return offsetsOf(cursor).every((offset, partition) => offset <= (offsets[partition] ?? 0));
}

/** The earliest of cursors that one gateway gave. */
export const earliest = (cursors: readonly string[]): string | undefined =>
  cursors.find(cursor => cursors.every(other => isUpTo(cursor, other))) ?? cursors[0];
