import type { TextValue } from './text-value.ts';

/** Approximate size of an entry besides its bytes. */
const OVERHEAD_BYTES = 150;

/**
 * The values read last, in two generations of at most half of `bytes` each. A read value moves to the young generation;
 * when that is full, the old one is dropped.
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

  /** Updates a cached value; null removes it. */
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
