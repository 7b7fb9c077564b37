/** The events of a run, line by line, and a hash that shows whether two runs were the same. */
export class Trace {
  readonly lines: string[] = [];
  readonly #keeps: boolean;
  #hash = 0x811c9dc5;

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /** FNV-1a over all lines so far. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  add(atMs: number, who: string, what: string): void {
    const line = `${atMs.toFixed(3).padStart(10)} ${who.padEnd(8)} ${what}`;
    for (let index = 0; index < line.length; index++) {
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(index), 0x01000193);
    }
    if (this.#keeps) this.lines.push(line);
  }
}
