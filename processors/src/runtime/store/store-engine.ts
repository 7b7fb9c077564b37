import type { LogEntries } from '../../log/log-client.ts';
import { StreamsError } from '../errors.ts';
import type { Span } from './ordered-names.ts';

/** A change of the entry of a name (see names.ts); a null value deletes it. */
export interface StoreChange {
  readonly name: string;
  readonly value: Buffer | null;
}

/** A committed value. `decoded` is the reader's, to keep what the bytes decode to while the engine keeps this object. */
export interface StoredValue {
  readonly bytes: Buffer;
  decoded: unknown;
}

/** An engine contains exactly the fold of its changelog's records below `changelogOffset`, or more, never less. */
export interface Checkpoint {
  readonly changelogOffset: bigint;
  /** Wall-clock time in ms at which it was known to stand there, from outside. */
  readonly atMs: number;
}

/** What an engine has to know of names to keep entries by time. */
export interface NameFormat {
  timeOf(name: string): number;
  /** Number that tells duplicates apart; 0 where there are none. */
  sequenceOf(name: string): number;
}

/** Where a store's committed state lies. What was not committed to the log never gets here. */
export interface StoreEngine {
  /** Bytes of the longest name that can be written; absent: any length. */
  readonly longestName?: number;
  /** Holds what another process wrote, and nobody has looked through it yet. */
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
  /** As `write` of what these of the changelog say, many of one key perhaps; returns their number. Copies what it keeps. */
  restore(entries: LogEntries, checkpoint?: Checkpoint): number;
  /** Where a restore has to begin; undefined: at the start of the changelog. */
  readonly checkpoint: Checkpoint | undefined;
  /** Everything goes, the checkpoint too. */
  wipe(): void;
  /** From now on reads throw STORE_NOT_READY: what was here is another's, or nobody's. */
  close(): void;
}

export function closed(): StreamsError {
  return new StreamsError('STORE_NOT_READY', 'the state is not here any more: ask again', { retriable: true });
}
