import { OrderedMap } from './ordered-map.ts';
import type { Span } from './ordered-names.ts';
import {
  type Checkpoint,
  closed,
  type NameFormat,
  type StoreChange,
  type StoredValue,
  type StoreEngine,
} from './store-engine.ts';
import { TextValue } from './text-value.ts';

/** Keeps everything in this process's memory, until it is closed. */
export class MemoryStoreEngine implements StoreEngine {
  readonly #format: NameFormat | undefined;
  #entries: OrderedMap<TextValue>;
  #checkpoint: Checkpoint | undefined;
  #observedMs = -1;
  #sequence = 0;
  #isClosed = false;

  constructor(format?: NameFormat) {
    this.#format = format;
    this.#entries = new OrderedMap(format?.timeOf);
  }

  get size(): number {
    return this.#open.size;
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
    return this.#open.get(name);
  }

  has(name: string): boolean {
    return this.#open.has(name);
  }

  slice(span: Span): (readonly [string, StoredValue])[] {
    return this.#open.slice(span).flatMap(name => {
      const value = this.#entries.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
  }

  namesByTime(afterMs: number, upToMs: number): readonly string[] {
    return this.#open.namesByTime(afterMs, upToMs);
  }

  write(changes: readonly StoreChange[], checkpoint?: Checkpoint): void {
    for (const { name, value } of changes) {
      if (value === null) this.#entries.delete(name);
      else this.#entries.set(name, new TextValue(value));
      if (this.#format) this.#observe(name, this.#format);
    }
    this.#checkpoint = checkpoint ?? this.#checkpoint;
  }

  wipe(): void {
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

  #observe(name: string, { timeOf, sequenceOf }: NameFormat): void {
    this.#observedMs = Math.max(this.#observedMs, timeOf(name));
    this.#sequence = Math.max(this.#sequence, sequenceOf(name));
  }
}
