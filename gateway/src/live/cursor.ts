import { BadInputError } from '../errors.ts';

/** The next offset to read of each partition. */
export type Offsets = readonly bigint[];

/** Turns a follower's map of offsets into a list by partition. */
export const offsetsOf = (starts: ReadonlyMap<number, bigint>): Offsets =>
  Array.from({ length: starts.size }, (_, partition) => starts.get(partition) ?? 0n);

/** A position in a stream: the topic by its id, and the next offset to read of each partition. */
export interface LogPosition {
  readonly topicId: string;
  readonly offsets: Offsets;
}

const VERSION = '2';

/** A cursor as in the SDL: base64url of the version, the topic's id, and the offsets separated by commas. */
export function writeCursor({ topicId, offsets }: LogPosition): string {
  return Buffer.from(`${VERSION}:${topicId}:${offsets.join(',')}`).toString('base64url');
}

/** Reads a cursor. Throws BadInputError for any other text. */
export function parseCursor(cursor: string, partitions: number): LogPosition {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, topicId = '', list] = /^2:([\w-]{0,64}):(\d{1,19}(?:,\d{1,19})*)$/.exec(text) ?? [];
  const offsets = list?.split(',').map(BigInt);
  if (offsets?.length !== partitions) throw new BadInputError('after', 'this is not a cursor of this stream');
  return { topicId, offsets };
}
