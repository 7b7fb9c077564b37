/** A slow model of a state store: a plain map that is copied at every mark, freeze and commit. */
export interface ModelEntry {
  readonly key: string;
  /** Start of a window or end of a session; 0 for a key-value entry. */
  readonly timeMs: number;
  /** Start of a session. */
  readonly startMs: number;
  /** Order among duplicates. */
  readonly sequence: number;
  readonly value: number;
}

interface ModelState {
  readonly entries: ReadonlyMap<string, ModelEntry>;
  readonly observedMs: number;
}

const NOTHING: ModelState = { entries: new Map(), observedMs: -1 };

export class StoreModel {
  readonly #layout: Layout;
  readonly #retentionMs: number;
  #now = NOTHING;
  #marked = NOTHING;
  #frozen = NOTHING;
  #committed = NOTHING;
  #sequence = 0;

  /** `retentionMs`: Infinity for entries without a time. */
  constructor(layout: Layout, retentionMs: number) {
    this.#layout = layout;
    this.#retentionMs = retentionMs;
  }

  put(entry: Omit<ModelEntry, 'sequence'>): void {
    const observedMs = Math.max(this.#now.observedMs, entry.timeMs);
    const borderMs = observedMs - this.#retentionMs;
    if (entry.timeMs <= borderMs) return;
    const sequence = this.#layout.includes('sequence') ? ++this.#sequence : 0;
    const alive = [...this.#now.entries].filter(([, { timeMs }]) => timeMs > borderMs);
    this.#now = { entries: new Map([...alive, [idOf({ ...entry, sequence }), { ...entry, sequence }]]), observedMs };
  }

  delete(which: (entry: ModelEntry) => boolean): void {
    const entries = new Map([...this.#now.entries].filter(([, entry]) => !which(entry)));
    this.#now = { ...this.#now, entries };
  }

  mark(): void {
    this.#marked = this.#now;
  }

  rollback(): void {
    this.#now = this.#marked;
  }

  freeze(): void {
    this.#frozen = this.#now;
    this.#marked = this.#now;
  }

  applied(): void {
    this.#committed = this.#frozen;
  }

  /** Drops the task; only committed entries are left. */
  crash(): void {
    this.#now = this.#committed;
    this.#marked = this.#now;
    this.#frozen = this.#now;
  }

  get observedMs(): number {
    return this.#now.observedMs;
  }

  /** In the order of their bytes. */
  entries(): ModelEntry[] {
    return this.#sorted(this.#now);
  }

  committed(): ModelEntry[] {
    return this.#sorted(this.#committed);
  }

  #sorted({ entries }: ModelState): ModelEntry[] {
    return [...entries.values()].sort((a, b) => Buffer.compare(bytesOf(a, this.#layout), bytesOf(b, this.#layout)));
  }
}

function idOf({ key, timeMs, startMs, sequence }: Omit<ModelEntry, 'value'>): string {
  return JSON.stringify([key, timeMs, startMs, sequence]);
}

/** Bytes of key, time, start and sequence, in the layout of the store's kind. */
export type Layout = readonly ('timeMs' | 'startMs' | 'sequence')[];

function bytesOf(entry: ModelEntry, layout: Layout): Buffer {
  const parts = layout.map(part => {
    const bytes = Buffer.alloc(part === 'sequence' ? 4 : 8);
    if (part === 'sequence') bytes.writeUInt32BE(entry.sequence);
    else bytes.writeBigUInt64BE(BigInt(entry[part]));
    return bytes;
  });
  return Buffer.concat([Buffer.from(entry.key), ...parts]);
}
