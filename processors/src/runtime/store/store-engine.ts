import type { LogEntries } from '../../log/log-client.ts';
import { StreamsError } from '../errors.ts';
import type { Span } from './ordered-names.ts';

/** A change of one entry (see names.ts); a null value deletes it. */
export interface StoreChange {
  readonly name: string;
  readonly value: Buffer | null;
}

/**
 * A committed value. `decoded` belongs to the reader, which caches the decoded value there while the engine keeps this
 * object.
 */
export interface StoredValue {
  readonly bytes: Buffer;
  decoded: unknown;
}

/** An engine contains at least the fold of its changelog's records below `changelogOffset`. */
export interface Checkpoint {
  readonly changelogOffset: bigint;
  /** Wall-clock time in ms at which the engine was known to be at this offset. */
  readonly atMs: number;
}

/** The parts of a name that an engine needs to keep entries by time. */
export interface NameFormat {
  timeOf(name: string): number;
  /** Number that distinguishes duplicates; 0 where there are none. */
  sequenceOf(name: string): number;
}

/** Storage of a store's committed state. Uncommitted changes never get here. */
export interface StoreEngine {
  /** Longest name in bytes; absent: any length. */
  readonly longestName?: number;
  /** True: it has entries of another process, which were not checked yet. */
  isInherited?: boolean;
  get(name: string): StoredValue | undefined;
  has(name: string): boolean;
  readonly size: number;
  slice(span: Span): readonly (readonly [name: string, value: StoredValue])[];
  /** Names with a time in (`afterMs`, `upToMs`], earliest first; [] without a name format. */
  namesByTime(afterMs: number, upToMs: number): readonly string[];
  /** Highest time of any name ever written, deleted ones included; -1 before. */
  readonly observedMs: number;
  /** Highest sequence of any name ever written. */
  readonly sequence: number;
  /**
   * All changes and the checkpoint, or nothing. Without a checkpoint the old one stands: reading its changelog from
   * there again changes nothing in the end, because the newest record of a key wins.
   */
  write(changes: readonly StoreChange[], checkpoint?: Checkpoint): void;
  /** Like `write` for changelog entries, perhaps many per key. Copies what it keeps; returns the number of entries. */
  restore(entries: LogEntries, checkpoint?: Checkpoint): number;
  /** The offset from which a restore must read; undefined: from the start of the changelog. */
  readonly checkpoint: Checkpoint | undefined;
  /** Deletes everything, including the checkpoint. */
  wipe(): void;
  /** Reads now throw STORE_NOT_READY: the store was closed or reassigned. */
  close(): void;
}

export function closed(): StreamsError {
  return new StreamsError('STORE_NOT_READY', 'the state is not here any more: ask again', { retriable: true });
}
