/** What was replaced since the last mark. Keeps its array when emptied, because it is emptied for every record. */
export class UndoList<T> {
  readonly #items: (T | undefined)[] = [];
  #count = 0;

  push(item: T): void {
    this.#items[this.#count] = item;
    this.#count += 1;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Newest first; empties the list. */
  drain(undo: (item: T) => void): void {
    for (let at = this.#count - 1; at >= 0; at--) {
      const item = this.#items[at];
      if (item !== undefined) undo(item);
    }
    this.#items.length = 0; // rare; releases the items
    this.#count = 0;
  }
}
