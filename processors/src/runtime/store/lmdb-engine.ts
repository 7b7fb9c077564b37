import type { LogEntries } from '../../log/log-client.ts';
import type { AnyStoreBuilder } from './any-store-builder.ts';
import type { EntryKey } from './entry-key.ts';
import type { Bytes, Entries, LmdbEnvironment } from './lmdb-environment.ts';
import { clampTime, TIME_LENGTH, timeAt, timeName, toKey } from './names.ts';
import type { Span } from './ordered-names.ts';
import { changesOf } from './record-entries.ts';
import {
  type Checkpoint,
  closed,
  type NameFormat,
  type StoreChange,
  type StoredValue,
  type StoreEngine,
} from './store-engine.ts';
import { TextValue } from './text-value.ts';
import { ValueCache } from './value-cache.ts';

const EMPTY = Buffer.alloc(0);
/** LMDB's longest key with pages of 4,096 bytes. */
const LONGEST_KEY = 1978;

/** The note stored for each store, beside its entries. */
interface Note {
  readonly format: string;
  readonly changelogOffset?: string;
  readonly atMs?: number;
  readonly observedMs: number;
  readonly sequence: number;
}

/** A store on disk. The stores of one task share an environment. */
export class LmdbStoreEngine implements StoreEngine {
  readonly #environment: LmdbEnvironment;
  readonly #format: NameFormat | undefined;
  readonly #noteKey: Buffer;
  readonly #database: Entries;
  /** Keys of time and name, without values, so that they sort by time, then name. */
  readonly #times: Bytes | undefined;
  readonly #cache: ValueCache;
  isInherited: boolean;
  #note: Note;
  /** Lower bound of the times of all names. */
  #earliestMs = Number.POSITIVE_INFINITY;
  #isClosed = false;

