import type { TextValue } from './text-value.ts';

/** About what an entry takes beside its bytes. */
const OVERHEAD_BYTES = 150;

/**
 * The values read last, in two generations of at most half of `bytes` each: what is asked for moves to the young one,
 * and when that is full the old one goes.
 */
export class ValueCache {
  readonly #halfBytes: number;
  #young = new Map<string, TextValue>();
  #old = new Map<string, TextValue>();
  #youngBytes = 0;

  constructor(bytes: number) {
    this.#halfBytes = bytes / 2;
  }

  get(name: string): TextValue | undefined {
    const young = this.#young.get(name);
    if (young) return young;
    const old = this.#old.get(name);
    if (old) this.set(name, old);
    return old;
  }

  set(name: string, value: TextValue): void {
    this.#young.set(name, value);
    this.#youngBytes += name.length + value.length + OVERHEAD_BYTES;
    if (this.#youngBytes < this.#halfBytes) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }

  /** Of what is kept; a null value ends it. */
  update(name: string, value: TextValue | null): void {
    const isKept = this.#young.delete(name) || this.#old.has(name);
    this.#old.delete(name);
    if (isKept && value) this.set(name, value);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#youngBytes = 0;
  }
}
