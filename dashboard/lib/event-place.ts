/** Where an event lies in the gateway's log. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** The next offset of each partition. The SDL defines the format of a `Cursor`. */
function offsetsOf(cursor: string): readonly number[] {
  const [, offsets = ''] = atob(cursor.replaceAll('-', '+').replaceAll('_', '/')).split(':');
  return offsets.split(',').map(Number);
}

/** True when an answer up to `cursor` does not contain the event at `place`. */
export function isAfter(place: Place, cursor: string): boolean {
  return place.offset >= (offsetsOf(cursor)[place.partition] ?? 0);
}

/** True when `other` covers all events that `cursor` covers. */
export function isUpTo(cursor: string, other: string): boolean {
  const offsets = offsetsOf(other);
  return offsetsOf(cursor).every((offset, partition) => offset <= (offsets[partition] ?? 0));
}

/** The earliest of several cursors of one gateway. */
export const earliest = (cursors: readonly string[]): string | undefined =>
  cursors.find(cursor => cursors.every(other => isUpTo(cursor, other))) ?? cursors[0];