  /** Wipes stored state of another format. */
  constructor(
    environment: LmdbEnvironment,
    builder: AnyStoreBuilder,
    format: NameFormat | undefined,
    cacheBytes: number,
  ) {
    this.#environment = environment;
    this.#format = format;
    this.#noteKey = Buffer.from(builder.name);
    this.#database = environment.entries(`entries-${builder.name}`);
    this.#times = format && environment.database(`times-${builder.name}`);
    this.#cache = new ValueCache(cacheBytes);
    environment.retain();
    const formatName = formatOf(builder);
    const note = environment.notes.getBinary(this.#noteKey);
    this.#note = note ? (JSON.parse(note.toString()) as Note) : emptyNote(formatName);
    if (this.#note.format === formatName) this.#findEarliest();
    else {
      this.#note = emptyNote(formatName);
      this.wipe();
    }
    this.isInherited = this.size > 0;
  }

  get size(): number {
    return (this.#entries.getStats() as { readonly entryCount: number }).entryCount;
  }

  get observedMs(): number {
    return this.#note.observedMs;
  }

  get sequence(): number {
    return this.#note.sequence;
  }

  get longestName(): number {
    return this.#format ? LONGEST_KEY - TIME_LENGTH : LONGEST_KEY - 1;
  }

  get checkpoint(): Checkpoint | undefined {
    const { changelogOffset, atMs = 0 } = this.#note;
    return changelogOffset === undefined ? undefined : { changelogOffset: BigInt(changelogOffset), atMs };
  }

  get(name: string): StoredValue | undefined {
    const cached = this.#cache.get(name);
    if (cached) return cached;
    const bytes = this.#entries.getBinary(name);
    if (bytes === undefined) return undefined;
    const value = new TextValue(bytes);
    this.#cache.set(name, value);
    return value;
  }

  has(name: string): boolean {
    return this.#cache.get(name) !== undefined || this.#entries.doesExist(name);
  }

  /** Closes its cursor before it returns. */
  slice({ low, high, backward, limit }: Span): (readonly [string, StoredValue])[] {
    const range = backward
      ? {
          ...(high !== undefined && { start: high, exclusiveStart: true }),
          end: low,
          inclusiveEnd: true,
          reverse: true,
        }
      : { start: low, ...(high !== undefined && { end: high }) };
    return Array.from(this.#entries.getRange({ ...range, limit }), ({ key, value }) => {
      const name = String(key);
      return [name, this.#cache.get(name) ?? new TextValue(value)] as const;
    });
  }

  namesByTime(afterMs: number, upToMs: number): readonly string[] {
    if (this.#isClosed) throw closed();
    if (this.#times === undefined || upToMs < this.#earliestMs || upToMs <= afterMs) return [];
    const start = toKey(afterMs < 0 ? timeName(0) : timeName(afterMs + 1));
    const end = toKey(timeName(clampTime(upToMs + 1)));
    return Array.from(this.#times.getKeys({ start, end }), key => key.toString('latin1', TIME_LENGTH));
  }

  write(changes: readonly StoreChange[], checkpoint?: Checkpoint): void {
    const note = this.#noteAfter(changes, checkpoint);
    const newest = new Map(changes.map(({ name, value }) => [name, value])); // a changelog may have many of one key
    this.#environment.transaction(() => {
      for (const [name, value] of newest) this.#writeOne(name, value);
      this.#environment.notes.putSync(this.#noteKey, Buffer.from(JSON.stringify(note)));
    });
    this.#note = note;
    for (const [name, value] of newest) this.#cache.update(name, value && new TextValue(value));
    this.#findEarliest();
  }

  restore(entries: LogEntries, checkpoint?: Checkpoint): number {
    if (this.#format === undefined) return this.#copy(entries, checkpoint);
    const { changes, count } = changesOf(entries);
    this.write(changes, checkpoint);
    return count;
  }

  wipe(): void {
    const note = emptyNote(this.#note.format);
    this.#environment.transaction(() => {
      this.#entries.clearSync();
      this.#times?.clearSync();
      this.#environment.notes.putSync(this.#noteKey, Buffer.from(JSON.stringify(note)));
    });
    this.#note = note;
    this.#cache.clear();
    this.#findEarliest();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cache.clear();
    this.#environment.release();
  }

  get #entries(): Entries {
    if (this.#isClosed) throw closed();
    return this.#database;
  }

  /** Writes entries one by one, as bytes; a later entry of a key replaces an earlier one. */
  #copy(entries: LogEntries, checkpoint: Checkpoint | undefined): number {
    const note = this.#noteAfter([], checkpoint);
    let count = 0;
    this.#environment.transaction(() => {
      count = entries.each((bytes, keyStart, keyEnd, valueStart, valueEnd) => {
        const key: EntryKey = [bytes, keyStart, keyEnd];
        if (valueEnd < 0) this.#entries.removeSync(key);
        else this.#entries.putSync(key, bytes.subarray(valueStart, valueEnd));
      });
      this.#environment.notes.putSync(this.#noteKey, Buffer.from(JSON.stringify(note)));
    });
    this.#note = note;
    this.#cache.clear();
    return count;
  }

  #writeOne(name: string, value: Buffer | null): void {
    const isKnown = this.#cache.get(name) !== undefined;
    if (value === null) this.#entries.removeSync(name);
    else this.#entries.putSync(name, value);
    if (this.#times === undefined || this.#format === undefined || (isKnown && value !== null)) return;
    const timeKey = toKey(timeName(this.#format.timeOf(name)) + name);
    if (value === null) this.#times.removeSync(timeKey);
    else this.#times.putSync(timeKey, EMPTY);
  }

  #noteAfter(changes: readonly StoreChange[], checkpoint: Checkpoint | undefined): Note {
    let { observedMs, sequence } = this.#note;
    if (this.#format)
      for (const { name } of changes) {
        observedMs = Math.max(observedMs, this.#format.timeOf(name));
        sequence = Math.max(sequence, this.#format.sequenceOf(name));
      }
    const at = checkpoint && { changelogOffset: `${checkpoint.changelogOffset}`, atMs: checkpoint.atMs };
    return { ...this.#note, ...at, observedMs, sequence };
  }

  #findEarliest(): void {
    if (this.#times === undefined) return;
    const [first] = this.#times.getKeys({ limit: 1 });
    this.#earliestMs = first ? timeAt(first.toString('latin1', 0, TIME_LENGTH), 0) : Number.POSITIVE_INFINITY;
  }
}

function emptyNote(format: string): Note {
  return { format, observedMs: -1, sequence: 0 };
}

/** Describes what a store's bytes mean. State with another description cannot be read. */
function formatOf(builder: AnyStoreBuilder): string {
  const { kind, key, value } = builder;
  const duplicates = kind === 'window' && builder.retainDuplicates ? ' with duplicates' : '';
  return `1: ${kind}${duplicates} of ${key.name} to ${value.name}`;
}
