/** Where an event lies in the gateway's log. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** The topic's id and the next offset of each partition. The SDL defines the format of a `Cursor`. */
function parsed(cursor: string): { readonly topicId: string; readonly offsets: readonly number[] } {
  const [, topicId = '', offsets = ''] = atob(cursor.replaceAll('-', '+').replaceAll('_', '/')).split(':');
  return { topicId, offsets: offsets.split(',').map(Number) };
}

/** True when an answer up to `cursor` does not contain the event at `place`, of the same topic. */
export function isAfter(place: Place, cursor: string): boolean {
  return place.offset >= (parsed(cursor).offsets[place.partition] ?? 0);
}

/** True when `other` covers all events that `cursor` covers; false when they are of different topics. */
export function isUpTo(cursor: string, other: string): boolean {
  const [one, another] = [parsed(cursor), parsed(other)];
  const isCovered = (offset: number, partition: number): boolean => offset <= (another.offsets[partition] ?? 0);
  return one.topicId === another.topicId && one.offsets.every(isCovered);
}

/** The earliest of several cursors of one gateway. */
export const earliest = (cursors: readonly string[]): string | undefined =>
  cursors.find(cursor => cursors.every(other => isUpTo(cursor, other))) ?? cursors[0];
