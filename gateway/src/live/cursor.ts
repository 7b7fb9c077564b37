import { BadInputError } from '../errors.ts';

/** Next offset to read, by partition: where a subscriber stands. */
export type Offsets = readonly bigint[];

/** Of all partitions, as a follower tells them. */
export const offsetsOf = (starts: ReadonlyMap<number, bigint>): Offsets =>
  Array.from({ length: starts.size }, (_, partition) => starts.get(partition) ?? 0n);

const VERSION = '1';

/** base64url of the version, a colon, and the offsets with commas: the format that the SDL states for `Cursor`. */
export function offsetsCursor(offsets: Offsets): string {
  return Buffer.from(`${VERSION}:${offsets.join(',')}`).toString('base64url');
}

/** Throws BadInputError for what was not given by this server. */
export function parseCursor(cursor: string, partitions: number): Offsets {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, list] = /^1:(\d{1,19}(?:,\d{1,19})*)$/.exec(text) ?? [];
  const offsets = list?.split(',').map(BigInt);
  if (offsets?.length !== partitions) throw new BadInputError('after', 'not a cursor of this stream');
  return offsets;
}
