import type { LogEntries } from '../../log/log-client.ts';
import { toKey, toName } from './names.ts';
import { OrderedMap } from './ordered-map.ts';
import type { Span } from './ordered-names.ts';
import { PackedEntries } from './packed-entries.ts';
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

/** Keeps all entries in this process's memory until it is closed. */
export class MemoryStoreEngine implements StoreEngine {
  readonly #format: NameFormat | undefined;
  #entries: OrderedMap<TextValue>;
  /** Restored entries that were not read yet; none of them is in `#entries`. */
  #packed: PackedEntries | undefined;
  #checkpoint: Checkpoint | undefined;
  #observedMs = -1;
  #sequence = 0;
  #isClosed = false;

  constructor(format?: NameFormat) {
    this.#format = format;
    this.#entries = new OrderedMap(format?.timeOf);
  }

  get size(): number {
    return this.#open.size + (this.#packed?.size ?? 0);
  }

  get observedMs(): number {
    return this.#observedMs;
  }

  get sequence(): number {
    return this.#sequence;
  }

  get checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  get(name: string): StoredValue | undefined {
    return this.#open.get(name) ?? this.#unpacked(name);
  }

  has(name: string): boolean {
    return this.#open.has(name) || this.#packed?.get(toKey(name)) !== undefined;
  }

  slice(span: Span): (readonly [string, StoredValue])[] {
    this.#unpackAll();
    return this.#open.slice(span).flatMap(name => {
      const value = this.#entries.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
  }

  namesByTime(afterMs: number, upToMs: number): readonly string[] {
    return this.#open.namesByTime(afterMs, upToMs);
  }

  write(changes: readonly StoreChange[], checkpoint?: Checkpoint): void {
    this.#take(changes, checkpoint);
  }

  /** Stores with times are not packed: an early read asks for all their times. */
  restore(entries: LogEntries, checkpoint?: Checkpoint): number {
    if (this.#format === undefined) return this.#pack(entries, checkpoint);
    const { changes, count } = changesOf(entries);
    this.#take(changes, checkpoint);
    return count;
  }

  wipe(): void {
    this.#packed = undefined;
    this.#entries = new OrderedMap(this.#format?.timeOf);
    this.#checkpoint = undefined;
    this.#observedMs = -1;
    this.#sequence = 0;
  }

  close(): void {
    this.wipe();
    this.#isClosed = true;
  }

  get #open(): OrderedMap<TextValue> {
    if (this.#isClosed) throw closed();
    return this.#entries;
  }

  #take(changes: readonly StoreChange[], checkpoint: Checkpoint | undefined): void {
    for (const { name, value } of changes) {
      const { size } = this.#entries;
      if (value === null) this.#entries.delete(name);
      else this.#entries.set(name, new TextValue(value));
      if (this.#packed !== undefined && (value === null || this.#entries.size > size)) this.#packed.take(toKey(name));
      if (this.#format) this.#observe(name, this.#format);
    }
    this.#checkpoint = checkpoint ?? this.#checkpoint;
  }

  #pack(entries: LogEntries, checkpoint: Checkpoint | undefined): number {
    this.#packed ??= new PackedEntries();
    const packed = this.#packed;
    const count = entries.each((bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      if (this.#entries.size > 0) this.#entries.delete(bytes.toString('latin1', keyStart, keyEnd));
      if (valueEnd < 0) packed.delete(bytes, keyStart, keyEnd);
      else packed.set(bytes, keyStart, keyEnd, valueStart, valueEnd);
    });
    this.#checkpoint = checkpoint ?? this.#checkpoint;
    return count;
  }

  #unpacked(name: string): TextValue | undefined {
    if (this.#packed === undefined) return undefined;
    const bytes = this.#packed.take(toKey(name));
    if (bytes === undefined) return undefined;
    const value = new TextValue(bytes);
    this.#entries.set(name, value);
    if (this.#packed.size === 0) this.#packed = undefined;
    return value;
  }

  #unpackAll(): void {
    if (this.#packed === undefined) return;
    for (const { key, value } of this.#packed.entries()) this.#entries.set(toName(key), new TextValue(value));
    this.#packed = undefined;
  }

  #observe(name: string, { timeOf, sequenceOf }: NameFormat): void {
    this.#observedMs = Math.max(this.#observedMs, timeOf(name));
    this.#sequence = Math.max(this.#sequence, sequenceOf(name));
  }
}
