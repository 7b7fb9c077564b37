import { BadInputError } from '../errors.ts';

/** The next offset to read of each partition. */
export type Offsets = readonly bigint[];

/** Turns a follower's map of offsets into a list by partition. */
export const offsetsOf = (starts: ReadonlyMap<number, bigint>): Offsets =>
  Array.from({ length: starts.size }, (_, partition) => starts.get(partition) ?? 0n);

const VERSION = '1';

/** A cursor as in the SDL: base64url of the version, a colon, and the offsets separated by commas. */
export function offsetsCursor(offsets: Offsets): string {
  return Buffer.from(`${VERSION}:${offsets.join(',')}`).toString('base64url');
}

/** Reads a cursor. Throws BadInputError for any other text. */
export function parseCursor(cursor: string, partitions: number): Offsets {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, list] = /^1:(\d{1,19}(?:,\d{1,19})*)$/.exec(text) ?? [];
  const offsets = list?.split(',').map(BigInt);
  if (offsets?.length !== partitions) throw new BadInputError('after', 'this is not a cursor of this stream');
  return offsets;
}
