/** A bounded queue for one slow reader. When it is full, it drops all items and reports `overflow` once. */
export class BoundedQueue<T> {
  readonly #bound: number;
  #items: T[] = [];
  #overflowed = false;
  #closed = false;
  #wake: () => void = () => {};

  constructor(bound: number) {
    this.#bound = bound;
  }

  push(item: T): void {
    if (this.#closed) return;
    if (this.#items.length >= this.#bound) this.overflow();
    else this.#items.push(item);
    this.#wake();
  }

  /** Drops all waiting items; the next `take` returns `overflow`. */
  overflow(): void {
    this.#items = [];
    this.#overflowed = true;
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#items = [];
    this.#wake();
  }

  /** The next item; `overflow` once after a loss; `idle` after `waitMs` without any; `closed` at the end. One call at a time. */
  async take(waitMs: number): Promise<{ readonly item: T } | 'overflow' | 'idle' | 'closed'> {
    const ready = this.#ready();
    if (ready !== undefined) return ready;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
    return this.#ready() ?? 'idle';
  }

  #ready(): { readonly item: T } | 'overflow' | 'closed' | undefined {
    if (this.#closed) return 'closed';
    if (this.#overflowed) {
      this.#overflowed = false;
      return 'overflow';
    }
    const [item] = this.#items.splice(0, 1);
    return item === undefined ? undefined : { item };
  }
}
